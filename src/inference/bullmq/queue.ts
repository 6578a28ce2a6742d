import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type InferenceOutcome, reasonOf, type SubmitOptions, type Utterance } from '../../domain/index.ts';
import { Ledger } from '../queue/ledger.ts';
import type { ObservableQueue, QueueStats } from '../queue/stats.ts';
import type { Ticket } from '../queue/ticket.ts';
import { type ConnectionState, patientConnection, producerConnection, watch } from './connection.ts';
import { Fallback, type FallbackOptions } from './fallback.ts';
import { type JobResult, unpackClassification } from './job.ts';
import { resultsKey } from './keys.ts';
import { Outbox } from './outbox.ts';
import { keyOf, type PayloadCodec } from './payload.ts';
import { ResultReader } from './results.ts';

/** Beyond this, a newcomer is dropped instead of one more job being taken out of Redis for it. */
const EVICTIONS_AT_ONCE = 16;

export interface BullMqQueueOptions {
	/** `redis://` or `rediss://` URL. */
	readonly url: string;
	/** In braces, so that all keys lie in one slot of a Redis Cluster: `{ses}`. */
	readonly prefix: string;
	/** An utterance without a result after this is dropped as `expired`; `Infinity` for recordings. */
	readonly ttlMs: number;
	/** Utterances that may be under way; beyond it one that still waits is dropped as `full`. */
	readonly maxDepth: number;
	/** Answers that are remembered for ids submitted again. Default 1024. */
	readonly remember?: number;
	/** How audio travels. Default `compact`. */
	readonly redisAudio?: PayloadCodec;
	/** Encrypts the audio: 32 bytes as hex or base64, the same as the workers'. */
	readonly payloadKey?: string | undefined;
	/** Without it utterances wait for Redis while it is away, and are dropped when their time is up. */
	readonly fallback?: FallbackOptions | undefined;
	readonly onStateChange?: (state: ConnectionState) => void;
}

/**
 * The queue on Redis, for workers in other processes and on other machines.
 *
 * When Redis is away, utterances wait here up to their time to live and no longer, or are classified in this
 * process where that is allowed; what is left is sent once it is back, and what was sent twice counts once.
 */
export class BullMqQueue implements ObservableQueue {
	readonly #options: BullMqQueueOptions;
	readonly #producer = randomUUID();
	readonly #redis: Redis;
	readonly #outbox: Outbox;
	readonly #reader: ResultReader;
	readonly #ledger: Ledger;
	readonly #fallback: Fallback | undefined;
	/** Tickets that a worker has, or that are being taken back: they are not evicted (again). */
	readonly #fixed = new WeakSet<Ticket>();
	/** Tickets that this process has classified, so that they may lie in Redis still. */
	readonly #local = new WeakSet<Ticket>();
	readonly #closing = new AbortController();
	#evictions = 0;

