import type { Client } from 'discord.js';
import { type Assignment, Coordinator } from './fleet/coordinator.ts';
import type { Fleet } from './fleet/fleet.ts';
import { JoinError, joinDeadlineMs, joinFailure, voiceChannelOf } from './fleet/join-error.ts';
import { vacated } from './fleet/vacancy.ts';
import { translate } from './i18n/index.ts';
import { lossText } from './reception/loss.ts';
import type { VoiceSession } from './reception/voice-session.ts';
import { Stay, type StayEvents, type StayServices } from './stay.ts';

/** Why the bot is in a channel; it leaves when no reason is left. */
export type Claim = 'command' | 'follow' | 'schedule';

/** Why a channel is wanted no longer: nobody wants it, no account could stay in it, or the community's settings are against it. */
export type DropCause = 'dismissed' | 'lost' | 'refused';

export interface CommunityOptions extends StayServices {
	readonly fleet: Fleet;
	readonly guildId: string;
	/** The program is ending. */
	readonly closing: AbortSignal;
	/** Told of each channel that is left though a claim stood. */
	onDropped(channelId: string, cause: DropCause): void;
}

/**
 * The bot's channels in one community, and the accounts that serve them. Everything that changes them
 * happens in turn, so that two commands, or a command and a loss, cannot cross.
 */
export class Community {
	readonly #options: CommunityOptions;
	readonly #coordinator: Coordinator;
	/** Wanted channels and why, oldest first. */
	readonly #claims = new Map<string, Set<Claim>>();
	readonly #stays = new Map<string, Stay>();
	/** No longer ours, and not silent yet. */
	readonly #leaving = new Set<Stay>();
	#turn: Promise<unknown> = Promise.resolve();

	constructor(options: CommunityOptions) {
		this.#options = options;
		this.#coordinator = new Coordinator(options.fleet.accountIds);
		for (const { user } of options.fleet.in(options.guildId)) this.#coordinator.joined(user.id);
	}

