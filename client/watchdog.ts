import type { Message } from './events.ts';

/** A connection that has been silent for this many heartbeats is dead. */
const HEARTBEATS = 3;
/** Until the greeting has told the pace. */
const FIRST_PATIENCE_MS = 60_000;

/** Aborts a connection that says nothing for too long. */
export class Watchdog {
	readonly #connection: AbortController;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#patienceMs = FIRST_PATIENCE_MS;

	constructor(connection: AbortController) {
		this.#connection = connection;
		this.heard();
	}

	heard(message?: Message): void {
		if (message?.type === 'hello') {
			this.#patienceMs = (message.data as { heartbeatMs: number }).heartbeatMs * HEARTBEATS;
		}
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#connection.abort(), this.#patienceMs);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}
