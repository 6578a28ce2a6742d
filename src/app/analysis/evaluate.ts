import { randomUUID } from 'node:crypto';
import { measureQuality } from '../../audio/index.ts';
import {
	EMOTIONS,
	type Emotion,
	type InferenceQueue,
	type JudgementRules,
	judge,
	SesError,
} from '../../domain/index.ts';
import { mapBounded } from './bounded.ts';
import { type ClipOutcome, CorpusTally, type EvaluationScores } from './corpus-tally.ts';
import type { ManifestRow } from './manifest.ts';
import { readClip } from './read-clip.ts';

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
