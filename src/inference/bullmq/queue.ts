import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type InferenceOutcome, reasonOf, type SubmitOptions, type Utterance } from '../../domain/index.ts';
import { Ledger } from '../queue/ledger.ts';
import type { ObservableQueue, QueueStats } from '../queue/stats.ts';
import type { Ticket } from '../queue/ticket.ts';
import { toBytes } from './audio.ts';
import { type ConnectionState, patientConnection, producerConnection, watch } from './connection.ts';
import { Debris } from './debris.ts';
import { type InferenceJob, JOB_VERSION, type JobResult, jobIdOf, unpackClassification } from './job.ts';
import { audioKey, QUEUE_NAME, resultsKey } from './keys.ts';
import { ResultReader } from './results.ts';

/** Longest life of audio in Redis, also where an utterance itself may wait for ever. */
const LONGEST_AUDIO_MS = 3_600_000;
/** BullMQ writes several events for each job and nobody reads them. */
const KEPT_EVENTS = 100;
const RESEND_MS = 500;
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

/** How far an utterance has come. */
interface Shipment {
	readonly jobId: string;
	/** Settles when nothing is on its way to Redis any more. */
	sending: Promise<void>;
	sent: boolean;
	/** A worker has taken it, or it is being taken back: it is no longer evicted. */
	fixed: boolean;
	/** It went out more than once: a second job may be left over. */
	repeated: boolean;
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
	readonly #queue: Queue<InferenceJob>;
	readonly #reader: ResultReader;
	readonly #ledger: Ledger;
	readonly #shipments = new Map<Ticket, Shipment>();
	readonly #tickets = new Map<string, Ticket>();
	readonly #debris = new Debris((jobId) => this.#remove(jobId));
	#evictions = 0;
	#resend: NodeJS.Timeout | undefined;

