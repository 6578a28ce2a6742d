import { randomUUID } from 'node:crypto';
import { openRecording } from '../../audio/files/index.ts';
import { FRAME_MS, type Segment, Segmenter, type SegmenterOptions, type Stretch } from '../../audio/index.ts';
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
import { Framer } from './framer.ts';
import { TalkTrack } from './talk.ts';

export interface AnalysisOptions {
	readonly queue: InferenceQueue;
	readonly rules: Partial<JudgementRules>;
	readonly segmenter?: Partial<SegmenterOptions>;
	/** Channels to analyse, counted from 0; all when left out. */
	readonly channels?: readonly number[];
	/** Channels of which is noted when there is speech, and nothing else. None when left out. */
	readonly talkOf?: readonly number[];
	/**
	 * Voices that the analysed channels are parted in, each with the frames that are its own, by the time at which they
	 * begin. What belongs to none is not heard. All is one voice when left out.
	 */
	readonly voices?: ReadonlyMap<string, (startMs: number) => boolean>;
	/** An empty result rather than an error where nobody speaks. */
	readonly allowsSilence?: boolean;
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
	/** One of {@link AnalysisOptions.voices}, where there are any. */
	readonly voice?: string;
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
	/** What is missing at its end, in words; absent where nothing is known to be. */
	readonly cutOff?: string;
	/** In order of time, then of channel. */
	readonly results: readonly RecordingResult[];
	/** When there was speech, for each channel of {@link AnalysisOptions.talkOf}. */
	readonly talk: ReadonlyMap<number, readonly Stretch[]>;
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
	const chosen = chosenChannels(file, recording.channels, options.channels);
	const talkOf = chosenChannels(file, recording.channels, options.talkOf ?? []);
	const tracks = tracksOf(chosen, talkOf, options);
	const inFlight = new InFlight<RecordingResult>(IN_FLIGHT);
	const submit = async (track: Track, segment: Segment): Promise<void> => {
		// Of the other channels nothing leaves this loop but when there was speech.
		if (track.isRead) await inFlight.add(() => classify(file, { sessionId, track, segment }, options));
	};
	let samples = 0;
	let results: RecordingResult[];
	try {
		for await (const block of recording.blocks()) {
			samples += block[0]?.length ?? 0;
			for (const track of tracks) {
				for (const segment of track.push(block[track.channel] as Int16Array)) await submit(track, segment);
			}
			options.onProgress?.({ positionMs: toMs(samples), durationMs: recording.durationMs });
		}
		for (const track of tracks) for (const segment of track.flush()) await submit(track, segment);
		results = await inFlight.results();
	} catch (error) {
		// What is under way still holds audio: let it end before the caller goes on.
		await inFlight.idle();
		throw error;
	}
	const durationMs = toMs(samples);
	if (results.length === 0 && !options.allowsSilence) {
		throw new SesError('SES_AUDIO_NO_SPEECH', { file, duration: `${(durationMs / 1000).toFixed(1)} s` });
	}
	return {
		file,
		format: recording.format,
		channelCount: recording.channels,
		channels: chosen,
		durationMs,
		...(recording.cutOff && { cutOff: recording.cutOff }),
		talk: new Map(
			talkOf.map((channel) => {
				const track = tracks.find((each) => each.channel === channel && !each.voice);
				return [channel, track?.talk.stretches(durationMs) ?? []];
			}),
		),
		results: withFatigue(
			results
				// The last frame of a file is filled up with silence.
				.map((row) => ({ ...row, result: { ...row.result, endMs: Math.min(row.result.endMs, durationMs) } }))
				.sort((a, b) => a.result.startMs - b.result.startMs || a.channel - b.channel),
		),
	};
}

/** Compares each utterance with those before it in its channel or voice, which is taken to be one speaker. */
function withFatigue(results: readonly RecordingResult[]): RecordingResult[] {
	const baselines = new Map<string, FatigueBaseline>();
	return results.map((row) => {
		const baseline = baselines.get(row.result.speakerId) ?? new FatigueBaseline();
		baselines.set(row.result.speakerId, baseline);
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

function tracksOf(chosen: readonly number[], talkOf: readonly number[], options: AnalysisOptions): Track[] {
	const { voices, segmenter } = options;
	const read = chosen.flatMap((channel) =>
		voices
			? [...voices].map(([voice, isOwn]) => new Track({ channel, voice, isOwn, isRead: true }, segmenter))
			: [new Track({ channel, isRead: true }, segmenter)],
	);
	const noted = talkOf.filter((channel) => voices || !chosen.includes(channel));
	return [...read, ...noted.map((channel) => new Track({ channel, isRead: false }, segmenter))];
}

interface TrackOptions {
	readonly channel: number;
	readonly voice?: string;
	readonly isOwn?: (startMs: number) => boolean;
	/** Whether its utterances are classified. */
	readonly isRead: boolean;
}

/** One channel, or one voice of it, on its way from samples to segments. */
class Track {
	readonly channel: number;
	readonly voice: string | undefined;
	readonly isRead: boolean;
	readonly talk = new TalkTrack();
	readonly #framer = new Framer();
	readonly #segmenter: Segmenter;
	readonly #isOwn: ((startMs: number) => boolean) | undefined;
	#nextMs = 0;

	constructor({ channel, voice, isOwn, isRead }: TrackOptions, segmenter: AnalysisOptions['segmenter']) {
		this.channel = channel;
		this.voice = voice;
		this.isRead = isRead;
		this.#isOwn = isOwn;
		this.#segmenter = new Segmenter(segmenter);
	}

	*push(samples: Int16Array): Generator<Segment> {
		for (const pcm of this.#framer.push(samples)) yield* this.#take(pcm);
	}

	*flush(): Generator<Segment> {
		for (const pcm of this.#framer.flush()) yield* this.#take(pcm);
		const segment = this.#segmenter.flush();
		if (segment) yield segment;
	}

	*#take(pcm: Int16Array): Generator<Segment> {
		const startMs = this.#nextMs;
		this.#nextMs += FRAME_MS;
		// What is another's is as if nothing had been sent.
		const segment = this.#segmenter.push({ pcm: (this.#isOwn?.(startMs) ?? true) ? pcm : null });
		if (this.#segmenter.isActive) this.talk.add(startMs);
		if (segment) yield segment;
	}
}

async function classify(
	file: string,
	{ sessionId, track, segment }: { sessionId: string; track: Track; segment: Segment },
	{ queue, rules, signal }: AnalysisOptions,
): Promise<RecordingResult> {
	const { channel, voice } = track;
	const speakerId = `channel-${channel}${voice ? `-${voice}` : ''}`;
	const utterance = { id: `${sessionId}/${speakerId}/${segment.startMs}`, sessionId, speakerId, ...segment };
	const outcome = await queue.submit(utterance, signal ? { signal } : {});
	signal?.throwIfAborted();
	if (outcome.status === 'dropped') {
		throw new SesError('SES_INFERENCE_FAILED', { file, cause: outcome.cause, reason: outcome.reason });
	}
	const { pcm: _, ...heard } = utterance;
	return { channel, ...(voice && { voice }), result: judge(heard, outcome.classification, rules) };
}
