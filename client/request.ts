import { FATAL_STATUS, FeedError } from './error.ts';
import type { FeedOptions } from './options.ts';

export function addressOf({ url, types, guilds }: FeedOptions, path: string, lastEventId: string | undefined): URL {
	const address = new URL(`/api/v1/${path}`, url);
	if (types) address.searchParams.set('types', types.join(','));
	if (guilds) address.searchParams.set('guilds', guilds.join(','));
	if (lastEventId !== undefined) address.searchParams.set('lastEventId', lastEventId);
	return address;
}

/** @throws {FeedError} when it is refused for good, or what the network says */
export async function askForEvents(options: FeedOptions, lastEventId: string | undefined, signal: AbortSignal) {
	const response = await fetch(addressOf(options, 'events', lastEventId), {
		headers: { accept: 'text/event-stream', ...(options.token && { authorization: `Bearer ${options.token}` }) },
		cache: 'no-store',
		signal,
	});
	if (FATAL_STATUS.has(response.status)) throw new FeedError(await problemOf(response), response.status);
	if (!response.ok) throw new Error(`The feed answered ${response.status}.`);
	return response;
}

/** @throws {FeedError} when the feed would refuse us for good */
export async function probe(options: FeedOptions, signal: AbortSignal): Promise<void> {
	const response = await askForEvents(options, undefined, signal);
	await response.body?.cancel();
}

async function problemOf(response: Response): Promise<string> {
	try {
		return ((await response.json()) as { error: { message: string } }).error.message;
	} catch {
		return `The feed answered ${response.status}.`;
	}
}
