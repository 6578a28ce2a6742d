import { Webhook } from 'standardwebhooks';
import type { Log } from '../../domain/index.ts';
import { type EncodedEvent, USUAL_TYPES } from '../feed/index.ts';
import type { WebhookOptions } from '../options.ts';
import { AddressRefused } from './addresses.ts';
import { type PostAnswer, post } from './post.ts';

export interface ReceiverLimits {
	/** Of one event, the first included. */
	readonly attempts: number;
	readonly mayBePrivate: boolean;
	/** Of the first pause; each further one is twice as long. */
	readonly firstPauseMs?: number;
	readonly timeoutMs?: number;
}

interface Delivery {
	readonly event: EncodedEvent;
	attempts: number;
	/** While it waits for its next attempt. */
	timer?: NodeJS.Timeout;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;
const TIMEOUT_MS = 10_000;
/** More events than these do not wait for one receiver. */
const MOST_WAITING = 1000;
/** Attempts under way at a time. */
const MOST_AT_ONCE = 4;
const GONE = 410;

/** Full jitter: some part of a pause that doubles, so that what failed together does not come back together. */
export const pauseMs = (attempts: number, firstPauseMs: number, random = Math.random()): number =>
	Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** (attempts - 1)) * (0.5 + random / 2);

/** One receiver of signed events, as Standard Webhooks has it. */
export class Receiver implements Disposable {
	readonly #options: WebhookOptions;
	readonly #limits: ReceiverLimits;
	readonly #log: Log;
	readonly #url: URL;
	readonly #signer: Webhook;
	/** Ready to be sent, oldest first. */
	#waiting: Delivery[] = [];
	readonly #paused = new Set<Delivery>();
	readonly #underWay = new Set<Delivery>();
	#isGone = false;
	#delivered = 0;
	#retried = 0;
	#dead = 0;
	#dropped = 0;

	constructor(options: WebhookOptions, limits: ReceiverLimits, log: Log) {
		this.#options = options;
		this.#limits = limits;
		this.#log = log;
		this.#url = new URL(options.url);
		this.#signer = new Webhook(options.secret);
	}

	get stats() {
		return {
			host: this.#url.host,
			status: this.#isGone ? ('gone' as const) : ('active' as const),
			delivered: this.#delivered,
			pending: this.#waiting.length + this.#paused.size + this.#underWay.size,
			retried: this.#retried,
			dead: this.#dead,
			dropped: this.#dropped,
		};
	}

	offer(event: EncodedEvent): void {
		const { types, guilds } = this.#options;
		if (this.#isGone || (guilds && !guilds.includes(event.guildId))) return;
		if (!(types?.includes(event.type) ?? USUAL_TYPES.has(event.type))) return;
		this.#waiting.push({ event, attempts: 0 });
		this.#makeRoom();
		this.#work();
	}

	/** A member withdrew: what has not been sent is not sent. */
	withdraw(guildId: string, speakerId: string): void {
		const isTheirs = ({ event }: Delivery): boolean => event.guildId === guildId && event.about.includes(speakerId);
		this.#waiting = this.#waiting.filter((delivery) => !isTheirs(delivery));
		for (const delivery of this.#paused) if (isTheirs(delivery)) this.#unpause(delivery);
		// What is under way gets no second attempt.
		for (const delivery of this.#underWay) if (isTheirs(delivery)) delivery.attempts = this.#limits.attempts;
	}

	[Symbol.dispose](): void {
		this.#isGone = true;
		this.#waiting = [];
		for (const delivery of this.#paused) this.#unpause(delivery);
	}

	#makeRoom(): void {
		while (this.#waiting.length + this.#paused.size > MOST_WAITING) {
			const [oldest] = this.#paused;
			if (oldest) this.#unpause(oldest);
			else this.#waiting.shift();
			this.#dropped++;
		}
	}

	#work(): void {
		while (this.#underWay.size < MOST_AT_ONCE) {
			const delivery = this.#waiting.shift();
			if (!delivery) return;
			this.#underWay.add(delivery);
			void this.#attempt(delivery).finally(() => this.#work());
		}
	}

	async #attempt(delivery: Delivery): Promise<void> {
		delivery.attempts++;
		let answer: PostAnswer | undefined;
		let failure: unknown;
		try {
			answer = await this.#post(delivery.event);
		} catch (error) {
			failure = error;
		}
		this.#underWay.delete(delivery);
		if (answer && answer.status >= 200 && answer.status < 300) this.#delivered++;
		else if (answer?.status === GONE) this.#end();
		else if (!this.#isGone) this.#again(delivery, answer, failure);
	}

	#post(event: EncodedEvent): Promise<PostAnswer> {
		const { timeoutMs = TIMEOUT_MS, mayBePrivate } = this.#limits;
		const body = event.json(this.#options.speakers ? 'named' : 'pseudonymous');
		const now = new Date();
		const headers = {
			'content-type': 'application/json',
			'user-agent': 'speech-emotion-sense',
			'webhook-id': event.id,
			'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
			'webhook-signature': this.#signer.sign(event.id, now, body),
		};
		return post(this.#url, body, headers, { timeoutMs, mayBePrivate });
	}

	#again(delivery: Delivery, answer: PostAnswer | undefined, failure: unknown): void {
		const { attempts: most, firstPauseMs = FIRST_PAUSE_MS } = this.#limits;
		// Neither a retry nor time makes a private address public.
		if (delivery.attempts >= most || failure instanceof AddressRefused) {
			this.#dead++;
			const reason = failure instanceof Error ? failure.message : `status ${answer?.status}`;
			this.#log.warn({ host: this.#url.host, attempts: delivery.attempts, reason }, 'webhook could not be delivered');
			return;
		}
		this.#retried++;
		const asked = Math.min(answer?.retryAfterMs ?? 0, LONGEST_PAUSE_MS);
		const pause = Math.max(asked, pauseMs(delivery.attempts, firstPauseMs));
		delivery.timer = setTimeout(() => {
			this.#paused.delete(delivery);
			this.#waiting.unshift(delivery);
			this.#work();
		}, pause).unref();
		this.#paused.add(delivery);
		this.#makeRoom();
	}

	#unpause(delivery: Delivery): void {
		clearTimeout(delivery.timer);
		this.#paused.delete(delivery);
	}

	#end(): void {
		this.#log.warn({ host: this.#url.host }, 'webhook is gone (410), nothing more is sent there');
		this[Symbol.dispose]();
	}
}
