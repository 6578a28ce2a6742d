import { Worker } from 'node:worker_threads';
import { type Classification, reasonOf, SAMPLE_RATE_HZ, SesError } from '../../domain/index.ts';
import { SELF_TEST_TOLERANCE } from '../model/self-test.ts';
import { silenceTelemetry } from '../model/telemetry.ts';
import { type Request, type Response, responseSchema, type ThreadData } from './messages.ts';
import { Watchdog } from './watchdog.ts';

/** Allowed on top of the hang limit for each second of audio: some fifty times what the model takes. */
const HANG_MS_PER_AUDIO_SECOND = 50;

export interface ThreadOptions {
	readonly data: ThreadData;
	/** The program of the thread; tests bring their own. */
	readonly script: URL;
	/** A thread that is not ready after this is given up. */
	readonly startMs: number;
	/** A thread that answers nothing for this long, with work under way, is given up. */
	readonly hangMs: number;
	/** How long a thread may take to finish what it has and end. */
	readonly stopMs: number;
}

/** The thread died or hung with this request under way; another thread may well serve it. */
export class ThreadLost extends Error {
	override readonly name = 'ThreadLost';
}

interface Pending {
	readonly samples: number;
	readonly resolve: (classifications: Classification[]) => void;
	readonly reject: (error: Error) => void;
}

/** What a thread said of itself when it became ready. */
export type ThreadReady = Extract<Response, { type: 'ready' }>;

/** One life of an inference thread: it starts, serves, ends, and never comes back. */
export class InferenceThread {
	readonly #worker: Worker;
	readonly #options: ThreadOptions;
	readonly #pending = new Map<number, Pending>();
	readonly #ready = Promise.withResolvers<ThreadReady>();
	readonly #end = Promise.withResolvers<void>();
	readonly #watchdog = new Watchdog(() => this.#giveUp('it did not answer in time'));
	#nextId = 0;
	/** Set by the first sign of the end; no request is taken from then on. */
	#lost: string | undefined;
	#onLost: ((reason: string) => void) | undefined;

	constructor(options: ThreadOptions) {
		this.#options = options;
		silenceTelemetry();
		this.#worker = new Worker(options.script, { workerData: options.data, name: 'ses-inference' });
		this.#worker.on('message', (message) => this.#receive(message));
		this.#worker.on('messageerror', (error) => this.#giveUp(reasonOf(error)));
		this.#worker.on('error', (error) => this.#lose(reasonOf(error)));
		this.#worker.on('exit', (code) => {
			this.#lose(`exit code ${code}`);
			this.#end.resolve();
		});
		this.#watchdog.watch(options.startMs);
	}

	/**
	 * @throws {SesError} SES_MODEL_SELF_TEST or SES_RUNTIME_UNUSABLE: no restart will help
	 * @throws {ThreadLost} it died or hung before it was ready
	 */
	get ready(): Promise<ThreadReady> {
		return this.#ready.promise;
	}

	/** Called once, before any pending request is rejected, so that a retry already meets the successor. */
	onLost(listener: (reason: string) => void): void {
		this.#onLost = listener;
		if (this.#lost !== undefined) listener(this.#lost);
	}

	/** @throws {ThreadLost} when the thread ends first; an Error when the model cannot judge these clips */
	classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		if (this.#lost !== undefined) return Promise.reject(new ThreadLost(this.#lost));
		const lengths = clips.map((clip) => clip.length);
		const samples = lengths.reduce((sum, length) => sum + length, 0);
		// One copy into a buffer that then changes hands. Transferring the clips themselves would save
		// it, but empty the caller's arrays: nothing would be left to retry with when a thread dies.
		const pcm = new Int16Array(samples);
		let end = 0;
		for (const clip of clips) {
			pcm.set(clip, end);
			end += clip.length;
		}
		const id = this.#nextId++;
		const { promise, resolve, reject } = Promise.withResolvers<Classification[]>();
		this.#pending.set(id, { samples, resolve, reject });
		if (this.#pending.size === 1) this.#watchNext();
		this.#post({ type: 'classify', id, pcm, lengths }, [pcm.buffer]);
		return promise;
	}

	/** Lets the thread finish what it has and end; past the deadline it is ended by force. */
	async stop(): Promise<void> {
		if (this.#lost === undefined) this.#post({ type: 'stop' });
		const deadline = setTimeout(() => this.#giveUp('it did not stop in time'), this.#options.stopMs);
		await this.#end.promise;
		clearTimeout(deadline);
	}

	#post(request: Request, transfer: ArrayBuffer[] = []): void {
		this.#worker.postMessage(request, transfer);
	}

	#receive(message: unknown): void {
		const { success, data: response } = responseSchema.safeParse(message);
		if (!success) {
			this.#giveUp('it sent a message that nobody knows');
			return;
		}
		switch (response.type) {
			case 'ready':
				this.#watchdog.rest();
				this.#ready.resolve(response);
				break;
			case 'self-test-failed': {
				const details = { difference: response.difference.toPrecision(3), tolerance: SELF_TEST_TOLERANCE };
				this.#ready.reject(new SesError('SES_MODEL_SELF_TEST', details));
				break;
			}
			case 'unusable': {
				const details = { provider: this.#options.data.provider, reason: response.reason };
				this.#ready.reject(new SesError('SES_RUNTIME_UNUSABLE', details));
				break;
			}
			case 'classified':
				this.#take(response.id)?.resolve(response.classifications);
				break;
			case 'failed':
				this.#take(response.id)?.reject(new Error(response.reason));
		}
	}

	#take(id: number): Pending | undefined {
		const pending = this.#pending.get(id);
		this.#pending.delete(id);
		if (this.#lost === undefined) this.#watchNext();
		return pending;
	}

	/** Requests are answered in turn, so only the oldest can be late. */
	#watchNext(): void {
		const [oldest] = this.#pending.values();
		if (oldest) {
			const audioS = oldest.samples / SAMPLE_RATE_HZ;
			this.#watchdog.watch(this.#options.hangMs + audioS * HANG_MS_PER_AUDIO_SECOND);
		} else this.#watchdog.rest();
	}

	#giveUp(reason: string): void {
		this.#lose(reason);
		void this.#worker.terminate();
	}

	#lose(reason: string): void {
		if (this.#lost !== undefined) return;
		this.#lost = reason;
		this.#watchdog.rest();
		this.#onLost?.(reason);
		this.#ready.reject(new ThreadLost(reason));
		for (const { reject } of this.#pending.values()) reject(new ThreadLost(reason));
		this.#pending.clear();
	}
}
