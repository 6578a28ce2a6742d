import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
	entersState,
	joinVoiceChannel,
	type VoiceConnection,
	VoiceConnectionDisconnectReason,
	VoiceConnectionStatus,
} from '@discordjs/voice';
import type { VoiceBasedChannel } from 'discord.js';
import type { Segment } from '../../audio/index.ts';
import { type Log, type MemberHealth, reasonOf, type Utterance } from '../../domain/index.ts';
import { Ear, type EarTuning } from './ear.ts';
import { tapReceiver } from './receiver-tap.ts';
import { RejoinBudget } from './rejoin-budget.ts';

/** Where a session stands. */
export type SessionState =
	| { readonly status: 'joining' }
	| { readonly status: 'listening' }
	| { readonly status: 'recovering'; readonly reason: string }
	| { readonly status: 'ended'; readonly reason: string };

export interface VoiceSessionOptions {
	readonly channel: VoiceBasedChannel;
	/** Whether this member may be heard now: human, and with current consent. Asked before each subscription. */
	mayHear(userId: string): boolean;
	/** Takes an utterance; `signal` aborts when its speaker withdraws. */
	onUtterance(utterance: Utterance, signal: AbortSignal): void;
	onEnd(session: VoiceSession, reason: string): void;
	readonly tuning: EarTuning;
	readonly log: Log;
	/** How long connecting may take. */
	readonly connectDeadlineMs: number;
}

const TICK_MS = 100;
/** Discord closes with this code when it moved or removed the bot; only a new server tells which. */
const CLOSED_BY_DISCORD = 4014;

/** One stay of the bot in one voice channel. */
export class VoiceSession implements AsyncDisposable {
	readonly id = randomUUID().slice(0, 8);
	readonly #options: VoiceSessionOptions;
	readonly #connection: VoiceConnection;
	readonly #ears = new Map<string, Ear>();
	/** What the ears of members who left have counted. */
	readonly #past = new Map<string, MemberHealth>();
	/** Members whom Discord was asked about. */
	readonly #asked = new Set<string>();
	readonly #budget = new RejoinBudget();
	readonly #ticker: NodeJS.Timeout;
	readonly #startedAt = performance.now();
	#utterances = 0;
	#ignoredPackets = 0;
	#state: SessionState = { status: 'joining' };

