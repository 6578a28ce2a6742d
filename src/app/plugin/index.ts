export {
	createEmotionEngine,
	type EmotionEngine,
	type LiveSession,
	type PlayOptions,
	type SourcePlace,
} from './emotion-engine.ts';
export {
	type AttachedSource,
	type ChannelRef,
	createEmotionSense,
	type EmotionSense,
	type EmotionSenseOptions,
} from './emotion-sense.ts';
export type { EmotionEvents, EventOf } from './events.ts';
export type { EmbeddingOptions } from './options.ts';
export { recordingSource } from './recording-source.ts';
