import { mixDown } from '../../audio/files/index.ts';
import type { AudioChunk } from '../../domain/index.ts';

/** Whose voice a source carries. */
export interface SourceSpeaker {
	/** The speaker, who agreed to be heard: whoever makes the source answers for that. Default `speaker`. */
	readonly speakerId?: string | undefined;
	/** Each channel is a speaker of its own, `speaker-0`, `speaker-1` …; otherwise all are mixed to one voice. */
	readonly split?: boolean | undefined;
}

/** @param planes one array a channel at 16 kHz, all of one length */
export function chunksOf(
	planes: readonly Int16Array[],
	{ speakerId = 'speaker', split = false }: SourceSpeaker,
): AudioChunk[] {
	if (!planes[0]?.length) return [];
	if (!split) return [{ speakerId, pcm: mixDown(planes) }];
	return planes.map((pcm, channel) => ({ speakerId: `${speakerId}-${channel}`, pcm }));
}
