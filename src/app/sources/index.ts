export { type AudioDataLike, audioDataSource } from './audio-data-source.ts';
export { type FfmpegSourceOptions, ffmpegSource } from './ffmpeg-source.ts';
export type { FrameStream, ReadableFrames } from './frame-stream.ts';
export { type InterleavedFrame, liveKitSource } from './livekit-source.ts';
export { type PcmStreamOptions, pcmStreamSource } from './pcm-stream-source.ts';
export type { SourceSpeaker } from './speaker.ts';
