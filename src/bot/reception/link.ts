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
import { type ReceiverTapHandlers, tapReceiver } from './receiver-tap.ts';
import { RejoinBudget } from './rejoin-budget.ts';

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

/** Discord closes with this code when it moved or removed the bot; only a new server tells which. */
const CLOSED_BY_DISCORD = 4014;
/** How long after that a new server may take to show. */
const MOVE_MS = 5000;

function describe(state: VoiceConnectionState): string {
	if (state.status !== VoiceConnectionStatus.Disconnected) return 'the voice connection was lost';
	return 'closeCode' in state && state.closeCode !== undefined ? `closed with ${state.closeCode}` : 'disconnected';
}

/**
 * One supervised voice connection. Left alone, @discordjs/voice rejoins a refusing server for ever, a
 * hundred times a second, and waits for ever for one that does not answer; here every attempt has a
 * deadline and all of them together a budget.
 */
export class Link {
	readonly connection: VoiceConnection;
	readonly #options: LinkOptions;
	readonly #budget = new RejoinBudget();
	readonly #closing = new AbortController();
	#lastError: string | undefined;
	/** Whether it has ever been up; until then whoever opened it decides. */
	#established = false;
	#recovering = false;

	constructor(options: LinkOptions) {
		this.#options = options;
		const { channel, log } = options;
		this.connection = joinVoiceChannel({
			guildId: channel.guild.id,
			channelId: channel.id,
			adapterCreator: channel.guild.voiceAdapterCreator,
			// Deaf bots are sent nothing.
			selfDeaf: false,
			selfMute: false,
			group: channel.client.user?.id ?? 'default',
		});
		tapReceiver(this.connection, options.tap);
		guardGateway(this.connection, (error) => log.warn({ error }, 'voice gateway message could not be handled'));
		// Without a listener, an error of the voice socket would end the process.
		this.connection.on('error', (error) => {
			this.#lastError = error.message;
			log.warn({ error }, 'voice connection error');
		});
		this.connection.on('stateChange', (before, after) => this.#follow(before, after));
	}

	/**
	 * Waits for the connection to stand.
	 *
	 * @throws when it does not within the deadline, or `signal` aborts
	 */
	async established(deadlineMs: number, signal: AbortSignal): Promise<void> {
		const up = await this.#until(({ status }) => status === VoiceConnectionStatus.Ready, deadlineMs, signal);
		signal.throwIfAborted();
		if (!up) throw new Error(this.#lastError ?? `no voice connection within ${Math.round(deadlineMs / 1000)} s`);
		this.#established = true;
	}

	/** Leaves. */
	close(): void {
		this.#closing.abort();
		if (this.connection.state.status !== VoiceConnectionStatus.Destroyed) this.connection.destroy();
	}

	#follow(before: VoiceConnectionState, after: VoiceConnectionState): void {
		if (this.#closing.signal.aborted || before.status === after.status) return;
		// Each attempt that the library makes by itself counts, too.
		const rejoins =
			after.status === VoiceConnectionStatus.Signalling && before.status !== VoiceConnectionStatus.Disconnected;
		if (after.status === VoiceConnectionStatus.Destroyed) this.#gone('removed');
		else if (rejoins && this.#budget.next(performance.now()) === undefined) {
			this.#gone('Discord kept refusing the voice connection');
		} else if (this.#established && before.status === VoiceConnectionStatus.Ready) void this.#recover(after);
	}

	/** Told in a turn of its own: the library is in the middle of its work when its events come. */
	#gone(reason: string): void {
		this.#closing.abort();
		setImmediate(() => {
			if (this.connection.state.status !== VoiceConnectionStatus.Destroyed) this.connection.destroy();
			this.#options.onGone(reason);
		});
	}

	async #recover(lost: VoiceConnectionState): Promise<void> {
		if (this.#recovering) return;
		this.#recovering = true;
		const reason = describe(lost);
		this.#options.onLost(reason);
		try {
			if ('closeCode' in lost && lost.closeCode === CLOSED_BY_DISCORD) {
				const moved = await this.#until(({ status }) => status !== VoiceConnectionStatus.Disconnected, MOVE_MS);
				if (!moved) return this.#gone(reason);
			}
			while (!this.#closing.signal.aborted) {
				if (await this.#back()) {
					this.#options.onRecovered();
					return;
				}
				const waitMs = this.#budget.next(performance.now());
				if (waitMs === undefined) return this.#gone(reason);
				await delay(waitMs, undefined, { signal: this.#closing.signal });
				this.connection.rejoin();
			}
		} catch (error) {
			if (!this.#closing.signal.aborted) throw error;
		} finally {
			this.#recovering = false;
		}
	}

	/** Whether an attempt that is under way succeeds. */
	async #back(): Promise<boolean> {
		if (this.connection.state.status === VoiceConnectionStatus.Disconnected) return false;
		return this.#until(({ status }) => status === VoiceConnectionStatus.Ready, this.#options.deadlineMs);
	}

	/**
	 * Waits for a state. Unlike `entersState` it is not put off by an error on the way.
	 *
	 * @returns false when the deadline passes, the connection ends, or (again) disconnects
	 */
	#until(
		fits: (state: VoiceConnectionState) => boolean,
		deadlineMs: number,
		signal: AbortSignal = this.#closing.signal,
	): Promise<boolean> {
		if (fits(this.connection.state)) return Promise.resolve(true);
		return new Promise((resolve) => {
			const settle = (result: boolean): void => {
				clearTimeout(timer);
				this.connection.off('stateChange', onState);
				signal.removeEventListener('abort', onAbort);
				this.#closing.signal.removeEventListener('abort', onAbort);
				resolve(result);
			};
			const onAbort = (): void => settle(false);
			const onState = (before: VoiceConnectionState, state: VoiceConnectionState): void => {
				if (fits(state)) settle(true);
				else if (state.status === VoiceConnectionStatus.Destroyed) settle(false);
				else if (state.status === VoiceConnectionStatus.Disconnected && before.status !== state.status) settle(false);
			};
			const timer = setTimeout(() => settle(false), deadlineMs);
			this.connection.on('stateChange', onState);
			signal.addEventListener('abort', onAbort, { once: true });
			this.#closing.signal.addEventListener('abort', onAbort, { once: true });
			if (signal.aborted || this.#closing.signal.aborted) settle(false);
		});
	}
}
