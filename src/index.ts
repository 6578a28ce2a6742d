/**
 * The package's root: speech emotion for a discord.js bot of one's own, a game or any program with voices.
 * See docs/plugin.md.
 *
 * @module speech-emotion-sense
 */
import './disposable.ts';

export * from './app/plugin/index.ts';
export * from './app/sources/index.ts';
export type { JoinError, JoinRefusal } from './bot/index.ts';
export {
	type AlertEvent,
	type AudioChunk,
	type AudioSource,
	EMOTIONS,
	type EmotionEvent,
	type EmotionLabel,
	type EmotionResult,
	type GroupEntry,
	type GroupQuery,
	type HeatEvent,
	type InferenceOutcome,
	type InferenceQueue,
	type Log,
	type MoodEntry,
	type MoodQuery,
	type MoodStore,
	type Notifier,
	SesError,
	type SesEvent,
	type SesEventType,
	type SubmitOptions,
	type Utterance,
} from './domain/index.ts';
export type { Arrangement, EmotionContext, EmotionStep, Next } from './middleware/index.ts';
