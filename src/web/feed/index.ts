export { draftOf, type FeedDraft } from './draft.ts';
export type { EncodedEvent } from './encoded-event.ts';
export { closeMessage, Feed, type FeedLimits } from './feed.ts';
export { GroupMoods } from './group-moods.ts';
export {
	type ControlMessage,
	controlSchema,
	type FeedData,
	type FeedEvent,
	feedEventSchema,
} from './schemas.ts';
export { SessionBook, type SessionPlace } from './session-book.ts';
export { SseSink } from './sse-sink.ts';
export type { Sink } from './subscriber.ts';
export { FEED_TYPES, type FeedType, MEMBER_TYPES, USUAL_TYPES, type View } from './types.ts';
export { WebSocketSink } from './websocket-sink.ts';
