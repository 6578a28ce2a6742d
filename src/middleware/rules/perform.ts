import type { Effects, Publish, ReplyEvent } from '../../domain/index.ts';
import { type Action, type ActionKind, kindOf } from './actions.ts';
import type { Decision } from './engine.ts';
import type { Rules } from './schema.ts';
import { fill, inLanguage, type LocalText, type TextValues } from './template.ts';

/** Rules with all that they name elsewhere. */
export interface LoadedRules {
	readonly rules: Rules;
	/** What is played, by the name of its file: Opus of 20 ms, 48 kHz. */
	readonly sounds: ReadonlyMap<string, readonly Uint8Array[]>;
	/** What webhooks are signed with, by how the rules name it. */
	readonly secrets: ReadonlyMap<string, string>;
}

/** What a text generator is told: nothing that was said, nobody's id. */
export interface PhraseRequest {
	/** The rule's name. */
	readonly rule: string;
	/** What the rule asks about, as in `heat+time`. */
	readonly cause: string;
	readonly locale: string;
	/** The rule's own text; `{channel}` stands for the channel. */
	readonly draft: string;
}

export interface Performer {
	readonly effects: Effects;
	readonly publish: Publish;
	/** Another wording; `undefined` where there is none, and the rule's own is used. */
	readonly phrase?: ((request: PhraseRequest) => Promise<string | undefined>) | undefined;
}

/** Values for the texts of a decision. */
export function valuesOf({ session, figures }: Decision): TextValues {
	const { minutes, members, heat } = figures;
	return {
		channel: `<#${session.channelId}>`,
		minutes,
		hours: Math.floor(minutes / 60),
		members,
		heat: Math.round(heat * 100),
	};
}

/** The rule's own words for a decision, in the language of the community. */
export const wordsOf = (decision: Decision, text: LocalText): string =>
	fill(inLanguage(text, decision.session.locale), valuesOf(decision));

/**
 * Does what a rule says, in its order.
 *
 * @returns which of it was done, and which could not be
 */
export async function perform(
	decision: Decision,
	loaded: LoadedRules,
	performer: Performer,
): Promise<{ readonly done: readonly ActionKind[]; readonly failed: readonly ActionKind[] }> {
	const done: ActionKind[] = [];
	const failed: ActionKind[] = [];
	for (const action of decision.rule.then) {
		const happened = await act(action, decision, loaded, performer);
		(happened ? done : failed).push(kindOf(action));
	}
	return { done, failed };
}

async function act(action: Action, decision: Decision, loaded: LoadedRules, performer: Performer): Promise<boolean> {
	const { effects, publish } = performer;
	const { rule, session, at, figures } = decision;
	const { channelId, guildId, locale } = session;
	const told = (happened: boolean, text = ''): boolean => {
		const done = { action: kindOf(action), cause: rule.name };
		const event: ReplyEvent = { type: 'reply', at, channelId, text, ...done, ephemeral: false };
		if (happened) publish(event);
		return happened;
	};
	if (action.message) {
		const text = await worded(decision, action.message, performer);
		return told(await effects.say(channelId, text), text);
	}
	if (action.embed) {
		const { title: titles, text: texts, colour } = action.embed;
		const title = titles && wordsOf(decision, titles);
		const text = await worded(decision, texts, performer);
		const happened = await effects.embed(channelId, {
			text,
			...(title !== undefined && { title }),
			...(colour !== undefined && { colour }),
		});
		return told(happened, title === undefined ? text : `${title}\n${text}`);
	}
	if (action.reaction) return told(await effects.react(channelId, action.reaction));
	if (action.slowMode) return told(await effects.suggestSlowMode(session, action.slowMode.seconds));
	if (action.soundboard) {
		return told(await effects.soundboard(session, action.soundboard.sound, action.soundboard.guild));
	}
	if (action.play) return told(await effects.play(session, loaded.sounds.get(inLanguage(action.play, locale)) ?? []));
	if (action.webhook) {
		const { url, secret, timeout } = action.webhook;
		const happened = await effects.call(
			{ url, secret: loaded.secrets.get(secret) ?? secret, timeoutMs: timeout },
			{
				type: 'rule.fired',
				timestamp: new Date(at).toISOString(),
				data: { rule: rule.name, guildId, channelId, sessionId: session.sessionId, ...figures },
			},
		);
		return told(happened);
	}
	return false;
}

/** The text to say: the generator's where there is one and it has an answer, else the rule's own. */
async function worded(decision: Decision, text: LocalText, { phrase }: Performer): Promise<string> {
	const values = valuesOf(decision);
	const { channel: _, ...figures } = values;
	const draft = fill(inLanguage(text, decision.session.locale), figures);
	const { rule, cause, session } = decision;
	const answer = await phrase?.({ rule: rule.name, cause, locale: session.locale, draft });
	return fill(answer ?? draft, values);
}
