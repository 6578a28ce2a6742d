import { randomUUID } from 'node:crypto';
import { openRecording } from '../../audio/files/index.ts';
import { measureQuality } from '../../audio/index.ts';
import {
	type Classification,
	EMOTIONS,
	type Emotion,
	type InferenceQueue,
	type JudgementRules,
	judge,
	restrictTo,
	SAMPLE_RATE_HZ,
	SesError,
} from '../../domain/index.ts';
import { mapBounded } from './bounded.ts';
import type { ManifestRow } from './manifest.ts';
import { type Prediction, type Scores, score } from './metrics.ts';

export interface EvaluationOptions {
	readonly queue: InferenceQueue;
	readonly rules: Partial<JudgementRules>;
	/** Classes in question; clips with other labels are left out and counted. All when left out. */
	readonly labels?: readonly Emotion[];
	/** Leave out of the scores what a user would be told is `unsure`. */
	readonly abstain: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (done: number, total: number) => void;
	/** Called for each clip that cannot be read; the others go on. */
	readonly onUnreadable: (row: ManifestRow, error: SesError) => void;
}

/** Scores of one corpus, or of all together. */
export interface EvaluationScores extends Scores {
	/** Clips that were classified, whether scored or abstained from. */
	readonly n: number;
	/** Share of these for which the answer was `unsure`; `null` unless abstention is on. */
	readonly abstained: number | null;
	/** Clips whose label is not in question. */
	readonly leftOut: number;
	readonly unreadable: number;
}

export interface Evaluation {
	/**
	 * The clips of all corpora pooled, each with its probabilities restricted to the classes of its own
	 * corpus; UAR and macro-F1 are means over the union of classes.
	 */
	readonly overall: EvaluationScores;
	/** Probabilities restricted to the classes that occur in the corpus, and renormalised. */
	readonly corpora: Readonly<Record<string, EvaluationScores>>;
	/** `name@version`; `null` when no clip could be classified. */
	readonly model: string | null;
}

/** Clips under way: reading one overlaps with the inference of others, and batches fill. */
const LANES = 16;
/** A labelled clip is one utterance. */
const LONGEST_CLIP_MS = 120_000;
/** The model's shortest input. */
const SHORTEST_SAMPLES = SAMPLE_RATE_HZ / 10;

type ClipOutcome =
	| { readonly status: 'classified'; readonly classification: Classification; readonly unsure: boolean }
	| { readonly status: 'left-out' }
	| { readonly status: 'unreadable' };

/**
 * Runs labelled clips through the pipeline as it is shipped (read, resample, classify, judge; each
 * whole clip is one utterance) and scores what comes out.
 *
 * @throws {SesError} `SES_INFERENCE_FAILED`; the signal's reason on abort
 */
export async function evaluate(rows: readonly ManifestRow[], options: EvaluationOptions): Promise<Evaluation> {
	const inQuestion = new Set(options.labels ?? EMOTIONS);
	const session = randomUUID();
	let done = 0;
	const outcomes = await mapBounded(rows, LANES, async (row): Promise<ClipOutcome> => {
		options.signal?.throwIfAborted();
		const outcome = inQuestion.has(row.label)
			? await classifyClip(row, session, options)
			: ({ status: 'left-out' } as const);
		options.onProgress?.(++done, rows.length);
		return outcome;
	});

	const corpora = new Map<string, CorpusTally>();
	let model: string | null = null;
	for (const [index, row] of rows.entries()) {
		const outcome = outcomes[index] as ClipOutcome;
		if (outcome.status === 'classified') model ??= outcome.classification.model;
		const tally = corpora.get(row.corpus) ?? new CorpusTally();
		corpora.set(row.corpus, tally);
		tally.add(row, outcome);
	}
	const tallies = [...corpora.values()];
	const pooled = tallies.reduce((all, tally) => all.join(tally), new CorpusTally());
	return {
		overall: pooled.scores(
			tallies.flatMap((tally) => tally.predictions(options.abstain)),
			options.abstain,
		),
		corpora: Object.fromEntries(
			[...corpora].map(([name, tally]) => [name, tally.scores(tally.predictions(options.abstain), options.abstain)]),
		),
		model,
	};
}

