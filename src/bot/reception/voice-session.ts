import { randomUUID } from 'node:crypto';
import type { VoiceBasedChannel } from 'discord.js';
import type {
	Log,
	MemberHealth,
	PartialUtterance,
	ReceptionCounts,
	ReceptionEvent,
	Utterance,
} from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import type { EarTuning } from './ear.ts';
import { Ears, type ReceptionChange } from './ears.ts';
import { totalOf } from './health.ts';
import { Link } from './link.ts';
import { PresentMembers } from './present-members.ts';
import { type RenewalReason, Renewals } from './renewals.ts';

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
	/** Takes the latest of what a member is still saying. */
	onPartial?(partial: PartialUtterance): void;
	/** A member speaks and is not heard, or is heard again. */
	onReception?(event: ReceptionEvent): void;
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
	readonly #ears: Ears;
	readonly #present: PresentMembers;
	readonly #renewals = new Renewals();
	readonly #ticker: NodeJS.Timeout;
	readonly #startedAt = performance.now();
	#ignoredPackets = 0;
	#malformedPackets = 0;
	#state: SessionState = { status: 'joining' };

	private constructor(options: VoiceSessionOptions) {
		this.#options = options;
		const { log, tuning } = options;
		this.#present = new PresentMembers({ ...options, onKnown: () => this.sync() });
		this.#ears = new Ears({
			sessionId: this.id,
			tuning,
			mayHear: (userId) => options.mayHear(userId),
			onUtterance: (utterance) => options.onUtterance(utterance),
			onPartial: (partial) => options.onPartial?.(partial),
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
					const arrivalMs = Math.round(packet.atMs - this.#startedAt);
					this.#renewals.heard(arrivalMs);
					this.#ears.packet(packet, arrivalMs);
				},
				duplicate: (userId) => this.#ears.duplicate(userId),
				undecryptable: (userId, layer) => this.#ears.undecryptable(userId, layer, this.elapsedMs),
				speaking: (userId, isSpeaking) => this.#ears.speaking(userId, isSpeaking),
				ignored: () => this.#ignoredPackets++,
				malformed: () => this.#malformedPackets++,
				inLumps: true,
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
		this.#link.tap.read();
		const closed = this.#ears.sync(this.#present.humans(), this.elapsedMs);
		for (const userId of closed) this.#link.tap.forget(userId);
	}

	/** The account's session on the main gateway is a new one: what happened before it was not told. */
	gatewayRenewed(): void {
		if (this.#state.status === 'ended') return;
		const { client, guild, id } = this.#options.channel;
		if (guild.voiceStates.cache.get(client.user.id)?.channelId !== id) this.#link.rejoin();
		this.sync();
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

	#end(reason: string): void {
		if (this.#state.status === 'ended') return;
		this.#link.tap.read();
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
		if (step === 'exhausted') this.#renew('encryption');
		const causes = this.#ears.unheard(this.elapsedMs);
		for (const cause of ['transport', 'no-packets'] as const) if (causes.has(cause)) this.#renew(cause);
	}

	/** A moderator deafened the bot, which a voice server may take as a wish not to be sent anything. */
	get #isDeafened(): boolean {
		return this.#options.channel.guild.members.me?.voice.serverDeaf === true;
	}

	/** Says that somebody is not heard, or is again. */
	#alarm({ userId, status, cause }: ReceptionChange): void {
		const { log } = this.#options;
		const found = status === 'deaf' ? (this.#isDeafened ? 'bot-deafened' : (cause ?? 'no-packets')) : undefined;
		log.warn({ session: this.id, status, cause: found }, 'reception of a consenting member changed');
		const event = { type: 'reception', at: Date.now(), sessionId: this.id, speakerId: userId, status } as const;
		const advice = found && translate('en', `reception.deaf.${found}`);
		this.#options.onReception?.({ ...event, ...(found && { cause: found }), ...(advice && { advice }) });
	}

	/** A new connection, where nothing else has helped. Encryption that is beyond that, too, is given up on. */
	#renew(reason: RenewalReason): void {
		if (this.#isDeafened) return;
		const step = this.#renewals.step(reason, this.elapsedMs);
		if (step === 'abandon') this.#link.abandon('encryption');
		else if (step === 'renew') this.#link.renew(reason);
	}
}
