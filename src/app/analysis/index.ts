export { type AnalyzeFilesOptions, analyzeFiles } from './analyze-files.ts';
export {
	type AnalysisOptions,
	type AnalysisProgress,
	analyzeRecording,
	type RecordingAnalysis,
	type RecordingResult,
} from './analyze-recording.ts';
export { interruptible, isReaderGone } from './interruptible.ts';
export type { JsonRow } from './json-row.ts';
export { createOfflineInference } from './offline-inference.ts';
export { type Separation, separateVoices, type Voice, VoiceListener } from './voices/index.ts';
