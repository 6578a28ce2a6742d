import { Worker } from 'node:worker_threads';
import { reasonOf, SesError } from '../../domain/index.ts';
import type { Answer, Order, ThreadData } from './messages.ts';

/** Each waits for at most a second or two: a line that is longer than this would be answered too late anyway. */
const MOST_WAITING = 50;
/** A chart takes tens of megabytes; one that takes this much ends its own thread and nothing else. */
const MOST_HEAP_MB = 512;

export interface DrawingThreadOptions {
	readonly script: URL;
	readonly data: ThreadData;
	/** How long one chart may take, the start of the thread included. */
	readonly deadlineMs: number;
	/** After how long without charts the thread ends, and its memory with it. */
	readonly idleMs: number;
}

interface Job {
	readonly order: Order;
	readonly transfer: ArrayBuffer[];
	readonly resolve: (png: Buffer) => void;
	readonly reject: (error: SesError) => void;
}

const failure = (reason: string, cause?: unknown): SesError => new SesError('SES_CHART_FAILED', { reason }, cause);

/**
 * A thread that draws one chart after the other. It is started by the first, and by the next one after it was
 * lost; it holds no process alive but while it draws.
 */
export class DrawingThread implements AsyncDisposable {
	readonly #options: DrawingThreadOptions;
	readonly #waiting: Job[] = [];
	#worker: Worker | undefined;
	#job: Job | undefined;
	#timer: NodeJS.Timeout | undefined;
	#closed = false;

	constructor(options: DrawingThreadOptions) {
		this.#options = options;
	}

	/** Whether there is a thread at the moment. */
	get isRunning(): boolean {
		return this.#worker !== undefined;
	}

	/**
	 * @param transfer changes hands
	 * @returns a PNG
	 * @throws SesError `SES_CHART_FAILED`
	 */
	draw(order: Order, transfer: ArrayBuffer[] = []): Promise<Buffer> {
		return new Promise((resolve, reject) => {
			if (this.#closed) reject(failure('the program is ending'));
			else if (this.#waiting.length >= MOST_WAITING) reject(failure('too many others wait to be drawn'));
			else {
				this.#waiting.push({ order, transfer, resolve, reject });
				this.#next();
			}
		});
	}

	/** Draws nothing more; what waits is answered with an error. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed = true;
		for (const { reject } of this.#waiting.splice(0)) reject(failure('the program is ending'));
		await this.#end('the program is ending');
	}

	#next(): void {
		if (this.#job || this.#closed) return;
		const job = this.#waiting.shift();
		if (!job) {
			this.#arm(this.#options.idleMs, () => void this.#end('nothing was to be drawn'));
			this.#timer?.unref();
			this.#worker?.unref();
			return;
		}
		this.#job = job;
		const { deadlineMs } = this.#options;
		this.#arm(deadlineMs, () => void this.#end(`it took longer than ${deadlineMs} ms`));
		try {
			this.#worker ??= this.#start();
			this.#worker.ref();
			this.#worker.postMessage(job.order, job.transfer);
		} catch (error) {
			this.#settle(({ reject }) => reject(failure(reasonOf(error), error)));
		}
	}

	#start(): Worker {
		const { script, data } = this.#options;
		const worker = new Worker(script, {
			workerData: data,
			name: 'ses-charts',
			resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
		});
		const lost = (reason: string, cause?: unknown) => {
			// One that was given up earlier has nothing to say any more.
			if (this.#worker === worker) void this.#end(reason, cause);
		};
		worker.on('message', (answer: Answer) => {
			if (this.#worker !== worker) return;
			this.#settle(({ resolve, reject }) => {
				if ('png' in answer) resolve(Buffer.from(answer.png.buffer));
				else reject(failure(answer.failed));
			});
		});
		worker.on('messageerror', (error) => lost(reasonOf(error), error));
		worker.on('error', (error) => lost(reasonOf(error), error));
		worker.on('exit', (code) => lost(`its thread ended with code ${code}`));
		return worker;
	}

	#settle(answer: (job: Job) => void): void {
		const job = this.#job;
		this.#job = undefined;
		if (job) answer(job);
		this.#next();
	}

	async #end(reason: string, cause?: unknown): Promise<void> {
		clearTimeout(this.#timer);
		const worker = this.#worker;
		this.#worker = undefined;
		if (this.#job) this.#settle(({ reject }) => reject(failure(reason, cause)));
		await worker?.terminate();
	}

	#arm(delayMs: number, action: () => void): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(action, delayMs);
	}
}
