import { type ChartedMood, EMOTIONS, type EmotionLabel } from '../domain/index.ts';
import { bucketOf, type Timeline } from './timeline.ts';

/** In the order in which they are stacked, from the ground up: what is not known lies on top. */
export const STACKING: readonly EmotionLabel[] = [...EMOTIONS, 'unsure'];

/** With fewer utterances, mean and spread say more about chance than about the voice. */
const FEWEST_FOR_MEAN = 3;

/** One axis of affect over some utterances, weighted by how long and how surely each was heard. */
export interface AffectSummary {
	readonly mean: number;
	/** Weighted standard deviation. */
	readonly spread: number;
}

/** What some utterances come to. */
export interface MoodSummary {
	readonly utterances: number;
	readonly unsure: number;
	/** How many of them the member corrected. */
	readonly contested: number;
	/** Mean of what the model gave, weighted by duration, 0…1; undefined where all are corrected. */
	readonly confidence: number | undefined;
	readonly speechMs: number;
	/**
	 * Share of the speech by label, summing to 1: of each utterance, its confidence goes to its label
	 * and the rest to `unsure`, so that the coloured part is what may be expected to be right.
	 */
	readonly mix: Readonly<Record<EmotionLabel, number>>;
	readonly valence: AffectSummary;
	readonly arousal: AffectSummary;
}

/** Whether there is too little for a mean to be drawn: single utterances have to speak for themselves. */
export const isSparse = (summary: MoodSummary): boolean => summary.utterances < FEWEST_FOR_MEAN;

/** @returns undefined when there are no entries */
export function summarise(entries: readonly ChartedMood[]): MoodSummary | undefined {
	if (entries.length === 0) return undefined;
	const mix = Object.fromEntries(STACKING.map((label) => [label, 0])) as Record<EmotionLabel, number>;
	let [speechMs, unsure, contested, judgedMs, confidence] = [0, 0, 0, 0, 0];
	for (const entry of entries) {
		const duration = durationOf(entry);
		const sure = entry.label === 'unsure' ? 0 : entry.confidence;
		speechMs += duration;
		if (entry.label === 'unsure') unsure += 1;
		if (entry.contested === undefined) {
			judgedMs += duration;
			confidence += duration * entry.confidence;
		} else contested += 1;
		mix[entry.label] += duration * sure;
		mix.unsure += duration * (1 - sure);
	}
	for (const label of STACKING) mix[label] /= speechMs;
	return {
		utterances: entries.length,
		unsure,
		contested,
		confidence: judgedMs > 0 ? confidence / judgedMs : undefined,
		speechMs,
		mix,
		valence: summariseAffect(entries, (entry) => entry.valence),
		arousal: summariseAffect(entries, (entry) => entry.arousal),
	};
}

/** A summary for each bucket of the timeline; undefined where nobody spoke. */
export function summariseByTime(entries: readonly ChartedMood[], timeline: Timeline): (MoodSummary | undefined)[] {
	const byBucket = Map.groupBy(entries, (entry) => bucketOf(timeline, entry.at));
	return Array.from({ length: timeline.buckets }, (_, bucket) => summarise(byBucket.get(bucket) ?? []));
}

function summariseAffect(entries: readonly ChartedMood[], axis: (entry: ChartedMood) => number): AffectSummary {
	const weights = entries.map((entry) => durationOf(entry) * Math.max(entry.confidence, 0.01));
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const average = (value: (entry: ChartedMood) => number) =>
		entries.reduce((sum, entry, index) => sum + value(entry) * (weights[index] ?? 0), 0) / total;
	const mean = average(axis);
	const variance = average((entry) => (axis(entry) - mean) ** 2);
	return { mean, spread: Math.sqrt(variance) };
}

/** At least a millisecond: an utterance without length still counts as one. */
const durationOf = (entry: ChartedMood): number => Math.max(1, entry.endMs - entry.startMs);