	constructor(options: BullMqQueueOptions) {
		const { url, prefix, ttlMs, maxDepth, remember = 1024, onStateChange } = options;
		const { redisAudio: codec = 'compact', payloadKey, fallback } = options;
		this.#options = options;
		this.#redis = producerConnection(url);
		const onChange = (state: ConnectionState): void => {
			if (state.status === 'ready') this.#fallback?.end();
			else this.#fallback?.begin();
			onStateChange?.(state);
		};
		watch(this.#redis, onChange, this.#closing.signal);
		this.#outbox = new Outbox(this.#redis, {
			prefix,
			producer: this.#producer,
			audio: { codec, key: keyOf(payloadKey) },
			onRefused: (ticket, reason) => this.#ledger.drop(ticket, 'failed', reason),
		});
		this.#ledger = new Ledger({
			ttlMs,
			maxDepth,
			remember,
			onAnswered: (ticket, { status }) => {
				this.#fallback?.remove(ticket);
				this.#outbox.letGo(ticket, status === 'classified' && !this.#local.has(ticket));
			},
		});
		this.#fallback =
			fallback &&
			new Fallback(fallback, {
				tickets: () => this.#ledger.tickets(),
				onClassified: (ticket, classification) => {
					this.#local.add(ticket);
					this.#ledger.classified(ticket, classification);
				},
				onFailed: (ticket, error) => this.#ledger.drop(ticket, 'failed', reasonOf(error)),
			});
		const readerConnection = patientConnection(url, this.#closing.signal);
		readerConnection.on('error', () => undefined); // the same as those of the other connection
		this.#reader = new ResultReader(readerConnection, {
			prefix,
			producer: this.#producer,
			onResult: (result) => this.#take(result),
			onUnreadable: () => undefined, // its utterance expires and is counted
		});
	}

	submit(utterance: Utterance, options: SubmitOptions = {}): Promise<InferenceOutcome> {
		const { ticket, answer } = this.#ledger.enter(utterance, options);
		if (ticket) this.#accept(ticket);
		return answer;
	}

	#accept(ticket: Ticket): void {
		if (this.#isOverfull && !this.#makeRoom()) {
			this.#dropFull(ticket);
			return;
		}
		const { priority, lane } = ticket;
		this.#outbox.put(ticket, priority === 'raised' || (priority === 'normal' && this.#ledger.isBehind(lane)));
		this.#fallback?.add(ticket);
	}

	/** Whether there is more than allowed, not counting what is about to go. */
	get #isOverfull(): boolean {
		return this.#ledger.depth - this.#evictions > this.#options.maxDepth;
	}

	/** Starts to drop the least useful that no worker has taken. @returns whether there was one to try */
	#makeRoom(): boolean {
		if (this.#evictions >= EVICTIONS_AT_ONCE) return false;
		// What has no shipment is the newcomer itself.
		const mayGo = (ticket: Ticket): boolean =>
			!this.#fixed.has(ticket) && this.#outbox.holds(ticket) && !this.#fallback?.isComputing(ticket);
		const ticket = this.#ledger.leastUseful(mayGo);
		if (!ticket) return false;
		if (this.#outbox.isHere(ticket)) this.#dropFull(ticket);
		else void this.#evict(ticket);
		return true;
	}

	async #evict(ticket: Ticket): Promise<void> {
		this.#fixed.add(ticket);
		this.#evictions++;
		const isBack = await this.#outbox.takeBack(ticket).catch(() => true);
		this.#evictions--;
		// What a worker has is as good as answered, so another goes in its place.
		if (isBack) this.#dropFull(ticket);
		else if (this.#isOverfull) this.#makeRoom();
	}

	#dropFull(ticket: Ticket): void {
		this.#ledger.drop(ticket, 'full', `More than ${this.#options.maxDepth} utterances were waiting.`);
	}

	#take(result: JobResult): void {
		const ticket = this.#outbox.ticketOf(result.id);
		if (!ticket) return;
		switch (result.status) {
			case 'classified':
				this.#ledger.classified(ticket, unpackClassification(result));
				break;
			case 'expired':
				if (this.#outbox.sendAgain(ticket)) return;
				this.#ledger.drop(ticket, 'expired', 'Its audio had expired when a worker came to it.');
				break;
			case 'failed':
				this.#ledger.drop(ticket, 'failed', result.reason);
		}
	}

	get depth(): number {
		return this.#ledger.depth;
	}

	stats(): QueueStats {
		return this.#ledger.stats();
	}

	drain(signal?: AbortSignal): Promise<void> {
		return this.#ledger.drain(signal);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort();
		this.#fallback?.[Symbol.dispose]();
		this.#ledger[Symbol.dispose]();
		await this.#outbox[Symbol.asyncDispose]();
		await this.#reader[Symbol.asyncDispose]();
		await this.#redis.unlink(resultsKey(this.#options.prefix, this.#producer)).catch(() => undefined);
		this.#redis.disconnect();
	}
}