	private constructor(options: VoiceSessionOptions) {
		this.#options = options;
		const { channel } = options;
		this.#connection = joinVoiceChannel({
			guildId: channel.guild.id,
			channelId: channel.id,
			adapterCreator: channel.guild.voiceAdapterCreator,
			// Deaf bots are sent nothing; mute, because this one never talks unasked.
			selfDeaf: false,
			selfMute: false,
			group: channel.client.user?.id ?? 'default',
		});
		tapReceiver(this.#connection, {
			packet: (packet) => {
				const ear = this.#ears.get(packet.userId);
				if (ear) this.#hand(ear, ear.hear(packet, this.elapsedMs));
			},
			undecryptable: (userId) => this.#ears.get(userId)?.missed(),
			ignored: () => this.#ignoredPackets++,
		});
		// Without a listener, an error of the voice socket would end the process.
		this.#connection.on('error', (error) =>
			options.log.warn({ session: this.id, reason: error.message }, 'voice connection error'),
		);
		this.#connection.on(VoiceConnectionStatus.Disconnected, (_, state) => void this.#recover(state));
		this.#connection.on(VoiceConnectionStatus.Signalling, (old) => {
			if (old.status !== VoiceConnectionStatus.Disconnected) this.#spendRejoin();
		});
		this.#ticker = setInterval(() => this.#tick(), TICK_MS);
	}

	/**
	 * Joins the channel and listens.
	 *
	 * @throws when there is no connection within `connectDeadlineMs`
	 */
	static async join(options: VoiceSessionOptions): Promise<VoiceSession> {
		const session = new VoiceSession(options);
		try {
			await entersState(session.#connection, VoiceConnectionStatus.Ready, options.connectDeadlineMs);
		} catch (error) {
			session.#end('connecting took too long');
			throw new Error(`no voice connection within ${options.connectDeadlineMs / 1000} s`, { cause: error });
		}
		session.#state = { status: 'listening' };
		session.sync();
		return session;
	}

	get channel(): VoiceBasedChannel {
		return this.#options.channel;
	}

	get state(): SessionState {
		return this.#state;
	}

	get elapsedMs(): number {
		return Math.round(performance.now() - this.#startedAt);
	}

	get ignoredPackets(): number {
		return this.#ignoredPackets;
	}

	/** Reception of everyone who was heard in this session and still may be. */
	get health(): MemberHealth[] {
		const now = new Map(this.#past);
		for (const ear of this.#ears.values()) now.set(ear.userId, sum(now.get(ear.userId), ear.health));
		return [...now.values()];
	}

	/** Opens and closes ears so that exactly those present who may be heard are heard. */
	sync(): void {
		if (this.#state.status === 'ended') return;
		const wanted = new Set(this.#present().filter((userId) => this.#isHuman(userId)));
		for (const ear of this.#ears.values()) if (!wanted.has(ear.userId)) this.#close(ear);
		for (const userId of wanted) {
			if (!this.#ears.has(userId)) {
				this.#ears.set(userId, new Ear(userId, this.#connection.receiver, this.elapsedMs, this.#options.tuning));
			}
		}
	}

	/** Those in the channel who agreed. */
	#present(): string[] {
		const { channel, mayHear } = this.#options;
		return [...channel.guild.voiceStates.cache.values()]
			.filter((state) => state.channelId === channel.id && mayHear(state.id))
			.map((state) => state.id);
	}

	/** Asks Discord about members that it has not told us of; until it answers they count as bots. */
	#isHuman(userId: string): boolean {
		const { guild } = this.#options.channel;
		const member = guild.members.cache.get(userId);
		if (member) return !member.user.bot;
		if (!this.#asked.has(userId)) {
			this.#asked.add(userId);
			void guild.members.fetch(userId).then(
				() => this.sync(),
				(error: unknown) => this.#options.log.warn({ error }, 'member could not be looked up'),
			);
		}
		return false;
	}

	/** Stops hearing a member at once and lets go of all that is on its way. */
	withdraw(userId: string): void {
		this.#ears.get(userId)?.withdraw();
		this.#ears.delete(userId);
		this.#past.delete(userId);
	}

	/** Leaves the channel; what was being said is still handed on. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#end('left');
	}

	#close(ear: Ear): void {
		const health = ear.health;
		this.#hand(ear, ear.finish());
		this.#past.set(ear.userId, sum(this.#past.get(ear.userId), health));
		this.#ears.delete(ear.userId);
	}

	#end(reason: string): void {
		if (this.#state.status === 'ended') return;
		for (const ear of [...this.#ears.values()]) this.#close(ear);
		this.#state = { status: 'ended', reason };
		clearInterval(this.#ticker);
		if (this.#connection.state.status !== VoiceConnectionStatus.Destroyed) this.#connection.destroy();
		this.#options.onEnd(this, reason);
	}

	#tick(): void {
		const now = this.elapsedMs;
		for (const ear of this.#ears.values()) this.#hand(ear, ear.tick(now));
	}

	#hand(ear: Ear, segments: readonly Segment[]): void {
		for (const segment of segments) {
			const utterance: Utterance = {
				id: `${this.id}-${++this.#utterances}`,
				sessionId: this.id,
				speakerId: ear.userId,
				...segment,
			};
			this.#options.onUtterance(utterance, ear.signal);
		}
	}

	/** Each new attempt that the library makes by itself is counted, so that it cannot go on for ever. */
	#spendRejoin(): void {
		if (this.#budget.next(performance.now()) === undefined) this.#end('Discord kept refusing the voice connection');
	}

	async #recover(disconnected: { reason: VoiceConnectionDisconnectReason; closeCode?: number }): Promise<void> {
		if (this.#state.status === 'ended' || this.#state.status === 'joining') return;
		const reason = disconnected.closeCode === undefined ? 'disconnected' : `closed with ${disconnected.closeCode}`;
		this.#state = { status: 'recovering', reason };
		try {
			if (
				disconnected.reason === VoiceConnectionDisconnectReason.WebSocketClose &&
				disconnected.closeCode === CLOSED_BY_DISCORD
			) {
				// Moved to another channel: a new server follows at once. Removed: nothing does.
				await entersState(this.#connection, VoiceConnectionStatus.Connecting, 5000);
			} else {
				const waitMs = this.#budget.next(performance.now());
				if (waitMs === undefined) return this.#end(reason);
				await delay(waitMs);
				if (this.#connection.state.status === VoiceConnectionStatus.Disconnected) this.#connection.rejoin();
			}
			await entersState(this.#connection, VoiceConnectionStatus.Ready, this.#options.connectDeadlineMs);
			this.#state = { status: 'listening' };
			this.sync();
		} catch (error) {
			this.#options.log.warn({ session: this.id, reason: reasonOf(error) }, 'voice connection not recovered');
			this.#end(reason);
		}
	}
}

function sum(one: MemberHealth | undefined, other: MemberHealth): MemberHealth {
	if (!one) return other;
	return {
		speakerId: other.speakerId,
		heard: one.heard + other.heard,
		lost: one.lost + other.lost,
		late: one.late + other.late,
		duplicate: one.duplicate + other.duplicate,
		undecryptable: one.undecryptable + other.undecryptable,
		concealed: one.concealed + other.concealed,
		dropped: one.dropped + other.dropped,
	};
}
