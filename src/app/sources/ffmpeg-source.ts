import { type LiveInputOptions, openLiveInput } from '../../audio/files/index.ts';
import type { AudioSource } from '../../domain/index.ts';
import { endable } from './endable.ts';
import { chunksOf, type SourceSpeaker } from './speaker.ts';

export interface FfmpegSourceOptions extends SourceSpeaker, LiveInputOptions {}

/**
 * Whatever ffmpeg can open: a capture device, a stream of a network, a file, or bytes of any container. ffmpeg is
 * started when the source is read, and ended when that ends.
 *
 * @throws {SesError} SES_FFMPEG_MISSING, SES_INPUT_FAILED while it is read
 */
export const ffmpegSource = (options: FfmpegSourceOptions): AudioSource =>
	endable(() => {
		const input = openLiveInput(options);
		async function* chunks() {
			for await (const planes of input.blocks()) yield* chunksOf(planes, options);
		}
		return { chunks: chunks(), end: input.end };
	});
