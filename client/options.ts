import type { FeedType } from './events.ts';

export interface FeedOptions {
	/** Where the bot is reached, like `http://127.0.0.1:8787`. */
	readonly url: string;
	/** From `ses token create`. Without one the cookie of the console counts, on its own pages. */
	readonly token?: string;
	/** All that the token reaches but `partial`, when not set. */
	readonly types?: readonly FeedType[];
	/** Ids of servers; all that the token reaches, when not set. */
	readonly guilds?: readonly string[];
	/** To carry on from, when it was kept. */
	readonly lastEventId?: string;
	/** Default `sse`. */
	readonly transport?: 'sse' | 'websocket';
	/** Ends the feed. */
	readonly signal?: AbortSignal;
	/** Told of each connection; `resumed` when nothing was missed. */
	readonly onConnect?: (resumed: boolean) => void;
	/** Some events were missed for good. */
	readonly onGap?: () => void;
	/** The connection broke; it is tried again after `pauseMs`. */
	readonly onBreak?: (pauseMs: number) => void;
}
