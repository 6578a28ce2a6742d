import { randomUUID } from 'node:crypto';
import { type JobsOptions, Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { type PayloadCodec, packAudio, unpackAudio } from '../../src/inference/bullmq/payload.ts';

interface BareJob {
	/** The payload in base64: BullMQ makes JSON of job data, and JSON of a Buffer is five times its size. */
	readonly audio: string;
}

/**
 * BullMQ as its documentation has it, with an utterance's audio in the job and a processor that does nothing.
 * The audio is what our queue sends, made and read in the same way: only how it is carried differs.
 */
export class BareBullMq implements AsyncDisposable {
	readonly #connections: Redis[] = [];
	readonly #queue: Queue<BareJob, number>;
	readonly #worker: Worker<BareJob, number>;
	readonly #events: QueueEvents;
	readonly #codec: PayloadCodec;
	readonly #started = new Map<string, () => void>();
	readonly #processed = new Map<string, () => void>();

	constructor(url: string, concurrency: number, codec: PayloadCodec) {
		this.#codec = codec;
		const connect = (): Redis => {
			const redis = new Redis(url, { maxRetriesPerRequest: null });
			this.#connections.push(redis);
			return redis;
		};
		const prefix = `{${randomUUID()}}`;
		this.#queue = new Queue('bare', {
			connection: connect(),
			prefix,
			defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
		});
		this.#worker = new Worker<BareJob, number>(
			'bare',
			async (job) => {
				const samples = unpackAudio(Buffer.from(job.data.audio, 'base64'), '');
				this.#started.get(job.id as string)?.();
				return samples.length;
			},
			{ connection: connect(), prefix, concurrency },
		);
		this.#worker.on('completed', ({ id }) => {
			this.#processed.get(id as string)?.();
			this.#processed.delete(id as string);
		});
		this.#events = new QueueEvents('bare', { connection: connect(), prefix });
		// waitUntilFinished listens once a job on each of them.
		for (const emitter of [this.#queue, this.#events]) emitter.setMaxListeners(0);
	}

	async ready(): Promise<void> {
		await Promise.all([this.#queue, this.#worker, this.#events].map((each) => each.waitUntilReady()));
	}

	/** Resolves when the worker has processed it; the producer, elsewhere, would not know. */
	async process(pcm: Int16Array, onStart?: () => void): Promise<void> {
		const jobId = randomUUID();
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#processed.set(jobId, resolve);
		if (onStart) this.#started.set(jobId, onStart);
		await this.#add(pcm, { jobId });
		await promise;
		this.#started.delete(jobId);
	}

	/** Resolves with the result as the producer gets it. */
	async processAndReturn(pcm: Int16Array): Promise<void> {
		// Kept for a while: waitUntilFinished fails when its job is gone before it looks.
		const job = await this.#add(pcm, { jobId: randomUUID(), removeOnComplete: 100 });
		await job.waitUntilFinished(this.#events);
	}

	#add(pcm: Int16Array, options: JobsOptions) {
		const audio = packAudio(pcm, '', { codec: this.#codec }).toString('base64');
		return this.#queue.add('classify', { audio }, options);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#worker.close();
		await this.#events.close();
		await this.#queue.close();
		for (const redis of this.#connections) redis.disconnect();
	}
}
