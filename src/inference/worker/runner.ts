import { type Classification, SAMPLE_RATE_HZ, SesError } from '../../domain/index.ts';
import { SELF_TEST_TOLERANCE } from '../model/self-test.ts';
import { type Host, type Isolation, startHost } from './host.ts';
import { type Response, responseSchema, type ThreadData } from './messages.ts';
import { Watchdog } from './watchdog.ts';

/** Allowed on top of the hang limit for each second of audio: some fifty times what the model takes. */
const HANG_MS_PER_AUDIO_SECOND = 50;

export interface RunnerOptions {
	readonly data: ThreadData;
	readonly isolation: Isolation;
	/** What is run; tests bring their own. */
	readonly script: URL;
	/** A runner that is not ready after this is given up. */
	readonly startMs: number;
	/** A runner that answers nothing for this long, with work under way, is given up. */
	readonly hangMs: number;
	/** How long a runner may take to finish what it has and end. */
	readonly stopMs: number;
}

/** The runner died or hung before it had answered this request; another one may well serve it. */
export class RunnerLost extends Error {
	override readonly name = 'RunnerLost';
	/** Whether it was at work on this very request. The others only stood in line behind it. */
	readonly isSuspect: boolean;

	constructor(reason: string, isSuspect = false) {
		super(reason);
		this.isSuspect = isSuspect;
	}
}

interface Pending {
	readonly samples: number;
	readonly resolve: (classifications: Classification[]) => void;
	readonly reject: (error: Error) => void;
}

/** What a runner said of itself when it became ready. */
export type RunnerReady = Extract<Response, { type: 'ready' }>;

/** One life of an inference thread or process: it starts, serves, ends, and never comes back. */
export class InferenceRunner {
	readonly #host: Host;
	readonly #options: RunnerOptions;
	readonly #pending = new Map<number, Pending>();
	readonly #ready = Promise.withResolvers<RunnerReady>();
	readonly #end = Promise.withResolvers<void>();
	readonly #watchdog = new Watchdog(() => this.#giveUp('it did not answer in time'));
	#nextId = 0;
	#isStopping = false;
	#served = 0;
	#rssBytes = 0;
	/** Set by the first sign of the end; no request is taken from then on. */
	#lost: string | undefined;
	#onLost: ((reason: string) => void) | undefined;

	constructor(options: RunnerOptions) {
		this.#options = options;
		// Nobody may be waiting any more when it is lost before it was ready.
		this.#ready.promise.catch(() => undefined);
		this.#host = startHost(options.isolation, options.script, options.data, {
			onMessage: (message) => this.#receive(message),
			onLost: (reason) => this.#lose(reason),
			onEnd: () => this.#end.resolve(),
		});
		this.#watchdog.watch(options.startMs);
	}

	/** Clips that it has classified. */
	get served(): number {
		return this.#served;
	}

	/** Its resident memory after the latest request; 0 for a thread, which has none of its own. */
	get rssBytes(): number {
		return this.#rssBytes;
	}

	/**
	 * @throws {SesError} SES_MODEL_SELF_TEST or SES_RUNTIME_UNUSABLE: no restart will help
	 * @throws {RunnerLost} it died or hung before it was ready
	 */
	get ready(): Promise<RunnerReady> {
		return this.#ready.promise;
	}

	/** Called once, before any pending request is rejected, so that a retry already meets the successor. */
	onLost(listener: (reason: string) => void): void {
		this.#onLost = listener;
		if (this.#lost !== undefined) listener(this.#lost);
	}

	/** @throws {RunnerLost} when the runner ends first; an Error when the model cannot judge these clips */
	classify(clips: readonly Int16Array[]): Promise<Classification[]> {
		if (this.#isStopping) return Promise.reject(new RunnerLost('it was stopped'));
		if (this.#lost !== undefined) return Promise.reject(new RunnerLost(this.#lost));
		const lengths = clips.map((clip) => clip.length);
		const samples = lengths.reduce((sum, length) => sum + length, 0);
		// One copy into a buffer that then changes hands. Transferring the clips themselves would save
		// it, but empty the caller's arrays: nothing would be left to retry with when the runner dies.
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
		this.#host.post({ type: 'classify', id, pcm, lengths }, [pcm.buffer]);
		return promise;
	}

	/** Lets it finish what it has and end; past the deadline it is ended by force. */
	async stop(): Promise<void> {
		if (this.#lost === undefined && !this.#isStopping) this.#host.post({ type: 'stop' });
		this.#isStopping = true;
		const deadline = setTimeout(() => this.#giveUp('it did not stop in time'), this.#options.stopMs);
		await this.#end.promise;
		clearTimeout(deadline);
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
				this.#served += response.classifications.length;
				this.#rssBytes = response.rssBytes ?? 0;
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
		this.#host.kill();
	}

	#lose(reason: string): void {
		if (this.#lost !== undefined) return;
		this.#lost = reason;
		this.#watchdog.rest();
		this.#onLost?.(reason);
		this.#ready.reject(new RunnerLost(reason));
		// Requests are answered in turn: the first is the one that it was at work on.
		let isSuspect = true;
		for (const { reject } of this.#pending.values()) {
			reject(new RunnerLost(reason, isSuspect));
			isSuspect = false;
		}
		this.#pending.clear();
	}
}
