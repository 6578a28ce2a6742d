/**
 * Reads the event feed of SpeechEmotionSense, in browsers and in Node 22 or newer. Reconnects with back-off and
 * carries on where it left off. No dependencies: of the schemas only their types are used, and those are gone once
 * this is JavaScript. docs/feed.md describes the feed.
 */
export { connectFeed } from './connect.ts';
export { FeedError } from './error.ts';
export type { Emotion, EmotionLabel, FeedData, FeedEvent, FeedType, Reason, Reception } from './events.ts';
export type { FeedOptions } from './options.ts';
