export type { Recording } from './opened-recording.ts';
export { type OpenRecordingOptions, openRecording } from './recording.ts';
export { Resampler } from './resampler.ts';
