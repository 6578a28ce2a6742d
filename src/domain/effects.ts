import type { Notifier } from './ports.ts';

/** Where something is to happen: a voice channel that the bot is in. */
export interface EffectPlace {
	readonly guildId: string;
	readonly channelId: string;
	/** Language of public messages there. */
	readonly locale: string;
}

/** A message in a frame. */
export interface EffectEmbed {
	readonly title?: string;
	readonly text: string;
	/** sRGB, 0…0xffffff */
	readonly colour?: number;
}

/** A program elsewhere that wants to be told. */
export interface WebhookTarget {
	readonly url: string;
	/** What its messages are signed with, as Standard Webhooks writes it: `whsec_` and base64. */
	readonly secret: string;
	readonly timeoutMs: number;
}

/**
 * What the bot can do by itself. Each says whether it was done: a missing permission, a channel that was
 * left or a server that does not answer is no error, and is logged where it happens.
 */
export interface Effects extends Notifier {
	/** Posts an embed into a channel. */
	embed(channelId: string, embed: EffectEmbed): Promise<boolean>;
	/**
	 * Adds a reaction to the last message of the bot in a channel.
	 *
	 * @param emoji the character itself, or `name:id` of one of the community's own
	 */
	react(channelId: string, emoji: string): Promise<boolean>;
	/** Suggests to the moderators, in their channel, to slow down the chat of a voice channel. Nobody is slowed down until one of them says so. */
	suggestSlowMode(place: EffectPlace, seconds: number): Promise<boolean>;
	/** Plays a sound of a community's soundboard. @param guildId of that community; the place's own when not set */
	soundboard(place: EffectPlace, soundId: string, guildId?: string): Promise<boolean>;
	/** Plays a recording on the voice connection. @param packets Opus of 20 ms each, 48 kHz */
	play(place: EffectPlace, packets: readonly Uint8Array[]): Promise<boolean>;
	/** Posts a signed message. @param message turned into JSON */
	call(target: WebhookTarget, message: WebhookMessage): Promise<boolean>;
}

/** What a webhook is told of a rule that fired: a channel and figures of it, nobody in it. */
export interface WebhookMessage {
	readonly type: 'rule.fired';
	/** ISO 8601, as Standard Webhooks has it. */
	readonly timestamp: string;
	readonly data: {
		readonly rule: string;
		readonly guildId: string;
		readonly channelId: string;
		readonly sessionId: string;
		/** Of the session so far. */
		readonly minutes: number;
		/** How many members were heard lately. */
		readonly members: number;
		/** 0…1 */
		readonly heat: number;
	};
}
