import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { reasonOf } from '../../domain/index.ts';
import type { Ticket } from '../queue/ticket.ts';
import { toBytes } from './audio.ts';
import { Debris } from './debris.ts';
import { type InferenceJob, JOB_VERSION, jobIdOf } from './job.ts';
import { audioKey, QUEUE_NAME } from './keys.ts';

/** Longest life of audio in Redis, also where an utterance itself may wait for ever. */
const LONGEST_AUDIO_MS = 3_600_000;
/** BullMQ writes several events for each job and nobody reads them. */
const KEPT_EVENTS = 100;
const RESEND_MS = 500;

export interface OutboxOptions {
	readonly prefix: string;
	/** The sender: it is part of the ids of its jobs, and names the stream of its results. */
	readonly producer: string;
	/** The server said no (out of memory, no permission); it will not be asked again. */
	readonly onRefused: (ticket: Ticket, reason: string) => void;
}

/** How far an utterance has come. */
interface Shipment {
	readonly jobId: string;
	/** Under way to Redis; settles when it has arrived or failed. */
	sending: Promise<void> | undefined;
	/** How often it has set out; past the first time a second job may be left over. */
	attempts: number;
	/** Redis has confirmed it, on the connection that is open now. */
	arrived: boolean;
}

/**
 * Brings utterances to Redis, job and audio, and takes them back. What cannot be sent or deleted
 * because the server is away is sent or deleted when it is back, unless it is answered by then.
 */
export class Outbox implements AsyncDisposable {
	readonly #redis: Redis;
	readonly #options: OutboxOptions;
	readonly #queue: Queue<InferenceJob>;
	readonly #shipments = new Map<Ticket, Shipment>();
	readonly #tickets = new Map<string, Ticket>();
	readonly #debris = new Debris((jobId) => this.#remove(jobId));
	#resend: NodeJS.Timeout | undefined;

	/** @param redis fails commands at once while it is not connected; it stays the caller's */
	constructor(redis: Redis, options: OutboxOptions) {
		this.#redis = redis;
		this.#options = options;
		this.#queue = new Queue(QUEUE_NAME, {
			connection: redis,
			prefix: options.prefix,
			// BullMQ asks once, and is broken for good if the connection fails just then; probeRedis asks instead.
			skipVersionCheck: true,
			streams: { events: { maxLen: KEPT_EVENTS } },
			defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1, stackTraceLimit: 0 },
		});
		this.#queue.on('error', () => undefined); // the same errors as those of the connection
		redis.on('ready', () => this.#reconnected());
	}

	put(ticket: Ticket): void {
		const jobId = jobIdOf(this.#options.producer, ticket.id);
		const shipment: Shipment = { jobId, sending: undefined, attempts: 0, arrived: false };
		this.#tickets.set(jobId, ticket);
		this.#shipments.set(ticket, shipment);
		this.#send(ticket, shipment);
	}

	/** The utterance of a job that has not been answered yet. */
	ticketOf(jobId: string): Ticket | undefined {
		return this.#tickets.get(jobId);
	}

	holds(ticket: Ticket): boolean {
		return this.#shipments.has(ticket);
	}

	/** Whether nothing of it can be in Redis. */
	isHere(ticket: Ticket): boolean {
		return this.#shipments.get(ticket)?.attempts === 0;
	}

	/** @returns whether it was got back before a worker took it */
	async takeBack(ticket: Ticket): Promise<boolean> {
		const shipment = this.#shipments.get(ticket);
		await shipment?.sending;
		if (!shipment?.arrived || this.#redis.status !== 'ready') return true;
		// BullMQ does not remove a job that a worker has locked.
		return (await this.#queue.remove(shipment.jobId)) === 1;
	}

	/** It is answered: nothing of it stays here or in Redis. */
	letGo(ticket: Ticket, isClassified: boolean): void {
		const shipment = this.#shipments.get(ticket);
		if (!shipment) return;
		this.#shipments.delete(ticket);
		this.#tickets.delete(shipment.jobId);
		// A worker that has answered has deleted the audio, and BullMQ the job.
		const isClean = isClassified ? shipment.attempts === 1 : shipment.attempts === 0;
		if (!isClean) this.#debris.sweep(shipment.jobId, shipment.sending);
	}

	#send(ticket: Ticket, shipment: Shipment): void {
		if (this.#redis.status !== 'ready') return; // #reconnected sends it
		const sending = this.#ship(ticket, shipment, shipment.sending).finally(() => {
			if (shipment.sending === sending) shipment.sending = undefined;
		});
		shipment.sending = sending;
	}

	async #ship(ticket: Ticket, shipment: Shipment, before: Promise<void> | undefined): Promise<void> {
		await before;
		if (ticket.answered.aborted) return;
		const { jobId } = shipment;
		const { prefix, producer } = this.#options;
		const lifeMs = Math.ceil(Math.min(ticket.deadline - performance.now(), LONGEST_AUDIO_MS));
		const data: InferenceJob = { v: JOB_VERSION, producer, codec: 's16le', samples: ticket.pcm.length };
		shipment.attempts++;
		try {
			// In one go: the connection keeps their order, so that no worker sees the job without its audio.
			await Promise.all([
				this.#redis.set(audioKey(prefix, jobId), toBytes(ticket.pcm), 'PX', Math.max(lifeMs, 1)),
				this.#queue.add('classify', data, { jobId }),
			]);
			shipment.arrived = true;
		} catch (error) {
			const isFinal = error instanceof Error && error.name === 'ReplyError';
			if (isFinal) this.#options.onRefused(ticket, `Redis refused it: ${reasonOf(error)}`);
			else this.#resend ??= setTimeout(() => this.#catchUp(), RESEND_MS);
		}
	}

	/** Redis is back, perhaps without its memory: nothing counts as arrived. */
	#reconnected(): void {
		// BullMQ sets this once only, and a server that was restarted empty has forgotten it.
		this.#redis.hset(this.#queue.keys['meta'] as string, 'opts.maxLenEvents', KEPT_EVENTS).catch(() => undefined);
		for (const shipment of this.#shipments.values()) shipment.arrived = false;
		this.#catchUp();
	}

	/** Deletes what is owed, and sends what has not arrived. */
	#catchUp(): void {
		clearTimeout(this.#resend);
		this.#resend = undefined;
		this.#debris.retry();
		for (const [ticket, shipment] of this.#shipments) if (!shipment.arrived) this.#send(ticket, shipment);
	}

	async #remove(jobId: string): Promise<void> {
		// BullMQ would wait for the connection without end; what fails here is tried again on return.
		if (this.#redis.status !== 'ready') throw new Error('Redis is away.');
		await Promise.all([this.#redis.unlink(audioKey(this.#options.prefix, jobId)), this.#queue.remove(jobId)]);
	}

	/** Waits for the deletions that are under way; to be called when everything is answered. */
	async [Symbol.asyncDispose](): Promise<void> {
		clearTimeout(this.#resend);
		await this.#debris.settled();
		await this.#queue.close();
	}
}
