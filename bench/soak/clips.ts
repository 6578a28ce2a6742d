import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createOpusDecoder, type Segment, SpeakerTrack, segmenterOptions } from '../../src/audio/index.ts';
import { readOggOpus, SILENCE_FRAME } from '../../src/sim/index.ts';

const SAMPLES = new URL('../../samples/ravdess/', import.meta.url);
const PACKET_MS = 20;
const RTP_TICKS = 960;
const SILENCE_FRAMES = 5;
const TICK_MS = 100;
const AFTERWARDS_MS = 2000;

const BLUR_DB = 3;
/** As much as the bar for boundaries leaves to the call. */
const CLEAR_MS = 60;

/** Recorded speech that is one utterance, and where in it the utterance lies. */
export interface Clip {
	/** Opus, 20 ms each. */
	readonly packets: readonly Buffer[];
	/** Since the first packet was sent. */
	readonly startMs: number;
	readonly endMs: number;
}

/**
 * The samples that are a single utterance with clear edges. Where it begins and ends is what our own
 * endpointing says of the recording as it is, each packet on time and none missing: whatever differs in a
 * call, the call did. An edge is clear when a threshold that is 3 dB higher or lower finds it, too; where a
 * breath is as loud as that, nobody can say where the utterance begins.
 */
export async function readClips(): Promise<Clip[]> {
	const files = (await readdir(SAMPLES)).filter((file) => file.endsWith('.opus')).toSorted();
	const clips: Clip[] = [];
	for (const file of files) {
		const packets = await readOggOpus(fileURLToPath(new URL(file, SAMPLES)));
		const found = await Promise.all([0, -BLUR_DB, BLUR_DB].map((blurDb) => undisturbed(packets, blurDb)));
		const [clip] = found[0] as Segment[];
		const agrees = ([one, ...more]: readonly Segment[]): boolean =>
			one !== undefined && clip !== undefined && more.length === 0 && differenceMs(one, clip) <= CLEAR_MS;
		if (clip && found.every(agrees)) clips.push({ packets, startMs: clip.startMs, endMs: clip.endMs });
	}
	if (clips.length === 0) throw new Error('None of the samples is a single utterance with clear edges.');
	return clips;
}

const differenceMs = (one: Segment, other: Segment): number =>
	Math.max(Math.abs(one.startMs - other.startMs), Math.abs(one.endMs - other.endMs));

async function undisturbed(packets: readonly Buffer[], blurDb: number): Promise<Segment[]> {
	const decoder = await createOpusDecoder();
	const { enterSnrDb, minSnrDb, minLevelDb } = segmenterOptions.parse({});
	const segmenter = {
		enterSnrDb: enterSnrDb + blurDb,
		minSnrDb: minSnrDb + blurDb,
		minLevelDb: minLevelDb + blurDb,
	};
	const track = new SpeakerTrack({ decoder, startMs: 0, segmenter });
	const segments: Segment[] = [];
	const sent = [...packets, ...Array.from({ length: SILENCE_FRAMES }, () => SILENCE_FRAME)];
	for (const [sequence, payload] of sent.entries()) {
		const arrivalMs = sequence * PACKET_MS;
		segments.push(...track.push({ sequence, timestamp: sequence * RTP_TICKS, arrivalMs, payload }));
		if (arrivalMs % TICK_MS === 0) segments.push(...track.tick(arrivalMs));
	}
	for (let waitedMs = 0; waitedMs < AFTERWARDS_MS; waitedMs += TICK_MS) {
		segments.push(...track.tick(sent.length * PACKET_MS + waitedMs));
	}
	segments.push(...track.flush());
	track.dispose();
	return segments;
}