interface Judged {
	readonly truth: Emotion;
	readonly classification: Classification;
	readonly unsure: boolean;
}

/** What became of the clips of one corpus. */
class CorpusTally {
	/** The classes that occur, and so the ones to choose from. */
	readonly #labels = new Set<Emotion>();
	readonly #judged: Judged[] = [];
	#leftOut = 0;
	#unreadable = 0;

	add(row: ManifestRow, outcome: ClipOutcome): void {
		if (outcome.status === 'left-out') {
			this.#leftOut++;
			return;
		}
		// An unreadable clip's label occurs all the same: the choice must not get easier for its absence.
		this.#labels.add(row.label);
		if (outcome.status === 'classified') this.#judged.push({ truth: row.label, ...outcome });
		else this.#unreadable++;
	}

	join(other: CorpusTally): this {
		for (const label of other.#labels) this.#labels.add(label);
		this.#judged.push(...other.#judged);
		this.#leftOut += other.#leftOut;
		this.#unreadable += other.#unreadable;
		return this;
	}

	predictions(abstain: boolean): Prediction[] {
		return this.#judged
			.filter(({ unsure }) => !(abstain && unsure))
			.map(({ truth, classification }) => ({
				truth,
				probabilities: restrictTo(classification.probabilities, this.#labels),
			}));
	}

	scores(predictions: readonly Prediction[], abstain: boolean): EvaluationScores {
		const n = this.#judged.length;
		return {
			n,
			...score(predictions, this.#labels),
			abstained: abstain && n > 0 ? (n - predictions.length) / n : null,
			leftOut: this.#leftOut,
			unreadable: this.#unreadable,
		};
	}
}

async function classifyClip(row: ManifestRow, session: string, options: EvaluationOptions): Promise<ClipOutcome> {
	const { queue, rules, signal } = options;
	let pcm: Int16Array;
	try {
		pcm = await readClip(row.path, signal);
	} catch (error) {
		if (!(error instanceof SesError)) throw error;
		options.onUnreadable(row, error);
		return { status: 'unreadable' };
	}
	const quality = measureQuality(pcm);
	const heard = {
		id: `${session}/${row.line}`,
		sessionId: session,
		// Clips are independent of each other: no order is to be kept within a speaker.
		speakerId: `clip-${row.line}`,
		startMs: 0,
		endMs: quality.durationMs,
		quality,
	};
	const outcome = await queue.submit({ ...heard, pcm }, signal ? { signal } : {});
	signal?.throwIfAborted();
	if (outcome.status === 'dropped') {
		throw new SesError('SES_INFERENCE_FAILED', { file: row.file, cause: outcome.cause, reason: outcome.reason });
	}
	const { classification } = outcome;
	return { status: 'classified', classification, unsure: judge(heard, classification, rules).label === 'unsure' };
}

/** A whole clip at 16 kHz mono; the channels of a stereo clip are averaged. */
async function readClip(path: string, signal: AbortSignal | undefined): Promise<Int16Array> {
	await using recording = await openRecording(path, {
		maxDurationMs: LONGEST_CLIP_MS,
		...(signal ? { signal } : {}),
	});
	const blocks: Int16Array[] = [];
	let length = 0;
	for await (const planes of recording.blocks()) {
		const block = mixDown(planes);
		blocks.push(block);
		length += block.length;
	}
	// What is shorter than the model takes is filled up with silence.
	const pcm = new Int16Array(Math.max(length, SHORTEST_SAMPLES));
	let at = 0;
	for (const block of blocks) {
		pcm.set(block, at);
		at += block.length;
	}
	return pcm;
}

function mixDown(planes: readonly Int16Array[]): Int16Array {
	const first = planes[0] as Int16Array;
	if (planes.length === 1) return first;
	return first.map((_, index) => {
		let sum = 0;
		for (const plane of planes) sum += plane[index] as number;
		return Math.round(sum / planes.length);
	});
}
