import { type CallChart, callDrawing } from '../../../charts/report-call.ts';
import type { ReportDrawing } from '../../../charts/report-render.ts';
import type { HeatSettings } from '../heat.ts';
import type { CallReport } from '../model.ts';
import type { Phrases } from '../texts/index.ts';

export const WIDE = 960;
/** What the cards leave on a phone of 360 pixels, so that type keeps its size. */
export const NARROW = 304;

/** Bins of the running mean of valence. */
const BINS = 60;
const SHORTEST_BIN_MS = 10_000;
/** From one part with speech to the next. */
const LONGEST_BRIDGE = 4;

/** The chart of a report, at a width. @param title for a picture that stands alone */
export function callChart(
	report: CallReport,
	say: Phrases,
	{ heat }: HeatSettings,
	width: number,
	title?: string,
): ReportDrawing {
	const chart: CallChart = {
		durationMs: report.durationMs,
		...(title && { title }),
		lanes: report.parties.map((party) => ({
			name: say.party(party),
			spans: party.isRead ? report.utterances.filter((each) => each.party === party.id) : (party.talk?.spans ?? []),
		})),
		valence: report.utterances.map(({ startMs, endMs, valence, label }) => {
			return { atMs: (startMs + endMs) / 2, value: valence, label };
		}),
		mean: runningMean(report),
		heat: report.heat,
		warmAt: heat.warmAt,
		hotAt: heat.hotAt,
		marks: report.turningPoints.map(({ atMs }) => atMs),
		texts: {
			valence: say.t('valenceAxis'),
			pleasant: say.t('pleasant'),
			unpleasant: say.t('unpleasant'),
			tension: say.t('tension'),
			warm: say.t('warm'),
			hot: say.t('hot'),
		},
		clock: say.clock,
	};
	return callDrawing(chart, width);
}

/**
 * Mean valence in each part of the time, by length and confidence. The line goes on over a few parts in which nothing
 * with a label was said, and breaks off where there are more.
 */
function runningMean({ utterances, durationMs }: CallReport): [number, number | null][] {
	const binMs = Math.max(SHORTEST_BIN_MS, durationMs / BINS);
	const sums = new Map<number, { sum: number; weight: number }>();
	for (const { startMs, endMs, valence, confidence, label } of utterances) {
		if (label === 'unsure') continue;
		const bin = Math.floor((startMs + endMs) / 2 / binMs);
		const own = sums.get(bin) ?? { sum: 0, weight: 0 };
		const weight = (endMs - startMs) * confidence;
		sums.set(bin, { sum: own.sum + valence * weight, weight: own.weight + weight });
	}
	const bins = [...sums.keys()].sort((a, b) => a - b);
	const middleOf = (bin: number): number => Math.min(durationMs, (bin + 0.5) * binMs);
	return bins.flatMap((bin, index): [number, number | null][] => {
		const { sum, weight } = sums.get(bin) as { sum: number; weight: number };
		const next = bins[index + 1];
		const breaksOff = next !== undefined && next - bin > LONGEST_BRIDGE;
		return [[middleOf(bin), sum / weight], ...(breaksOff ? [[middleOf(bin + 1), null] as [number, null]] : [])];
	});
}
