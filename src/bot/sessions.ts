import type { Client, VoiceBasedChannel } from 'discord.js';
import { type Claim, Community, type CommunityOptions, type DropCause } from './community.ts';
import { JoinError, joinDeadlineMs } from './fleet/join-error.ts';
import { probeVoice } from './reception/voice-probe.ts';
import type { VoiceSession } from './reception/voice-session.ts';

/** What became of a claim: `waiting` for an account to come free. */
export type ClaimOutcome = 'joined' | 'waiting' | 'failed';

/** How much later than its voice state Discord may tell that an account was removed. */
const LEFT_GRACE_MS = 500;

export type SessionsOptions = Omit<CommunityOptions, 'guildId' | 'closing' | 'onDropped'>;

/** The bot's stays in voice channels: at most one for each account and community, as Discord has it. */
export class Sessions implements AsyncDisposable {
	readonly #options: SessionsOptions;
	readonly #communities = new Map<string, Community>();
	readonly #closing = new AbortController();
	readonly #onDropped = new Set<(channelId: string, cause: DropCause) => void>();

	constructor(options: SessionsOptions) {
		this.#options = options;
		options.gate.onChange(({ action, guildId, userId }) => {
			for (const session of this.#communities.get(guildId)?.hearing ?? []) {
				if (action === 'withdrawn') session.withdraw(userId);
				session.sync();
			}
		});
		options.community.onChange((guildId) => this.#react(guildId, (community) => community.obey()));
		options.fleet.watch({
			joined: (accountId, { id }) => this.#react(id, (community) => community.accountJoined(accountId)),
			gone: (accountId, guildId) => {
				const ids = guildId === undefined ? [...this.#communities.keys()] : [guildId];
				for (const id of ids) this.#react(id, (community) => community.accountGone(accountId));
			},
		});
	}

	get all(): VoiceSession[] {
		return [...this.#communities.keys()].flatMap((guildId) => this.in(guildId));
	}

	/** A community's sessions, oldest first. */
	in(guildId: string): VoiceSession[] {
		return this.#communities.get(guildId)?.stays.map(({ session }) => session) ?? [];
	}

	get(guildId: string, channelId: string): VoiceSession | undefined {
		return this.#communities.get(guildId)?.stay(channelId)?.session;
	}

	/** Channels of a community for which no account is free. */
	waiting(guildId: string): string[] {
		return this.#communities.get(guildId)?.waiting ?? [];
	}

	/** Told of each channel that is left though somebody wanted it: by command, by a moderator, or given up. */
	onDropped(listener: (channelId: string, cause: DropCause) => void): void {
		this.#onDropped.add(listener);
	}

	/**
	 * Joins `channel` with the first account that is free and can, and listens once its notice is posted.
	 *
	 * @param deadlineMs how long connecting may take, when that differs from the configured time
	 * @throws {JoinError} when no account is free, or none can; or the reason why the program is ending
	 */
	join(
		{ id: channelId, guild }: { readonly id: string; readonly guild: { readonly id: string } },
		deadlineMs = this.#options.bot.connectDeadlineMs,
	): Promise<VoiceSession> {
		const community = this.#community(guild.id);
		return community.inTurn(async () => {
			const failure = await community.claim(channelId, 'command', deadlineMs);
			const stay = community.stay(channelId);
			if (stay) return stay.session;
			// Whoever asks is told at once, and asks again.
			await community.release(channelId, 'command');
			throw failure ?? new JoinError('no-account');
		});
	}

	/** The same for reasons other than a command: where no account is free, the channel waits for one. */
	claim(guildId: string, channelId: string, claim: Claim): Promise<ClaimOutcome> {
		const community = this.#community(guildId);
		return community.inTurn(async () => {
			const { bot, fleet, log } = this.#options;
			const failure = await community.claim(channelId, claim, bot.connectDeadlineMs);
			if (community.stay(channelId)) return 'joined';
			if (failure) log.warn({ claim, error: failure }, 'voice channel could not be joined');
			else log.warn({ claim, accounts: fleet.in(guildId).length }, 'no account is free, the channel waits');
			return failure ? 'failed' : 'waiting';
		});
	}

	/** A reason to be in a channel is over. */
	async release(guildId: string, channelId: string, claim: Claim): Promise<void> {
		const community = this.#communities.get(guildId);
		await community?.inTurn(() => community.release(channelId, claim));
	}

	/** Leaves one channel of a community, or all of them. @returns whether there was any */
	async leave(guildId: string, channelId?: string): Promise<boolean> {
		const community = this.#communities.get(guildId);
		if (!community) return false;
		return community.inTurn(() => community.drop(channelId === undefined ? undefined : [channelId]));
	}

	/**
	 * Whether a voice connection to `channel` comes about: that of the session there, or one that hears nobody.
	 *
	 * @returns `busy` where the account is in another channel. @throws when it does not come about
	 */
	probe(channel: VoiceBasedChannel, deadlineMs: number): Promise<'connected' | 'busy'> {
		const community = this.#community(channel.guild.id);
		return community.inTurn(async () => {
			const here = community.stay(channel.id)?.session.state;
			if (here?.status === 'listening') return 'connected';
			if (here?.status === 'recovering') throw new Error(here.reason);
			if (community.stayOf(channel.client.user.id)) return 'busy';
			await probeVoice(channel, joinDeadlineMs(channel, deadlineMs), this.#closing.signal);
			return 'connected';
		});
	}

	/** Someone joined, left or moved, as one of our accounts saw it: adjusts whom it hears and who has to be told. */
	memberMoved(
		client: Client<true>,
		guildId: string,
		member: { readonly userId: string; readonly bot: boolean },
		into: string | null,
	): void {
		const stay = this.#communities.get(guildId)?.stayOf(client.user.id);
		if (!stay) return;
		stay.moved();
		if (!member.bot && into === stay.place.channelId) stay.arrived(member.userId);
	}

	/**
	 * A community came back to one of our accounts, with a new session on the main gateway or after an outage.
	 * Discord tells who is there, not who came and went.
	 */
	guildReturned(client: Client<true>, guildId: string): void {
		this.#communities.get(guildId)?.stayOf(client.user.id)?.gatewayRenewed();
	}

	/**
	 * A moderator moved one of our accounts: what it hears and tells belongs to the new channel from now
	 * on, whose members have not been told yet.
	 */
	accountMoved(client: Client<true>, guildId: string, into: string | null): void {
		const react = (): void => this.#react(guildId, (community) => community.accountMoved(client));
		// Out of the channel may be out of the community, too: that is told a moment later, and is another matter.
		if (into === null) setTimeout(react, LEFT_GRACE_MS).unref();
		else react();
	}

	/** Leaves all channels and joins no more. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort(new Error('the program is ending'));
		await Promise.all([...this.#communities.values()].map((community) => community.close()));
	}

	#community(guildId: string): Community {
		const known = this.#communities.get(guildId);
		if (known) return known;
		const community = new Community({
			...this.#options,
			guildId,
			closing: this.#closing.signal,
			onDropped: (channelId, cause) => {
				for (const listener of this.#onDropped) listener(channelId, cause);
			},
		});
		this.#communities.set(guildId, community);
		return community;
	}

	#react(guildId: string, task: (community: Community) => Promise<void>): void {
		const community = this.#communities.get(guildId);
		community
			?.inTurn(async () => {
				if (!this.#closing.signal.aborted) await task(community);
			})
			.catch((error: unknown) => this.#options.log.error({ error }, 'channels could not be reassigned'));
	}
}
