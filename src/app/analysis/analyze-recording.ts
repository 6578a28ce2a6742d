import { randomUUID } from 'node:crypto';
import { openRecording } from '../../audio/files/index.ts';
import { FRAME_SAMPLES, type Segment, Segmenter, type SegmenterOptions } from '../../audio/index.ts';
import {
	type EmotionResult,
	type Experimental,
	type InferenceQueue,
	type JudgementRules,
	judge,
	SAMPLE_RATE_HZ,
	SesError,
} from '../../domain/index.ts';
import { FatigueBaseline } from '../../middleware/index.ts';
import { InFlight } from './bounded.ts';

export interface AnalysisOptions {
	readonly queue: InferenceQueue;
	readonly rules: Partial<JudgementRules>;
	readonly segmenter?: Partial<SegmenterOptions>;
	/** Channels to analyse, counted from 0; all when left out. */
	readonly channels?: readonly number[];
	readonly maxDurationMs?: number;
	readonly signal?: AbortSignal;
	/** Called as the reading goes on. */
	readonly onProgress?: (progress: AnalysisProgress) => void;
}

export interface AnalysisProgress {
	readonly positionMs: number;
	readonly durationMs: number | undefined;
}

/** One utterance of a recording. */
export interface RecordingResult {
	readonly channel: number;
	readonly result: EmotionResult;
	/** Absent until there is enough of the channel to compare an utterance with. */
	readonly experimental?: Experimental;
}

export interface RecordingAnalysis {
	readonly file: string;
	readonly format: string;
	/** How many channels the file has. */
	readonly channelCount: number;
	/** Those that were analysed. */
	readonly channels: readonly number[];
	readonly durationMs: number;
	/** In order of time, then of channel. */
	readonly results: readonly RecordingResult[];
}

/** Enough to keep a worker's batches full; each holds at most 200 kB of audio. */
const IN_FLIGHT = 32;

/**
 * Reads a recording, cuts each channel into utterances and has them classified while it reads on.
 *
 * @throws {SesError} what {@link openRecording} throws, `SES_USAGE` for a channel that is not there,
 * `SES_AUDIO_NO_SPEECH`, `SES_WORKER_LOST`; the signal's reason on abort
 */
export async function analyzeRecording(file: string, options: AnalysisOptions): Promise<RecordingAnalysis> {
	const { signal } = options;
	await using recording = await openRecording(file, {
		...(signal ? { signal } : {}),
		...(options.maxDurationMs === undefined ? {} : { maxDurationMs: options.maxDurationMs }),
	});
	const sessionId = randomUUID();
	const tracks = chosenChannels(file, recording.channels, options.channels).map(
		(channel) => new ChannelTrack(channel, options.segmenter),
	);
	const inFlight = new InFlight<RecordingResult>(IN_FLIGHT);
	const submit = (channel: number, segment: Segment): Promise<void> =>
		inFlight.add(() => classify(file, { sessionId, channel, segment }, options));
	let samples = 0;
	let results: RecordingResult[];
	try {
		for await (const block of recording.blocks()) {
			samples += block[0]?.length ?? 0;
			for (const track of tracks) {
				for (const segment of track.push(block[track.channel] as Int16Array)) await submit(track.channel, segment);
			}
			options.onProgress?.({ positionMs: toMs(samples), durationMs: recording.durationMs });
		}
		for (const track of tracks) for (const segment of track.flush()) await submit(track.channel, segment);
		results = await inFlight.results();
	} catch (error) {
		// What is under way still holds audio: let it end before the caller goes on.
		await inFlight.idle();
		throw error;
	}
	const durationMs = toMs(samples);
	if (results.length === 0) {
		throw new SesError('SES_AUDIO_NO_SPEECH', { file, duration: `${(durationMs / 1000).toFixed(1)} s` });
	}
	return {
		file,
		format: recording.format,
		channelCount: recording.channels,
		channels: tracks.map(({ channel }) => channel),
		durationMs,
		results: withFatigue(
			results
				// The last frame of a file is filled up with silence.
				.map(({ channel, result }) => ({ channel, result: { ...result, endMs: Math.min(result.endMs, durationMs) } }))
				.sort((a, b) => a.result.startMs - b.result.startMs || a.channel - b.channel),
		),
	};
}

/** Compares each utterance with those before it in its channel, which is taken to be one speaker. */
function withFatigue(results: readonly RecordingResult[]): RecordingResult[] {
	const baselines = new Map<number, FatigueBaseline>();
	return results.map((row) => {
		const baseline = baselines.get(row.channel) ?? new FatigueBaseline();
		baselines.set(row.channel, baseline);
		const fatigue = baseline.score(row.result);
		return fatigue === undefined ? row : { ...row, experimental: { fatigue } };
	});
}

const toMs = (samples: number): number => Math.round((samples * 1000) / SAMPLE_RATE_HZ);

function chosenChannels(file: string, count: number, wanted: readonly number[] | undefined): readonly number[] {
	const all = Array.from({ length: count }, (_, channel) => channel);
	const missing = wanted?.find((channel) => !all.includes(channel));
	if (missing === undefined) return wanted ?? all;
	const have = count === 1 ? 'channel 0 only' : `channels 0 to ${count - 1}`;
	throw new SesError('SES_USAGE', { reason: `${file}: has ${have}, not ${missing}.` });
}

/** One channel on its way from samples to segments. */
class ChannelTrack {
	readonly channel: number;
	readonly #segmenter: Segmenter;
	#rest = new Int16Array(0);

	constructor(channel: number, options: Partial<SegmenterOptions> | undefined) {
		this.channel = channel;
		this.#segmenter = new Segmenter(options);
	}

	*push(samples: Int16Array): Generator<Segment> {
		const joined = new Int16Array(this.#rest.length + samples.length);
		joined.set(this.#rest);
		joined.set(samples, this.#rest.length);
		const whole = joined.length - (joined.length % FRAME_SAMPLES);
		for (let at = 0; at < whole; at += FRAME_SAMPLES) {
			const segment = this.#segmenter.push({ pcm: joined.subarray(at, at + FRAME_SAMPLES) });
			if (segment) yield segment;
		}
		this.#rest = joined.slice(whole);
	}

	*flush(): Generator<Segment> {
		if (this.#rest.length > 0) yield* this.push(new Int16Array(FRAME_SAMPLES - this.#rest.length));
		const segment = this.#segmenter.flush();
		if (segment) yield segment;
	}
}

async function classify(
	file: string,
	{ sessionId, channel, segment }: { sessionId: string; channel: number; segment: Segment },
	{ queue, rules, signal }: AnalysisOptions,
): Promise<RecordingResult> {
	const utterance = {
		id: `${sessionId}/${channel}/${segment.startMs}`,
		sessionId,
		speakerId: `channel-${channel}`,
		...segment,
	};
	const outcome = await queue.submit(utterance, signal ? { signal } : {});
	signal?.throwIfAborted();
	if (outcome.status === 'dropped') {
		throw new SesError('SES_INFERENCE_FAILED', { file, cause: outcome.cause, reason: outcome.reason });
	}
	const { pcm: _, ...heard } = utterance;
	return { channel, result: judge(heard, outcome.classification, rules) };
}
