import { randomUUID } from 'node:crypto';
import type { VoiceBasedChannel } from 'discord.js';
import type { Log, MemberHealth, ReceptionCounts, ReceptionEvent, Utterance } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import type { EarTuning } from './ear.ts';
import { Ears, type ReceptionChange } from './ears.ts';
import { totalOf } from './health.ts';
import { Link } from './link.ts';

/** Where a session stands. */
export type SessionState =
	| { readonly status: 'joining' }
	| { readonly status: 'listening' }
	| { readonly status: 'recovering'; readonly reason: string }
	| { readonly status: 'ended'; readonly reason: string };

export interface VoiceSessionOptions {
	readonly channel: VoiceBasedChannel;
	/** Whether this member agreed to be heard. Asked for each of their packets. */
	mayHear(userId: string): boolean;
	/** Takes an utterance of a member. */
	onUtterance(utterance: Utterance): void;
	/** A member speaks and is not heard, or is heard again. */
	onReception?(event: ReceptionEvent): void;
	onEnd(session: VoiceSession, reason: string): void;
	readonly tuning: EarTuning;
	readonly log: Log;
	/** How long one attempt to connect may take. */
	readonly connectDeadlineMs: number;
}

const TICK_MS = 100;
/** The connection is renewed for the sake of those who are not heard no more often than this. */
const RENEWAL_MS = 30_000;
/** After Discord did not say who somebody is, it is asked again. */
const LOOK_UP_MS = 5000;
/** Of everyone who speaks nobody has been heard for this long. */
const NOBODY_HEARD_MS = 5000;

/** One stay of the bot in one voice channel. */
export class VoiceSession implements AsyncDisposable {
	readonly id = randomUUID().slice(0, 8);
	readonly #options: VoiceSessionOptions;
	readonly #link: Link;
	readonly #ears: Ears;
	/** Members whom Discord was asked about. */
	readonly #asked = new Set<string>();
	readonly #ticker: NodeJS.Timeout;
	readonly #startedAt = performance.now();
	#ignoredPackets = 0;
	#malformedPackets = 0;
	#lastHeardMs = Number.NEGATIVE_INFINITY;
	#lastRenewal: { readonly reason: string; readonly atMs: number } | undefined;
	#state: SessionState = { status: 'joining' };

	private constructor(options: VoiceSessionOptions) {
		this.#options = options;
		const { log, tuning } = options;
		this.#ears = new Ears({
			sessionId: this.id,
			tuning,
			mayHear: (userId) => options.mayHear(userId),
			onUtterance: (utterance) => options.onUtterance(utterance),
			onChange: (change) => this.#alarm(change),
			onFailure: (error) => log.error({ error }, 'decoder could not be opened'),
		});
		this.#link = new Link({
			channel: options.channel,
			log,
			deadlineMs: options.connectDeadlineMs,
			tap: {
				mayHear: (userId) => this.#ears.mayHear(userId),
				heard: () => this.#ears.userIds,
				packet: (packet) => {
					this.#lastHeardMs = this.elapsedMs;
					this.#ears.packet(packet, Math.round(packet.atMs - this.#startedAt));
				},
				duplicate: (userId) => this.#ears.duplicate(userId),
				undecryptable: (userId, layer) => this.#ears.undecryptable(userId, layer, this.elapsedMs),
				speaking: (userId, isSpeaking) => this.#ears.speaking(userId, isSpeaking),
				ignored: () => this.#ignoredPackets++,
				malformed: () => this.#malformedPackets++,
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

	/** Packets of those who may not be heard; they stayed encrypted. */
	get ignoredPackets(): number {
		return this.#ignoredPackets;
	}

	/** Datagrams and messages that made no sense. */
	get malformedPackets(): number {
		return this.#malformedPackets;
	}

	/** Reception of everyone who was heard in this session and has not withdrawn. */
	get health(): MemberHealth[] {
		const members = this.#ears.health;
		if (!this.#isDeafened) return members;
		return members.map((member) => (member.deaf ? { ...member, deaf: 'bot-deafened' } : member));
	}

	get total(): ReceptionCounts {
		return totalOf(this.health);
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
		const present = this.#present();
		for (const userId of this.#asked) if (!present.includes(userId)) this.#asked.delete(userId);
		const wanted = new Set(present.filter((userId) => this.#isHuman(userId)));
		for (const userId of this.#ears.sync(wanted, this.elapsedMs)) this.#link.tap.forget(userId);
	}

	/** Stops hearing a member at once and lets go of all that is on its way. */
	withdraw(userId: string): void {
		this.#ears.withdraw(userId);
		this.#link.tap.forget(userId);
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
					this.#options.log.warn({ error }, 'member could not be looked up');
					setTimeout(() => {
						this.#asked.delete(userId);
						this.sync();
					}, LOOK_UP_MS).unref();
				},
			);
		}
		return false;
	}

	#end(reason: string): void {
		if (this.#state.status === 'ended') return;
		this.#ears.close(this.elapsedMs);
		this.#state = { status: 'ended', reason };
		clearInterval(this.#ticker);
		this.#link.close();
		this.#options.onEnd(this, reason);
	}

	#tick(): void {
		const step = this.#link.tap.tick();
		if (step !== 'none') this.#options.log.warn({ session: this.id, step }, 'end-to-end encryption failed');
		this.#ears.tick(this.elapsedMs);
		if (step === 'exhausted' && this.#isDeaf) this.#renew('encryption');
	}

	/** A moderator deafened the bot, which a voice server may take as a wish not to be sent anything. */
	get #isDeafened(): boolean {
		return this.#options.channel.guild.members.me?.voice.serverDeaf === true;
	}

	/** Nobody at all has been heard for a while. */
	get #isDeaf(): boolean {
		return this.elapsedMs - this.#lastHeardMs >= NOBODY_HEARD_MS;
	}

	/** Says that somebody is not heard, and does about it what can be done from here. */
	#alarm({ userId, status, cause }: ReceptionChange): void {
		const { log } = this.#options;
		const found = status === 'deaf' ? (this.#isDeafened ? 'bot-deafened' : (cause ?? 'no-packets')) : undefined;
		log.warn({ session: this.id, status, cause: found }, 'reception of a consenting member changed');
		const event = { type: 'reception', at: Date.now(), sessionId: this.id, speakerId: userId, status } as const;
		const advice = found && translate('en', `reception.deaf.${found}`);
		this.#options.onReception?.({ ...event, ...(found && { cause: found }), ...(advice && { advice }) });
		if ((found === 'no-packets' || found === 'transport') && this.#isDeaf) this.#renew(found);
	}

	/** A new connection, where nothing else has helped. Encryption that is beyond that, too, is given up on. */
	#renew(reason: 'encryption' | 'no-packets' | 'transport'): void {
		const nowMs = this.elapsedMs;
		const again = this.#lastRenewal?.reason === reason && this.#lastRenewal.atMs > this.#lastHeardMs;
		if (again && reason === 'encryption') this.#link.abandon('encryption');
		if (nowMs - (this.#lastRenewal?.atMs ?? Number.NEGATIVE_INFINITY) < RENEWAL_MS) return;
		this.#lastRenewal = { reason, atMs: nowMs };
		this.#link.renew(reason);
	}
}
