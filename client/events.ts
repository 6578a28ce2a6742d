import type { FeedData, FeedEvent } from '../src/web/feed/schemas.ts';

export type { FeedData, FeedEvent };
export type FeedType = FeedEvent['type'];
/** `unsure` is an answer. */
export type EmotionLabel = FeedData['emotion']['label'];
export type Emotion = Exclude<EmotionLabel, 'unsure'>;
/** One line of the explanation of a score. */
export type Reason = FeedData['heat']['reasons'][number];
/** What became of packets. */
export type Reception = FeedData['health']['total'];

/** Whatever comes over a connection: events, and what tells of the connection itself. */
export interface Message {
	readonly v: number;
	readonly id?: string;
	readonly type: string;
	readonly data: unknown;
}

const TYPES: ReadonlySet<string> = new Set(
	Object.keys({
		session: true,
		emotion: true,
		partial: true,
		mood: true,
		heat: true,
		alert: true,
		reply: true,
		consent: true,
		health: true,
	} satisfies Record<FeedType, true>),
);

/** Whether it is an event of a kind that this version knows; others may be added to the feed. */
export const isEvent = (message: Message): message is FeedEvent => message.v === 1 && TYPES.has(message.type);