	constructor(options: BullMqQueueOptions) {
		const { url, prefix, ttlMs, remember = 1024, onStateChange } = options;
		this.#options = options;
		this.#ledger = new Ledger({ ttlMs, remember, onAnswered: (ticket, outcome) => this.#letGo(ticket, outcome) });
		this.#redis = producerConnection(url);
		watch(this.#redis, (state) => {
			if (state.status === 'ready') this.#catchUp();
			onStateChange?.(state);
		});
		this.#queue = new Queue(QUEUE_NAME, {
			connection: this.#redis,
			prefix,
			// BullMQ asks once, and is broken for good if the connection fails just then; probeRedis asks instead.
			skipVersionCheck: true,
			streams: { events: { maxLen: KEPT_EVENTS } },
			defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1, stackTraceLimit: 0 },
		});
		this.#queue.on('error', () => undefined); // the same errors as those of the connection
		const readerConnection = patientConnection(url);
		readerConnection.on('error', () => undefined); // likewise
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
		if (ticket.pcm.length === 0) {
			this.#ledger.drop(ticket, 'failed', 'It has no audio.');
			return;
		}
		if (this.#ledger.depth > this.#options.maxDepth && !this.#makeRoom()) {
			this.#dropFull(ticket);
			return;
		}
		const jobId = jobIdOf(this.#producer, ticket.id);
		const shipment = { jobId, sending: Promise.resolve(), sent: false, fixed: false, repeated: false };
		this.#tickets.set(jobId, ticket);
		this.#shipments.set(ticket, shipment);
		this.#send(ticket, shipment);
	}

	/** Starts to drop the oldest that no worker has taken. @returns whether there was one to try */
	#makeRoom(): boolean {
		if (this.#evictions >= EVICTIONS_AT_ONCE) return false;
		for (const ticket of this.#ledger.tickets()) {
			const shipment = this.#shipments.get(ticket);
			if (!shipment || shipment.fixed) continue;
			void this.#evict(ticket, shipment);
			return true;
		}
		return false;
	}

	async #evict(ticket: Ticket, shipment: Shipment): Promise<void> {
		shipment.fixed = true;
		this.#evictions++;
		try {
			await shipment.sending;
			// 0: it is locked by a worker. Its result is as good as there, so the next oldest goes.
			const removed = shipment.sent ? await this.#queue.remove(shipment.jobId) : 1;
			if (removed === 1) this.#dropFull(ticket);
		} catch {
			this.#dropFull(ticket);
		}
		this.#evictions--;
		if (this.#ledger.depth > this.#options.maxDepth) this.#makeRoom();
	}

	#dropFull(ticket: Ticket): void {
		this.#ledger.drop(ticket, 'full', `More than ${this.#options.maxDepth} utterances were waiting.`);
	}

	#send(ticket: Ticket, shipment: Shipment): void {
		if (this.#redis.status !== 'ready') return; // #catchUp sends it
		shipment.sending = this.#ship(ticket, shipment);
	}

	async #ship(ticket: Ticket, shipment: Shipment): Promise<void> {
		await shipment.sending;
		if (ticket.answered.aborted) return;
		const { jobId } = shipment;
		const lifeMs = Math.ceil(Math.min(ticket.deadline - performance.now(), LONGEST_AUDIO_MS));
		const data: InferenceJob = { v: JOB_VERSION, producer: this.#producer, codec: 's16le', samples: ticket.pcm.length };
		shipment.repeated = shipment.sent;
		try {
			// In one go: the connection keeps their order, so that no worker sees the job without its audio.
			await Promise.all([
				this.#redis.set(audioKey(this.#options.prefix, jobId), toBytes(ticket.pcm), 'PX', Math.max(lifeMs, 1)),
				this.#queue.add('classify', data, { jobId }),
			]);
			shipment.sent = true;
		} catch (error) {
			shipment.sent = true; // one of the two may have arrived
			// Refused by the server (out of memory, no permission) is final; a broken connection is not.
			if (error instanceof Error && error.name === 'ReplyError') {
				this.#ledger.drop(ticket, 'failed', `Redis refused it: ${reasonOf(error)}`);
			} else this.#resend ??= setTimeout(() => this.#catchUp(), RESEND_MS);
		}
	}

	/** Redis is back (perhaps without its memory): deletes what is owed and sends what is not answered. */
	#catchUp(): void {
		clearTimeout(this.#resend);
		this.#resend = undefined;
		if (this.#redis.status !== 'ready') return;
		// A Redis that was restarted empty has forgotten this; the queue sets it only once.
		this.#redis.hset(this.#queue.keys['meta'] as string, 'opts.maxLenEvents', KEPT_EVENTS).catch(() => undefined);
		this.#debris.retry();
		for (const [ticket, shipment] of this.#shipments) this.#send(ticket, shipment);
	}

	#take(result: JobResult): void {
		const ticket = this.#tickets.get(result.id);
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

	/** The answer is given: nothing of the utterance stays here or in Redis. */
	#letGo(ticket: Ticket, outcome: InferenceOutcome): void {
		const shipment = this.#shipments.get(ticket);
		if (!shipment) return;
		this.#shipments.delete(ticket);
		this.#tickets.delete(shipment.jobId);
		// A worker that has answered has deleted the audio, and BullMQ the job.
		if (outcome.status === 'classified' && !shipment.repeated) return;
		this.#debris.sweep(shipment.jobId, shipment.sending);
	}

	async #remove(jobId: string): Promise<void> {
		await Promise.all([this.#redis.unlink(audioKey(this.#options.prefix, jobId)), this.#queue.remove(jobId)]);
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
		this.#ledger[Symbol.dispose]();
		clearTimeout(this.#resend);
		await this.#debris.settled();
		await this.#reader[Symbol.asyncDispose]();
		await this.#redis.unlink(resultsKey(this.#options.prefix, this.#producer)).catch(() => undefined);
		await this.#queue.close();
		this.#redis.disconnect();
	}
}
