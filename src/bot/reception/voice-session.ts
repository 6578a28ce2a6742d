import { randomUUID } from 'node:crypto';
import type { VoiceBasedChannel } from 'discord.js';
import type { Segment } from '../../audio/index.ts';
import type { Log, MemberHealth, Utterance } from '../../domain/index.ts';
import { Ear, type EarTuning } from './ear.ts';
import { addHealth, noHealth } from './health.ts';
import { Link } from './link.ts';

/** Where a session stands. */
export type SessionState =
	| { readonly status: 'joining' }
	| { readonly status: 'listening' }
	| { readonly status: 'recovering'; readonly reason: string }
	| { readonly status: 'ended'; readonly reason: string };

export interface VoiceSessionOptions {
	readonly channel: VoiceBasedChannel;
	/** Whether this member agreed to be heard. Asked before each subscription. */
	mayHear(userId: string): boolean;
	/** Takes an utterance of a member. */
	onUtterance(utterance: Utterance): void;
	onEnd(session: VoiceSession, reason: string): void;
	readonly tuning: EarTuning;
	readonly log: Log;
	/** How long one attempt to connect may take. */
	readonly connectDeadlineMs: number;
}

const TICK_MS = 100;

/** One stay of the bot in one voice channel. */
export class VoiceSession implements AsyncDisposable {
	readonly id = randomUUID().slice(0, 8);
	readonly #options: VoiceSessionOptions;
	readonly #link: Link;
	readonly #ears = new Map<string, Ear>();
	/** What the ears of members who left have counted. */
	readonly #past = new Map<string, MemberHealth>();
	/** Members whom Discord was asked about. */
	readonly #asked = new Set<string>();
	readonly #ticker: NodeJS.Timeout;
	readonly #startedAt = performance.now();
	#utterances = 0;
	#ignoredPackets = 0;
	#state: SessionState = { status: 'joining' };

	private constructor(options: VoiceSessionOptions) {
		this.#options = options;
		this.#link = new Link({
			channel: options.channel,
			log: options.log,
			deadlineMs: options.connectDeadlineMs,
			tap: {
				packet: (packet) => {
					const ear = this.#ears.get(packet.userId);
					if (ear) this.#hand(ear, ear.hear(packet, this.elapsedMs));
				},
				duplicate: (userId) => this.#ears.get(userId)?.duplicated(),
				undecryptable: (userId) => this.#ears.get(userId)?.missed(),
				ignored: () => this.#ignoredPackets++,
			},
			onLost: (reason) => {
				if (this.#state.status === 'listening') this.#state = { status: 'recovering', reason };
			},
			onRecovered: () => {
				if (this.#state.status === 'recovering') this.listen();
			},
			onGone: (reason) => this.#end(reason),
		});
		this.#ticker = setInterval(() => this.#tick(), TICK_MS);
	}

	/**
	 * Joins the channel. Nobody is heard before {@link listen}.
	 *
	 * @throws when there is no connection within `deadlineMs`, or `signal` aborts
	 */
	static async join(options: VoiceSessionOptions, deadlineMs: number, signal: AbortSignal): Promise<VoiceSession> {
		const session = new VoiceSession(options);
		try {
			await session.#link.established(deadlineMs, signal);
			return session;
		} catch (error) {
			session.#end('never connected');
			throw error;
		}
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
		for (const { userId, health } of this.#ears.values()) {
			now.set(userId, addHealth(now.get(userId) ?? noHealth(userId), health));
		}
		return [...now.values()];
	}

	/** Begins to hear those who agreed. Everyone must have been told by now. */
	listen(): void {
		if (this.#state.status === 'ended') return;
		this.#state = { status: 'listening' };
		this.sync();
	}

	/** Opens and closes ears so that exactly those present who may be heard are heard. */
	sync(): void {
		if (this.#state.status === 'ended' || this.#state.status === 'joining') return;
		const wanted = new Set(this.#present().filter((userId) => this.#isHuman(userId)));
		for (const ear of this.#ears.values()) if (!wanted.has(ear.userId)) this.#close(ear);
		for (const userId of wanted) if (!this.#ears.has(userId)) this.#ears.set(userId, this.#open(userId));
	}

	/** Stops hearing a member at once and lets go of all that is on its way. */
	withdraw(userId: string): void {
		this.#ears.get(userId)?.close();
		this.#ears.delete(userId);
		this.#past.delete(userId);
	}

	/** Leaves the channel; what was being said is still handed on. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#end('left');
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
				(error: unknown) => {
					this.#asked.delete(userId);
					this.#options.log.warn({ error }, 'member could not be looked up');
				},
			);
		}
		return false;
	}

	#open(userId: string): Ear {
		const { tuning, log } = this.#options;
		return new Ear(userId, this.#link.connection.receiver, this.elapsedMs, tuning, (error) =>
			log.error({ error }, 'decoder could not be opened'),
		);
	}

	#close(ear: Ear): void {
		this.#hand(ear, ear.finish());
		this.#past.set(ear.userId, addHealth(this.#past.get(ear.userId) ?? noHealth(ear.userId), ear.health));
		this.#ears.delete(ear.userId);
	}

	#end(reason: string): void {
		if (this.#state.status === 'ended') return;
		for (const ear of [...this.#ears.values()]) this.#close(ear);
		this.#state = { status: 'ended', reason };
		clearInterval(this.#ticker);
		this.#link.close();
		this.#options.onEnd(this, reason);
	}

	#tick(): void {
		const now = this.elapsedMs;
		for (const ear of this.#ears.values()) this.#hand(ear, ear.tick(now));
	}

	#hand({ userId }: Ear, segments: readonly Segment[]): void {
		for (const segment of segments) {
			this.#options.onUtterance({
				id: `${this.id}-${++this.#utterances}`,
				sessionId: this.id,
				speakerId: userId,
				...segment,
			});
		}
	}
}
