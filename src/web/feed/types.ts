/** Version of the envelope; fields may be added within it. */
export const FEED_VERSION = 1;

/** What the feed tells of. */
export const FEED_TYPES = [
	'session',
	'emotion',
	'partial',
	'mood',
	'heat',
	'alert',
	'reply',
	'consent',
	'health',
] as const;
export type FeedType = (typeof FEED_TYPES)[number];

/** What programs are told of that name no types: first impressions are many, and void a moment later. */
export const USUAL_TYPES: ReadonlySet<FeedType> = new Set(FEED_TYPES.filter((type) => type !== 'partial'));

/** What a member may be told of: what is of them alone, and when the bot comes and goes. */
export const MEMBER_TYPES: ReadonlySet<FeedType> = new Set<FeedType>(['session', 'emotion', 'partial', 'consent']);

/** Who may see which ids: `named` has the platform's user ids beside the pseudonyms. */
export type View = 'pseudonymous' | 'named';
