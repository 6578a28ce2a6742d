import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Watchdog } from '../worker/watchdog.ts';
import { type JobResult, resultSchema } from './job.ts';
import { audioKey, resultsKey } from './keys.ts';
import { TickBatch } from './tick-batch.ts';

/**
 * Results travel in one small stream for each producer, not as BullMQ's return values.
 *
 * QueueEvents would hand every bot the events of all bots (four for each job), and Pub/Sub forgets
 * what is published while a connection is down. A stream of its own costs a bot only its own
 * results, keeps them over a reconnect, and expires by itself when the bot is gone.
 */

/** Holds the results that were ready at the same moment, as JSON. */
const FIELD = 'r';
/** Far more than can be under way, so that trimming never takes what nobody has read. */
const MAX_ENTRIES = 10_000;
const EXPIRY_MS = 60_000;
const BLOCK_MS = 5_000;
const PAUSE_AFTER_ERROR_MS = 250;
/** A read that has not come back by then never will: the connection is made anew. */
const SILENT_MS = BLOCK_MS + 2_000;

interface Answer {
	readonly producer: string;
	readonly result: JobResult;
}

/** Writes results and deletes their audio in one step: there is never one with the other. */
export class ResultWriter {
	readonly #redis: Redis;
	readonly #prefix: string;
	readonly #batch = new TickBatch<Answer, undefined>((answers) => this.#write(answers));

	constructor(redis: Redis, prefix: string) {
		this.#redis = redis;
		this.#prefix = prefix;
	}

	/** Resolves when it stands in Redis. */
	write(producer: string, result: JobResult): Promise<void> {
		return this.#batch.add({ producer, result });
	}

	async #write(answers: readonly Answer[]): Promise<undefined[]> {
		try {
			await this.#send(answers);
		} catch (error) {
			if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
			// No memory, say, for which the audio makes room: it is of no use any more in any case.
			await this.#redis.unlink(this.#audioOf(answers));
			await this.#send(answers);
		}
		return answers.map(() => undefined);
	}

	async #send(answers: readonly Answer[]): Promise<void> {
		const step = this.#redis.multi();
		for (const [producer, own] of Map.groupBy(answers, (answer) => answer.producer)) {
			const key = resultsKey(this.#prefix, producer);
			const text = JSON.stringify(own.map(({ result }) => result));
			step.xadd(key, 'MAXLEN', '~', MAX_ENTRIES, '*', FIELD, text).pexpire(key, EXPIRY_MS);
		}
		for (const [error] of (await step.unlink(this.#audioOf(answers)).exec()) ?? []) if (error) throw error;
	}

	#audioOf(answers: readonly Answer[]): string[] {
		return answers.map(({ result }) => audioKey(this.#prefix, result.id));
	}
}

export interface ResultReaderOptions {
	readonly prefix: string;
	readonly producer: string;
	readonly onResult: (result: JobResult) => void;
	/** Something stands in the stream that is no result, say of a worker of another version. */
	readonly onUnreadable: () => void;
}

/**
 * Reads a producer's stream until it is closed. It always reads from the start and deletes what it
 * has handed on: there is no position to lose in a restart or when the server's clock is set back.
 */
export class ResultReader implements AsyncDisposable {
	readonly #redis: Redis;
	readonly #options: ResultReaderOptions;
	readonly #closing = new AbortController();
	readonly #closed = Promise.withResolvers<undefined>();
	readonly #watchdog = new Watchdog(() => this.#reconnect());
	readonly #done: Promise<void>;

	/** @param redis for this reader alone: it blocks; closed with it */
	constructor(redis: Redis, options: ResultReaderOptions) {
		this.#redis = redis;
		this.#options = options;
		this.#done = this.#read();
	}

	async #read(): Promise<void> {
		const { signal } = this.#closing;
		const key = resultsKey(this.#options.prefix, this.#options.producer);
		while (!signal.aborted) {
			try {
				this.#watchdog.watch(SILENT_MS);
				const read = this.#redis.xread('COUNT', 256, 'BLOCK', BLOCK_MS, 'STREAMS', key, '0');
				// A client that is closed between two attempts to connect never settles what waits in it.
				const [stream] = (await Promise.race([read, this.#closed.promise])) ?? [];
				if (!stream) continue;
				const entries = stream[1];
				for (const [, fields] of entries) this.#hand(fields?.[fields.indexOf(FIELD) + 1]);
				// Not awaited: the next read follows it on the same connection. What stays in the stream
				// because the connection broke is read again, and a known id is no news.
				this.#redis.xdel(key, ...entries.map(([id]) => id)).catch(() => undefined);
			} catch {
				// The connection's own listeners tell of outages; here it only matters to try again.
				await delay(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => undefined);
			}
		}
	}

	/** What was asked is asked again on the new connection. */
	#reconnect(): void {
		if (this.#redis.status !== 'reconnecting') this.#redis.disconnect(true);
		this.#watchdog.watch(SILENT_MS);
	}

	#hand(text: string | undefined): void {
		let content: unknown;
		try {
			content = JSON.parse(text ?? '');
		} catch {
			content = undefined;
		}
		for (const each of Array.isArray(content) ? content : [content]) {
			const parsed = resultSchema.safeParse(each);
			if (parsed.success) this.#options.onResult(parsed.data);
			else this.#options.onUnreadable();
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort();
		this.#watchdog[Symbol.dispose]();
		this.#closed.resolve(undefined);
		this.#redis.disconnect();
		await this.#done;
	}
}
