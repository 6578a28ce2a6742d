import type { SesEvent, SesEventType } from '../../domain/index.ts';
import type { EventBus } from '../event-bus.ts';

/** An event by its type. */
export type EventOf<Type extends SesEventType> = Extract<SesEvent, { readonly type: Type }>;

export interface EmotionEvents {
	/**
	 * Tells of each event of one type (docs/feed.md lists them). A listener that throws is logged and harms nobody
	 * else.
	 *
	 * @returns what ends it
	 */
	on<Type extends SesEventType>(type: Type, listener: (event: EventOf<Type>) => void): () => void;
}

export const eventsOf = (bus: EventBus): EmotionEvents => ({
	on: (type, listener) =>
		bus.subscribe((event) => {
			if (event.type === type) listener(event as EventOf<typeof type>);
		}),
});
