import type { Stretch } from '../../audio/index.ts';
import { coveredMs } from '../../audio/index.ts';
import { summarise } from '../../charts/mood-summary.ts';
import type { EmotionResult } from '../../domain/index.ts';
import type { Confidence, Mood, Span, Talk } from './model.ts';

/** A shorter pause does not end a turn. */
const TURN_PAUSE_MS = 1000;

const hundredths = (value: number): number => Math.round(value * 100) / 100;

export function talkOf(spans: readonly Stretch[], durationMs: number): Talk {
	const turns: { startMs: number; endMs: number }[] = [];
	for (const { startMs, endMs } of spans) {
		const last = turns.at(-1);
		if (last && startMs - last.endMs < TURN_PAUSE_MS) last.endMs = endMs;
		else turns.push({ startMs, endMs });
	}
	const talkMs = coveredMs(spans);
	return {
		talkMs,
		share: durationMs === 0 ? 0 : Math.round((talkMs / durationMs) * 1000) / 1000,
		turns: turns.length,
		longestTurnMs: turns.reduce((most, { startMs, endMs }) => Math.max(most, endMs - startMs), 0),
		spans: spans.map(({ startMs, endMs }) => ({ startMs, endMs })),
	};
}

/** Where two or more speak at once. @param parties stretches of each, in order of time */
export function overlapOf(parties: readonly (readonly Span[])[]): Span[] {
	const edges = parties
		.flatMap((spans) =>
			spans.flatMap(({ startMs, endMs }) => [
				{ at: startMs, by: 1 },
				{ at: endMs, by: -1 },
			]),
		)
		.sort((a, b) => a.at - b.at || a.by - b.by);
	const overlaps: Span[] = [];
	let speaking = 0;
	let since = 0;
	for (const { at, by } of edges) {
		const before = speaking;
		speaking += by;
		if (before < 2 && speaking >= 2) since = at;
		if (before >= 2 && speaking < 2 && at > since) overlaps.push({ startMs: since, endMs: at });
	}
	return overlaps;
}

/** Where nobody speaks, the beginning and the end included. */
export function silencesOf(spans: readonly Span[], durationMs: number): Span[] {
	const silences: Span[] = [];
	let until = 0;
	for (const { startMs, endMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
		if (startMs > until) silences.push({ startMs: until, endMs: startMs });
		until = Math.max(until, endMs);
	}
	if (durationMs > until) silences.push({ startMs: until, endMs: durationMs });
	return silences;
}

export const lengthOf = (spans: readonly Span[]): number =>
	spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

/** @returns `undefined` where nothing was read */
export function moodOf(results: readonly EmotionResult[], durationMs: number): Mood | undefined {
	const total = summaryOf(results);
	if (!total) return undefined;
	const third = (from: number, to: number): number | undefined => {
		const some = results.filter(({ startMs, label }) => {
			return label !== 'unsure' && startMs >= from * durationMs && startMs < to * durationMs;
		});
		const found = summaryOf(some);
		return found && hundredths(found.valence.mean);
	};
	const [opening, closing] = [third(0, 1 / 3), third(2 / 3, 1)];
	return {
		utterances: total.utterances,
		unsure: total.unsure,
		mix: total.mix,
		valence: hundredths(total.valence.mean),
		arousal: hundredths(total.arousal.mean),
		...(opening !== undefined && { opening }),
		...(closing !== undefined && { closing }),
	};
}

const summaryOf = (results: readonly EmotionResult[]) =>
	summarise(results.map((result) => ({ ...result, guildId: '', channelId: '', at: result.endMs })));

/** How far the reading can be trusted: how sure the model was, of how much, and how well it could hear. */
export function confidenceOf(results: readonly EmotionResult[]): Confidence | undefined {
	if (results.length === 0) return undefined;
	const judged = results.filter(({ label }) => label !== 'unsure');
	const msOf = (some: readonly EmotionResult[]): number =>
		some.reduce((sum, each) => sum + each.endMs - each.startMs, 0);
	const judgedMs = msOf(judged);
	const weighted = judged.reduce((sum, each) => sum + each.confidence * (each.endMs - each.startMs), 0);
	const mean = judgedMs === 0 ? 0 : hundredths(weighted / judgedMs);
	const judgedShare = hundredths(judgedMs / Math.max(1, msOf(results)));
	const levels = results.map(({ quality }) => quality.snrDb).sort((a, b) => a - b);
	return {
		level: levelOf(mean, judgedShare, judgedMs),
		mean,
		judgedShare,
		judgedMs,
		snrDb: Math.round(levels[Math.floor(levels.length / 2)] as number),
	};
}

function levelOf(mean: number, judgedShare: number, judgedMs: number): Confidence['level'] {
	if (mean >= 0.65 && judgedShare >= 0.6 && judgedMs >= 30_000) return 'high';
	return mean >= 0.5 && judgedShare >= 0.35 && judgedMs >= 10_000 ? 'medium' : 'low';
}
