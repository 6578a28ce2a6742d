import type { Client, ClientEvents } from 'discord.js';

/** Listens to a client that may outlive us. @returns what ends it */
export function listen<Event extends keyof ClientEvents>(
	client: Client,
	event: Event,
	listener: (...args: ClientEvents[Event]) => void,
): () => void {
	client.on(event, listener);
	return () => void client.off(event, listener);
}
