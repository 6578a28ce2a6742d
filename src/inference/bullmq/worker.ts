import { setTimeout as delay } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Classification, type Classifier, type Priority, reasonOf, SesError } from '../../domain/index.ts';
import { Batcher, type BatchItem } from '../queue/batcher.ts';
import { type ConnectionState, patientConnection, watch } from './connection.ts';
import { writeDeadLetter } from './dead-letters.ts';
import {
	envelopeSchema,
	type InferenceJob,
	JOB_VERSION,
	type JobResult,
	jobSchema,
	packClassification,
} from './job.ts';
import { audioKey, QUEUE_NAME } from './keys.ts';
import { keyOf, PayloadError, unpackAudio } from './payload.ts';
import { ResultWriter } from './results.ts';
import { TickBatch } from './tick-batch.ts';

/** A job whose worker died is given to another after at most 1.5 times this: well within its time to live. */
const LOCK_MS = 3_000;
/** BullMQ's own pause after a lost connection is 15 s, longer than an utterance lives. */
const RETRY_MS = 500;

export interface BullMqWorkerOptions {
	readonly url: string;
	/** The same as the queue's. */
	readonly prefix: string;
	readonly maxBatch: number;
	readonly maxBatchWaitMs: number;
	/** Batches under way at the same time: one for each inference thread. */
	readonly concurrency: number;
	/** How long it may take to finish what it has when it is closed. Default 5000. */
	readonly closeMs?: number;
	/** Opens what the queue has encrypted: 32 bytes as hex or base64. Then nothing else is taken. */
	readonly payloadKey?: string | undefined;
	/** For how long a job is this worker's without a sign of life; another takes it after at most 1.5 times that. Default 3000. */
	readonly lockMs?: number;
	readonly onStateChange?: (state: ConnectionState) => void;
	/** Errors that belong to no utterance. */
	readonly onError?: (error: Error) => void;
}

interface Work extends BatchItem {
	readonly done: PromiseWithResolvers<Classification>;
}

/** Nothing withdraws a job that a worker has taken: its result is simply not wanted any more. */
const NEVER = new AbortController().signal;

/** Takes jobs from Redis, classifies them in batches, and sends the results to whoever asked. */
export class BullMqWorker implements AsyncDisposable {
	readonly #options: BullMqWorkerOptions;
	readonly #redis: Redis;
	readonly #worker: Worker<unknown>;
	readonly #batcher: Batcher<Work>;
	readonly #closing = new AbortController();
	readonly #key: Buffer | undefined;
	readonly #results: ResultWriter;
	readonly #payloads = new TickBatch<string, Buffer | null>((keys) => this.#redis.mgetBuffer([...keys]));
	#hasRefused = false;

