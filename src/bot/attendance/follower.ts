import type { ClaimOutcome } from '../sessions.ts';

/** What following in is about, in one voice channel at one moment. */
export interface ChannelView {
	readonly guildId: string;
	readonly channelId: string;
	/** Members in the channel who agreed to be heard. */
	readonly consenting: number;
	/** How many it takes; undefined where nobody is followed. */
	readonly minMembers: number | undefined;
}

export interface FollowerOptions {
	readonly joinDelayMs: number;
	readonly leaveDelayMs: number;
	join(guildId: string, channelId: string): Promise<ClaimOutcome>;
	leave(guildId: string, channelId: string): Promise<void>;
	onFailure(error: unknown): void;
}

interface Channel {
	view: ChannelView;
	/** Whether we asked to be there. */
	claimed: boolean;
	/** Sent away, or unable to come: not again before fewer are there than it takes. */
	dismissed: boolean;
	/** What is about to happen unless things change before. */
	pending: { readonly step: 'join' | 'leave'; readonly timer: NodeJS.Timeout } | undefined;
}

/**
 * Follows members into voice channels: comes when enough who agreed are there, goes when none is left.
 * Either waits a while, so that somebody who looks in, or whose connection breaks off, moves nothing.
 */
export class Follower implements Disposable {
	readonly #options: FollowerOptions;
	readonly #channels = new Map<string, Channel>();

	constructor(options: FollowerOptions) {
		this.#options = options;
	}

	/** Things are like this now. */
	see(view: ChannelView): void {
		const known = this.#channels.get(view.channelId);
		if (!known && view.minMembers === undefined) return;
		const channel = known ?? { view, claimed: false, dismissed: false, pending: undefined };
		this.#channels.set(view.channelId, channel);
		channel.view = view;
		this.#consider(channel);
	}

	/** The channel was left though we wanted to be there. */
	dismissed(channelId: string): void {
		const channel = this.#channels.get(channelId);
		if (!channel) return;
		channel.claimed = false;
		channel.dismissed = true;
		this.#consider(channel);
	}

	[Symbol.dispose](): void {
		for (const { pending } of this.#channels.values()) clearTimeout(pending?.timer);
		this.#channels.clear();
	}

	#consider(channel: Channel): void {
		const { claimed, view } = channel;
		const { consenting, minMembers } = view;
		const enough = minMembers !== undefined && consenting >= minMembers;
		if (!enough) channel.dismissed = false;
		const comes = !claimed && enough && !channel.dismissed;
		const goes = claimed && (minMembers === undefined || consenting === 0);
		const step = comes ? 'join' : goes ? 'leave' : undefined;
		if (channel.pending?.step === step) return;
		clearTimeout(channel.pending?.timer);
		channel.pending = undefined;
		if (step !== undefined) {
			const { joinDelayMs, leaveDelayMs } = this.#options;
			const delayMs = step === 'join' ? joinDelayMs : minMembers === undefined ? 0 : leaveDelayMs;
			channel.pending = { step, timer: setTimeout(() => this.#act(channel, step), delayMs) };
		} else if (!claimed && !channel.dismissed && consenting === 0) this.#channels.delete(view.channelId);
	}

	#act(channel: Channel, step: 'join' | 'leave'): void {
		const { guildId, channelId } = channel.view;
		channel.pending = undefined;
		channel.claimed = step === 'join';
		const done = step === 'join' ? this.#join(channel) : this.#options.leave(guildId, channelId);
		done.catch(this.#options.onFailure);
	}

	async #join(channel: Channel): Promise<void> {
		const { guildId, channelId } = channel.view;
		const outcome = await this.#options.join(guildId, channelId);
		if (outcome === 'failed') this.dismissed(channelId);
	}
}
