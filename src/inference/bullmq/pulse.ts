import type { Redis } from 'ioredis';
import { Watchdog } from '../worker/watchdog.ts';

const EVERY_MS = 1_000;
/** Far longer than a busy machine takes, and little of an utterance's life (10 s). */
const SILENT_MS = 2_000;
/** After so long again the connection is broken and made anew: whatever is between may have forgotten it. */
const BROKEN_MS = 2_000;

export interface PulseListeners {
	/** The server keeps its connection and answers nothing: it hangs, or the network swallows what is sent. */
	readonly onSilent: () => void;
	/** It answers again. */
	readonly onAnswer: () => void;
}

/** Asks Redis for a sign of life: an open connection is none. */
export class Pulse implements Disposable {
	readonly #redis: Redis;
	readonly #listeners: PulseListeners;
	readonly #watchdog = new Watchdog(() => this.#miss());
	readonly #timer: NodeJS.Timeout;
	#isAsking = false;
	#isSilent = false;

	constructor(redis: Redis, listeners: PulseListeners) {
		this.#redis = redis;
		this.#listeners = listeners;
		this.#timer = setInterval(() => this.#beat(), EVERY_MS);
	}

	/** It has been heard of in another way. */
	reset(): void {
		this.#isSilent = false;
		this.#watchdog.rest();
	}

	#beat(): void {
		if (this.#isAsking || this.#redis.status !== 'ready') return;
		this.#isAsking = true;
		this.#watchdog.watch(SILENT_MS);
		this.#redis
			.ping()
			.then(() => {
				const wasSilent = this.#isSilent;
				this.reset();
				if (wasSilent) this.#listeners.onAnswer();
			})
			// Its time is up, or the connection broke: in either case what it waited for will not come.
			.catch(() => this.#reconnect())
			.finally(() => {
				this.#isAsking = false;
			});
	}

	#miss(): void {
		if (this.#isSilent) {
			this.#reconnect();
			return;
		}
		this.#isSilent = true;
		this.#watchdog.watch(BROKEN_MS);
		this.#listeners.onSilent();
	}

	#reconnect(): void {
		if (this.#isSilent && this.#redis.status === 'ready') this.#redis.disconnect(true);
	}

	[Symbol.dispose](): void {
		clearInterval(this.#timer);
		this.#watchdog[Symbol.dispose]();
	}
}
