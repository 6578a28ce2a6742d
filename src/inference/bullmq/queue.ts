import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { InferenceOutcome, SubmitOptions, Utterance } from '../../domain/index.ts';
import { Ledger } from '../queue/ledger.ts';
import type { ObservableQueue, QueueStats } from '../queue/stats.ts';
import type { Ticket } from '../queue/ticket.ts';
import { type ConnectionState, patientConnection, producerConnection, watch } from './connection.ts';
import { type JobResult, unpackClassification } from './job.ts';
import { resultsKey } from './keys.ts';
import { Outbox } from './outbox.ts';
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
	/** Utterances that may be under way; beyond it the oldest that still waits is dropped as `full`. */
	readonly maxDepth: number;
	/** Answers that are remembered for ids submitted again. Default 1024. */
	readonly remember?: number;
	readonly onStateChange?: (state: ConnectionState) => void;
}

/**
 * The queue on Redis, for workers in other processes and on other machines.
 *
 * When Redis is away, utterances wait here up to their time to live and no longer; everything is
 * sent again once it is back, and what was sent twice still counts once.
 */
export class BullMqQueue implements ObservableQueue {
	readonly #options: BullMqQueueOptions;
	readonly #producer = randomUUID();
	readonly #redis: Redis;
	readonly #outbox: Outbox;
	readonly #reader: ResultReader;
	readonly #ledger: Ledger;
	/** Tickets that a worker has, or that are being taken back: they are not evicted (again). */
	readonly #fixed = new WeakSet<Ticket>();
	readonly #closing = new AbortController();
	#evictions = 0;

	constructor(options: BullMqQueueOptions) {
		const { url, prefix, ttlMs, remember = 1024, onStateChange } = options;
		this.#options = options;
		this.#redis = producerConnection(url);
		watch(this.#redis, (state) => onStateChange?.(state), this.#closing.signal);
		this.#outbox = new Outbox(this.#redis, {
			prefix,
			producer: this.#producer,
			onRefused: (ticket, reason) => this.#ledger.drop(ticket, 'failed', reason),
		});
		this.#ledger = new Ledger({
			ttlMs,
			remember,
			onAnswered: (ticket, { status }) => this.#outbox.letGo(ticket, status === 'classified'),
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

	submit(utterance: Utterance, { signal }: SubmitOptions = {}): Promise<InferenceOutcome> {
		const { ticket, answer } = this.#ledger.enter(utterance, signal);
		if (ticket) this.#accept(ticket);
		return answer;
	}

	#accept(ticket: Ticket): void {
		if (ticket.pcm.length === 0) this.#ledger.drop(ticket, 'failed', 'It has no audio.');
		else if (this.#isOverfull && !this.#makeRoom()) this.#dropFull(ticket);
		else this.#outbox.put(ticket);
	}

	/** Whether there is more than allowed, not counting what is about to go. */
	get #isOverfull(): boolean {
		return this.#ledger.depth - this.#evictions > this.#options.maxDepth;
	}

	/** Starts to drop the oldest that no worker has taken. @returns whether there was one to try */
	#makeRoom(): boolean {
		if (this.#evictions >= EVICTIONS_AT_ONCE) return false;
		for (const ticket of this.#ledger.tickets()) {
			// What has no shipment is the newcomer itself.
			if (this.#fixed.has(ticket) || !this.#outbox.holds(ticket)) continue;
			if (this.#outbox.isHere(ticket)) this.#dropFull(ticket);
			else void this.#evict(ticket);
			return true;
		}
		return false;
	}

	async #evict(ticket: Ticket): Promise<void> {
		this.#fixed.add(ticket);
		this.#evictions++;
		const isBack = await this.#outbox.takeBack(ticket).catch(() => true);
		this.#evictions--;
		// What a worker has is as good as answered, so the next oldest goes in its place.
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
		this.#ledger[Symbol.dispose]();
		await this.#outbox[Symbol.asyncDispose]();
		await this.#reader[Symbol.asyncDispose]();
		await this.#redis.unlink(resultsKey(this.#options.prefix, this.#producer)).catch(() => undefined);
		this.#redis.disconnect();
	}
}
