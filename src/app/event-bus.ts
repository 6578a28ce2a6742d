import type { Log, Publish, SesEvent } from '../domain/index.ts';

/** Hands each event to all who listen. A listener that throws is logged and harms nobody else. */
export class EventBus {
	readonly #listeners = new Set<Publish>();
	readonly #log: Log;

	constructor(log: Log) {
		this.#log = log;
	}

	readonly publish: Publish = (event: SesEvent) => {
		for (const listener of this.#listeners) {
			try {
				listener(event);
			} catch (error) {
				this.#log.error({ error, event: event.type }, 'event listener failed');
			}
		}
	};

	/** @returns a function that ends the subscription */
	subscribe(listener: Publish): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}
