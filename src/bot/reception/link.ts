import { setTimeout as delay } from 'node:timers/promises';
import {
	joinVoiceChannel,
	type VoiceConnection,
	type VoiceConnectionState,
	VoiceConnectionStatus,
} from '@discordjs/voice';
import type { VoiceBasedChannel } from 'discord.js';
import type { Log } from '../../domain/index.ts';
import { guardGateway } from './gateway-guard.ts';
import { type LossCause, lossReason } from './loss.ts';
import { MainGateway } from './main-gateway.ts';
import { ReceiverTap, type ReceiverTapHandlers } from './receiver-tap.ts';
import { RejoinBudget } from './rejoin-budget.ts';
import { closeWithoutRejoining } from './rejoining.ts';
import { waitForState } from './wait-for-state.ts';

export interface LinkOptions {
	readonly channel: VoiceBasedChannel;
	readonly tap: ReceiverTapHandlers;
	readonly log: Log;
	/** How long one attempt to connect may take. */
	readonly deadlineMs: number;
	/** The connection is lost; it is being recovered. */
	onLost(reason: string): void;
	onRecovered(): void;
	/** It is gone for good. */
	onGone(reason: string): void;
}

/**
 * Discord closes with this code when it moved or removed the bot, or when the account's session on the main
 * gateway is over; only what comes after it tells which.
 */
const CLOSED_BY_DISCORD = 4014;
/** How long after that a new server may take to show. */
const MOVE_MS = 5000;

const isReady = ({ status }: VoiceConnectionState): boolean => status === VoiceConnectionStatus.Ready;
const isDisconnected = ({ status }: VoiceConnectionState): boolean => status === VoiceConnectionStatus.Disconnected;

const closeCodeOf = (state: VoiceConnectionState): number | undefined =>
	'closeCode' in state ? state.closeCode : undefined;

const describe = (state: VoiceConnectionState): string => {
	const code = closeCodeOf(state);
	return code === undefined ? 'the voice connection was lost' : `closed with ${code}`;
};

/**
 * One supervised voice connection. Left alone, @discordjs/voice rejoins a refusing server for ever, a
 * hundred times a second, and waits for ever for one that does not answer; here every attempt has a
 * deadline, a pause before it, and all of them together a budget.
 */
export class Link {
	readonly connection: VoiceConnection;
	readonly tap: ReceiverTap;
	readonly #options: LinkOptions;
	readonly #budget = new RejoinBudget();
	readonly #gateway: MainGateway;
	readonly #closing = new AbortController();
	#lastError: string | undefined;
	/** Whether it has ever been up; until then whoever opened it decides. */
	#established = false;
	#recovering = false;
	#rejoining = false;