	/** @param classifier stays the caller's: the worker does not close it */
	constructor(classifier: Classifier, options: BullMqWorkerOptions) {
		const { url, prefix, maxBatch, maxBatchWaitMs, concurrency, onStateChange, onError } = options;
		const { lockMs = LOCK_MS } = options;
		this.#options = options;
		this.#key = keyOf(options.payloadKey);
		this.#batcher = new Batcher<Work>(classifier, {
			maxBatch,
			maxBatchWaitMs,
			concurrency,
			onClassified: ({ done }, classification) => done.resolve(classification),
			onFailed: ({ done }, error) => done.reject(error),
		});
		this.#redis = patientConnection(url, this.#closing.signal);
		this.#results = new ResultWriter(this.#redis, prefix);
		watch(this.#redis, (state) => onStateChange?.(state), this.#closing.signal);
		this.#worker = new Worker<unknown>(QUEUE_NAME, (job) => this.#process(job), {
			connection: this.#redis,
			prefix,
			skipVersionCheck: true, // see BullMqQueue
			// The next batch is fetched while one is computed.
			concurrency: 2 * maxBatch * concurrency,
			lockDuration: lockMs,
			stalledInterval: lockMs / 2,
			runRetryDelay: RETRY_MS,
			removeOnComplete: { count: 0 },
			removeOnFail: { count: 0 },
		});
		this.#worker.on('error', (error) => {
			// A lost connection is told as a state, once, and not as an error for each attempt.
			if (this.#redis.status === 'ready') onError?.(error);
		});
		// Also what BullMQ itself gives up: a job that stalled too often, and so may be what kills workers.
		this.#worker.on('failed', (job, error) => {
			if (job) void this.#refuse(job, error).catch((failure) => onError?.(failure));
		});
	}

	/** Resolves when it is connected and takes jobs. */
	async ready(): Promise<void> {
		await this.#worker.waitUntilReady();
	}

	async #process(job: Job<unknown>): Promise<void> {
		const parsed = jobSchema.safeParse(job.data);
		if (!parsed.success) throw new Error(`This worker does not understand the job; it serves version ${JOB_VERSION}.`);
		const id = job.id as string;
		const payload = await this.#payloads.add(audioKey(this.#options.prefix, id));
		const priority = job.priority > 0 ? 'partial' : 'normal';
		const result = payload ? await this.#judge(id, payload, parsed.data, priority) : expired(id);
		await this.#results.write(parsed.data.producer, result);
	}

	async #judge(id: string, payload: Buffer, { traceparent }: InferenceJob, priority: Priority): Promise<JobResult> {
		try {
			const done = Promise.withResolvers<Classification>();
			const pcm = unpackAudio(payload, id, this.#key);
			this.#batcher.add({ pcm, lane: '', priority, answered: NEVER, done, ...(traceparent && { traceparent }) });
			const classification = await done.promise;
			return { v: JOB_VERSION, id, status: 'classified', ...packClassification(classification) };
		} catch (error) {
			if (error instanceof PayloadError) this.#tellRefused(error);
			if (error instanceof SesError && error.code === 'SES_POISON_JOB') await this.#setAside(id, error);
			return failed(id, reasonOf(error));
		}
	}

	/** Once: with a wrong key it would be told for every utterance. */
	#tellRefused({ message: reason }: PayloadError): void {
		if (this.#hasRefused) return;
		this.#hasRefused = true;
		this.#options.onError?.(new SesError('SES_PAYLOAD_REFUSED', { reason }));
	}

	/** Its audio goes with the result; that it is not listed must not keep the result back. */
	async #setAside(id: string, { message }: Error): Promise<void> {
		const letter = { id, at: Date.now(), reason: message };
		await writeDeadLetter(this.#redis, this.#options.prefix, letter).catch((error) => this.#options.onError?.(error));
	}

	async #refuse(job: Job<unknown>, error: Error): Promise<void> {
		if (job.id !== undefined) await this.#setAside(job.id, error);
		const envelope = envelopeSchema.safeParse(job.data);
		if (!envelope.success || job.id === undefined) return;
		await this.#results.write(envelope.data.producer, failed(job.id, error.message));
	}

	/** Takes no more jobs, finishes those it has within the time allowed, and leaves the rest to others. */
	async [Symbol.asyncDispose](): Promise<void> {
		const { closeMs = 5_000 } = this.#options;
		this.#closing.abort();
		const late = new AbortController();
		const deadline = delay(closeMs, 'late', { signal: late.signal }).catch(() => undefined);
		if ((await Promise.race([this.#close(), deadline])) === 'late') {
			// BullMQ goes on closing; without its connections there is nothing left that it could wait for.
			this.#worker.disconnect().catch(() => undefined);
		}
		late.abort();
		this.#batcher[Symbol.dispose]();
		if (this.#redis.status !== 'reconnecting') this.#redis.disconnect(); // else it ends with the attempt
	}

	async #close(): Promise<void> {
		const blocking = await this.#worker.getBackend().blockingClient;
		await Promise.all([this.#redis, blocking].map(settle));
		await this.#worker.close();
	}
}

/** What a client of ioredis and BullMQ's wrapper round one have in common. */
interface Connection {
	readonly status: string;
	once(event: 'ready' | 'end', listener: () => void): unknown;
}

/** Waits until a client that is between two attempts to connect has either come back or ended. */
async function settle(client: Connection | undefined): Promise<void> {
	if (client?.status !== 'reconnecting') return;
	await new Promise<void>((resolve) => {
		client.once('ready', () => resolve());
		client.once('end', () => resolve());
	});
}

const expired = (id: string): JobResult => ({ v: JOB_VERSION, id, status: 'expired' });
const failed = (id: string, reason: string): JobResult => ({ v: JOB_VERSION, id, status: 'failed', reason });
