export { type OpenRecordingOptions, openRecording, type Recording } from './recording.ts';
export { Resampler } from './resampler.ts';
