import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { reasonOf } from '../../domain/index.ts';
import type { Ticket } from '../queue/ticket.ts';
import { Debris } from './debris.ts';
import { type InferenceJob, JOB_VERSION, jobIdOf } from './job.ts';
import { audioKey, QUEUE_NAME } from './keys.ts';
import { type PackOptions, packAudio } from './payload.ts';

/** Longest life of audio in Redis, also where an utterance itself may wait for ever. */
const LONGEST_AUDIO_MS = 3_600_000;
/** BullMQ writes several events for each job and nobody reads them. */
const KEPT_EVENTS = 100;
const RESEND_MS = 500;
/** So that commands do not wait for each other until their time is up, nor pile up in the connection. */
const UNDER_WAY_AT_ONCE = 256;
/** Of jobs that are served when nothing else waits; BullMQ serves those without a priority first. */
const PARTIAL_JOB_PRIORITY = 1;
/** How often an utterance sets out at most because a worker did not find its audio. */
const MOST_ATTEMPTS = 5;

export interface OutboxOptions {
	readonly prefix: string;
	/** The sender: it is part of the ids of its jobs, and names the stream of its results. */
	readonly producer: string;
	readonly audio: PackOptions;
	/** The server said no (out of memory, no permission); it will not be asked again. */
	readonly onRefused: (ticket: Ticket, reason: string) => void;
}

/** How far an utterance has come. */
interface Shipment {
	readonly jobId: string;
	/** To be served before what is there already. */
	readonly isFirst: boolean;
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
	/** Not under way yet, in the order of their coming. */
	readonly #unsent = new Set<Ticket>();
	#underWay = 0;
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

	/** @param isFirst whether it is to be served before all that is there */
	put(ticket: Ticket, isFirst: boolean): void {
		const jobId = jobIdOf(this.#options.producer, ticket.id);
		const shipment: Shipment = { jobId, isFirst, sending: undefined, attempts: 0, arrived: false };
		this.#tickets.set(jobId, ticket);
		this.#shipments.set(ticket, shipment);
		this.#unsent.add(ticket);
		this.#pump();
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

	/**
	 * A worker did not find the audio. It had a job from before Redis lost its memory, say, while the audio was
	 * on its way again.
	 *
	 * @returns whether it will be sent again; else it has been often enough
	 */
	sendAgain(ticket: Ticket): boolean {
		const shipment = this.#shipments.get(ticket);
		if (!shipment || shipment.attempts >= MOST_ATTEMPTS) return false;
		shipment.arrived = false;
		// Not at once: the worker has the job still, and BullMQ would not take another of the same id.
		this.#resend ??= setTimeout(() => this.#catchUp(), RESEND_MS);
		return true;
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
	letGo(ticket: Ticket, isByWorker: boolean): void {
		const shipment = this.#shipments.get(ticket);
		if (!shipment) return;
		this.#shipments.delete(ticket);
		this.#tickets.delete(shipment.jobId);
		this.#unsent.delete(ticket);
		// A worker that has answered has deleted the audio, and BullMQ the job.
		const isClean = isByWorker ? shipment.attempts === 1 : shipment.attempts === 0;
		if (!isClean) this.#debris.sweep(shipment.jobId, shipment.sending);
	}

	/** Sends what has not been sent, as far as it may be under way at once. */
	#pump(): void {
		for (const ticket of this.#unsent) {
			// #reconnected goes on.
			if (this.#redis.status !== 'ready' || this.#underWay >= UNDER_WAY_AT_ONCE) return;
			this.#unsent.delete(ticket);
			const shipment = this.#shipments.get(ticket);
			if (shipment) this.#send(ticket, shipment);
		}
	}

	#send(ticket: Ticket, shipment: Shipment): void {
		this.#underWay++;
		const sending = this.#ship(ticket, shipment, shipment.sending).finally(() => {
			if (shipment.sending === sending) shipment.sending = undefined;
			this.#underWay--;
			this.#pump();
		});
		shipment.sending = sending;
	}

	async #ship(ticket: Ticket, shipment: Shipment, before: Promise<void> | undefined): Promise<void> {
		await before;
		if (ticket.answered.aborted) return;
		const { jobId, isFirst: lifo } = shipment;
		const options = {
			jobId,
			...(lifo && { lifo }),
			...(ticket.priority === 'partial' && { priority: PARTIAL_JOB_PRIORITY }),
		};
		const { prefix, producer, audio } = this.#options;
		const lifeMs = Math.ceil(Math.min(ticket.deadline - performance.now(), LONGEST_AUDIO_MS));
		const { traceparent } = ticket;
		const data: InferenceJob = { v: JOB_VERSION, producer, ...(traceparent && { traceparent }) };
		const payload = packAudio(ticket.pcm, jobId, audio);
		shipment.attempts++;
		try {
			// In one go: the connection keeps their order, so that no worker sees the job without its audio.
			const stored = this.#redis.set(audioKey(prefix, jobId), payload, 'PX', Math.max(lifeMs, 1));
			// That of a cluster does not, while it is still connecting to its nodes.
			if (this.#redis.isCluster) await stored;
			await Promise.all([stored, this.#queue.add('classify', data, options)]);
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
		for (const [ticket, { arrived }] of this.#shipments) if (!arrived) this.#unsent.add(ticket);
		this.#pump();
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
