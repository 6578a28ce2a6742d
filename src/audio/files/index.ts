export { letGo } from './let-go.ts';
export { type LiveInput, type LiveInputOptions, openLiveInput } from './live-input.ts';
export { mixDown } from './mix-down.ts';
export type { Recording } from './opened-recording.ts';
export { RateConverter } from './rate-converter.ts';
export { type OpenRecordingOptions, openRecording } from './recording.ts';
export { Resampler } from './resampler.ts';
export { decodeSamples, deinterleave } from './wav-samples.ts';
