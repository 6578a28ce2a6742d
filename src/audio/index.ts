export * from './frame.ts';
export { Moment } from './moment.ts';
export * from './opus-decoder.ts';
export * from './quality.ts';
export * from './reorder-buffer.ts';
export * from './segmenter.ts';
export { isSilenceFrame } from './silence-frame.ts';
export * from './speaker-track.ts';
export { coveredMs, SpeechActivity, type Stretch } from './speech-activity.ts';