	/** Every session in which somebody may be heard at this moment, those that are being left included. */
	get hearing(): VoiceSession[] {
		return [...this.#stays.values(), ...this.#leaving].map(({ session }) => session);
	}

	get stays(): Stay[] {
		return [...this.#stays.values()];
	}

	stay(channelId: string): Stay | undefined {
		return this.#stays.get(channelId);
	}

	/** The stay of one of our accounts. */
	stayOf(accountId: string): Stay | undefined {
		return this.stays.find((stay) => stay.accountId === accountId);
	}

	/** Channels for which no account is free. */
	get waiting(): string[] {
		return this.#coordinator.waiting;
	}

	/** Runs `task` when all before it is done. */
	inTurn<T>(task: () => Promise<T>): Promise<T> {
		const mine = this.#turn.then(task);
		this.#turn = mine.catch(() => {});
		return mine;
	}

	/**
	 * Wants a channel and joins it with the first account that is free and can.
	 *
	 * @returns why it failed, if it did; where it neither failed nor is there, it waits for an account
	 */
	async claim(channelId: string, claim: Claim, deadlineMs: number): Promise<JoinError | undefined> {
		const { closing, fleet, gate, guildId, community } = this.#options;
		closing.throwIfAborted();
		if (!fleet.serves(guildId)) return new JoinError('no-account');
		const refusal = community.refusal(guildId, channelId);
		if (refusal) return new JoinError(refusal);
		const isThere = this.stay(channelId)?.session.state.status === 'listening';
		// Before anything is claimed: where the store fails, nothing has happened.
		if (!isThere) await gate.load(guildId);
		this.#claims.set(channelId, (this.#claims.get(channelId) ?? new Set()).add(claim));
		if (isThere) return undefined;
		await this.#end(channelId);
		const accountId = this.#coordinator.want(channelId);
		if (accountId === undefined) return undefined;
		return (await this.#carryOut([{ channelId, accountId }], deadlineMs)).get(channelId);
	}

	/** A reason to be in a channel is over. */
	async release(channelId: string, claim: Claim): Promise<void> {
		const claims = this.#claims.get(channelId);
		if (claims?.delete(claim) && claims.size === 0) await this.drop([channelId]);
	}

	/** Leaves these channels, or all, for good and serves those that waited. @returns whether there was any */
	async drop(
		channelIds: readonly string[] = [...this.#claims.keys()],
		cause: DropCause = 'dismissed',
	): Promise<boolean> {
		const leaving = channelIds.filter((channelId) => this.#claims.has(channelId));
		await Promise.all(leaving.map((channelId) => this.#end(channelId)));
		const freed = leaving.flatMap((channelId) => this.#forget(channelId, cause));
		await this.#carryOut(freed);
		return leaving.length > 0;
	}

	/** Leaves the channels in which the community no longer has the bot listen. */
	async obey(): Promise<void> {
		const { community, guildId } = this.#options;
		await this.drop(
			[...this.#claims.keys()].filter((channelId) => community.refusal(guildId, channelId)),
			'refused',
		);
	}

	/** An account is in the community from now on. */
	async accountJoined(accountId: string): Promise<void> {
		await this.#carryOut(this.#coordinator.joined(accountId));
	}

	/** Hands the channel of an account that is gone over to another that is free; where none is, says so. */
	async accountGone(accountId: string): Promise<void> {
		const { fleet, guildId, log } = this.#options;
		const orphaned = this.#coordinator.assignments.find((assignment) => assignment.accountId === accountId)?.channelId;
		const stay = this.stayOf(accountId);
		const successors = this.#coordinator.gone(accountId);
		if (stay) await this.#end(stay.place.channelId);
		// Without the main account nobody could command the others.
		if (!fleet.serves(guildId)) return void (await this.drop());
		await this.#carryOut(successors);
		if (orphaned === undefined || this.#stays.has(orphaned)) return;
		log.warn({ accounts: fleet.in(guildId).length }, 'no account is free to take over');
		await this.#tell(orphaned, translate(this.#locale, 'fleet.orphaned'));
	}

	/** A moderator moved one of our accounts. Where another of ours is already, it leaves. */
	async accountMoved(client: Client<true>): Promise<void> {
		const stay = this.stayOf(client.user.id);
		const guild = client.guilds.cache.get(this.#options.guildId);
		// Where it is by now: earlier moves, such as our own, have been dealt with.
		const into = guild?.voiceStates.cache.get(client.user.id)?.channelId ?? undefined;
		// One that is out of the community, or has died, is dealt with as that.
		if (!stay || !guild || !this.#options.fleet.client(stay.accountId) || stay.place.channelId === into) return;
		const from = stay.place.channelId;
		await this.#end(from);
		const { community, guildId } = this.#options;
		const refused = into === undefined || community.refusal(guildId, into) !== undefined;
		if (refused || !this.#coordinator.moved(stay.accountId, into)) return void (await this.drop([from]));
		this.#forget(from, 'dismissed');
		this.#claims.set(into, (this.#claims.get(into) ?? new Set()).add('command'));
		await this.#carryOut([{ channelId: into, accountId: stay.accountId }]);
	}

	async close(): Promise<void> {
		await this.#turn;
		await Promise.all([...this.#stays.keys()].map((channelId) => this.#end(channelId)));
	}

	/** A channel is wanted no longer. @returns who serves what instead */
	#forget(channelId: string, cause: DropCause): Assignment[] {
		const wanted = this.#claims.delete(channelId);
		const freed = this.#coordinator.drop(channelId);
		if (wanted) this.#options.onDropped(channelId, cause);
		return freed;
	}

	async #end(channelId: string): Promise<void> {
		const stay = this.#stays.get(channelId);
		if (!stay) return;
		// First out of the list: an end that we bring about is no loss.
		this.#stays.delete(channelId);
		this.#leaving.add(stay);
		try {
			await stay[Symbol.asyncDispose]();
		} finally {
			this.#leaving.delete(stay);
		}
	}

	/** Takes the assigned seats, one after the other. @returns channels that are given up, since no account can */
	async #carryOut(
		assignments: readonly Assignment[],
		deadlineMs = this.#options.bot.connectDeadlineMs,
	): Promise<Map<string, JoinError>> {
		const failures = new Map<string, JoinError>();
		const queue = [...assignments];
		for (let next = queue.shift(); next; next = queue.shift()) {
			const { channelId, accountId } = next;
			if (this.#coordinator.accountOf(channelId) !== accountId || this.#stays.has(channelId)) continue;
			try {
				const stay = await this.#enter(next, deadlineMs);
				this.#stays.set(channelId, stay);
				// Who withdrew a moment ago did so before the session could be told.
				stay.session.sync();
				failures.delete(channelId);
			} catch (error) {
				failures.set(channelId, joinFailure(error));
				queue.push(...this.#coordinator.failed(next));
			}
			if (this.#options.closing.aborted) break;
		}
		for (const channelId of failures.keys()) this.#forget(channelId, 'lost');
		return failures;
	}

	async #enter({ channelId, accountId }: Assignment, deadlineMs: number): Promise<Stay> {
		const { closing, fleet } = this.#options;
		const channel = voiceChannelOf(fleet.client(accountId), channelId);
		if (!channel) throw new JoinError('forbidden');
		const events: StayEvents = {
			ended: (stay, reason) => this.#ended(stay, reason),
			deserted: () => this.#deserted(channelId),
		};
		try {
			await vacated(channel, fleet.accountIds, closing);
			return await Stay.enter(channel, this.#options, events, joinDeadlineMs(channel, deadlineMs), closing);
		} catch (error) {
			throw joinFailure(error, channel);
		}
	}

	/** A session ended by itself: its account has lost the channel, and another may try. */
	#ended(stay: Stay, reason: string): void {
		const { accountId, place } = stay;
		const { channelId } = place;
		if (this.#stays.get(channelId) !== stay) return;
		this.#stays.delete(channelId);
		this.inTurn(async () => {
			// An account that is gone has been replaced already.
			if (this.#coordinator.accountOf(channelId) !== accountId || this.#stays.has(channelId)) return;
			await this.#carryOut(this.#coordinator.failed({ channelId, accountId }));
			if (this.#stays.has(channelId)) return;
			this.#forget(channelId, 'lost');
			// `left`: the notice could not be posted; nothing else could be either.
			if (reason !== 'left') await this.#tell(channelId, lossText(this.#locale, reason));
		}).catch((error: unknown) => this.#options.log.error({ error }, 'channel could not be handed over'));
	}

	/** Nobody is left whom a command brought the bot in for. What else it is there for, if anything, goes on. */
	#deserted(channelId: string): void {
		this.inTurn(() => this.release(channelId, 'command')).catch((error: unknown) =>
			this.#options.log.error({ error }, 'empty channel could not be left'),
		);
	}

	/** The community's language. */
	get #locale(): string {
		const { community, fleet, guildId } = this.#options;
		const guild = fleet.in(guildId)[0]?.guilds.cache.get(guildId);
		return community.localeOf(guild ?? { id: guildId, preferredLocale: 'en' });
	}

	async #tell(channelId: string, text: string): Promise<void> {
		if (!(await this.#options.fleet.say(channelId, text))) this.#options.log.warn({}, 'the channel could not be told');
	}
}