	constructor(options: LinkOptions) {
		this.#options = options;
		const { channel, log } = options;
		this.#gateway = new MainGateway(channel.guild);
		this.connection = joinVoiceChannel({
			guildId: channel.guild.id,
			channelId: channel.id,
			adapterCreator: channel.guild.voiceAdapterCreator,
			// Deaf bots are sent nothing.
			selfDeaf: false,
			selfMute: false,
			group: channel.client.user?.id ?? 'default',
		});
		this.tap = new ReceiverTap(this.connection, options.tap);
		guardGateway(this.connection, (error) => log.warn({ error }, 'voice gateway message could not be handled'));
		closeWithoutRejoining(this.connection);
		// Without a listener, an error of the voice socket would end the process.
		this.connection.on('error', (error) => {
			this.#lastError = error.message;
			log.warn({ error }, 'voice connection error');
		});
		this.connection.on('stateChange', (before, after) => this.#follow(before, after));
	}

	/**
	 * Waits for the connection to stand, trying again for as long as there is time.
	 *
	 * @throws when it does not within the deadline, or `signal` aborts
	 */
	async established(deadlineMs: number, signal: AbortSignal): Promise<void> {
		const deadline = performance.now() + deadlineMs;
		const ending = AbortSignal.any([signal, this.#closing.signal]);
		while (!(await this.#back(deadline - performance.now(), signal))) {
			signal.throwIfAborted();
			const waitMs = isDisconnected(this.connection.state) ? this.#budget.next(performance.now()) : undefined;
			if (waitMs === undefined || performance.now() + waitMs >= deadline) {
				const { state } = this.connection;
				const code = closeCodeOf(state) === undefined ? undefined : describe(state);
				const reason = this.#lastError ?? code ?? `no voice connection within ${Math.round(deadlineMs / 1000)} s`;
				throw new Error(reason);
			}
			await delay(waitMs, undefined, { signal: ending });
			this.connection.rejoin();
		}
		this.#established = true;
	}

	/** The account's session on the main gateway is a new one, in which it is in no channel: asks to be let in again. */
	rejoin(): void {
		if (!this.#established || this.#rejoining || this.#closing.signal.aborted) return;
		this.#rejoining = true;
		this.#gateway.up(this.#closing.signal).then(
			() => {
				this.#rejoining = false;
				this.#options.log.info({}, 'voice channel is joined again in a new gateway session');
				this.connection.rejoin();
			},
			// It was closed meanwhile.
			() => {},
		);
	}

	/** Opens a new connection to the same server: the present one stands and yet is of no use. */
	renew(reason: string): void {
		if (!this.#established || this.#recovering || this.#closing.signal.aborted || !isReady(this.connection.state))
			return;
		if (this.#budget.next(performance.now()) === undefined) this.#gone('refused', reason);
		else {
			this.#options.log.info({ reason }, 'voice connection is renewed');
			this.connection.configureNetworking();
		}
	}

	/** Gives up. */
	abandon(cause: LossCause, detail?: string): void {
		this.#gone(cause, detail);
	}

	/** Leaves. */
	close(): void {
		this.#closing.abort();
		if (this.connection.state.status !== VoiceConnectionStatus.Destroyed) this.connection.destroy();
	}

	#follow(before: VoiceConnectionState, after: VoiceConnectionState): void {
		if (this.#closing.signal.aborted || before.status === after.status) return;
		if (after.status === VoiceConnectionStatus.Destroyed) this.#gone('removed');
		else if (this.#established && before.status === VoiceConnectionStatus.Ready) {
			this.#recover(after).catch((error: unknown) => {
				this.#options.log.error({ error }, 'voice connection could not be recovered');
				this.#gone('refused');
			});
		}
	}

	/** Told in a turn of its own: the library is in the middle of its work when its events come. */
	#gone(cause: LossCause, detail?: string): void {
		if (this.#closing.signal.aborted) return;
		this.#closing.abort();
		setImmediate(() => {
			if (this.connection.state.status !== VoiceConnectionStatus.Destroyed) this.connection.destroy();
			this.#options.onGone(lossReason(cause, detail));
		});
	}

	async #recover(lost: VoiceConnectionState): Promise<void> {
		if (this.#recovering) return;
		this.#recovering = true;
		let reason = describe(lost);
		this.#options.onLost(reason);
		try {
			if (closeCodeOf(lost) === CLOSED_BY_DISCORD && !(await this.#isMoved())) {
				return this.#gone(this.#channelIsThere ? 'disconnected' : 'channel-deleted', reason);
			}
			while (!this.#closing.signal.aborted) {
				if (await this.#back(this.#options.deadlineMs)) {
					this.#options.onRecovered();
					return;
				}
				if (!this.#channelIsThere) return this.#gone('channel-deleted', reason);
				if (closeCodeOf(this.connection.state) !== undefined) reason = describe(this.connection.state);
				// Without it nobody can be asked; that is no attempt.
				await this.#gateway.up(this.#closing.signal);
				const waitMs = this.#budget.next(performance.now());
				if (waitMs === undefined) return this.#gone('refused', reason);
				await delay(waitMs, undefined, { signal: this.#closing.signal });
				this.connection.rejoin();
			}
		} catch (error) {
			if (!this.#closing.signal.aborted) throw error;
		} finally {
			this.#recovering = false;
		}
	}

	get #channelIsThere(): boolean {
		const { channel } = this.#options;
		return channel.guild.channels.cache.has(channel.id);
	}

	/** Whether what Discord closed goes on elsewhere: on another server, or after a new session on the main gateway. */
	async #isMoved(): Promise<boolean> {
		const goesOn = (): Promise<boolean> => this.#until((state) => !isDisconnected(state), MOVE_MS);
		while (!(await goesOn())) {
			if (this.#gateway.isUp && !this.#rejoining) return false;
			if (!(await this.#gateway.up(this.#closing.signal))) return false;
		}
		return true;
	}

	/** Whether an attempt that is under way succeeds. */
	async #back(deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
		if (isDisconnected(this.connection.state)) return false;
		// It may have been lost again by the time that we hear of it.
		return (await this.#until(isReady, deadlineMs, signal)) && isReady(this.connection.state);
	}

	#until(
		fits: (state: VoiceConnectionState) => boolean,
		deadlineMs: number,
		signal: AbortSignal = this.#closing.signal,
	): Promise<boolean> {
		return waitForState(this.connection, fits, Math.max(0, deadlineMs), [signal, this.#closing.signal]);
	}
}
