/** Version of the envelope; fields may be added within it. */
export const FEED_VERSION = 1;

/** What the feed tells of. */
export const FEED_TYPES = ['session', 'emotion', 'mood', 'heat', 'alert', 'consent', 'health'] as const;
export type FeedType = (typeof FEED_TYPES)[number];

/** Who may see which ids: `named` has the platform's user ids beside the pseudonyms. */
export type View = 'pseudonymous' | 'named';
