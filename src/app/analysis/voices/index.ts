export { VoiceListener } from './listen.ts';
export { type Separation, separateVoices, type Voice, type VoiceSpan } from './separate.ts';
