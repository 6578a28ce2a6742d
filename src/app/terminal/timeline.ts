import { EMOTIONS, type EmotionLabel } from '../../domain/index.ts';
import type { Style } from './style.ts';
import { clockTime, pad, widthOf } from './text.ts';

/** A stretch of speech, as the timeline draws it. */
export interface TimelineSpan {
	readonly startMs: number;
	readonly endMs: number;
	readonly label: EmotionLabel;
	/** −1…1; drawn as height. */
	readonly arousal: number;
}

export interface TimelineCell {
	readonly label: EmotionLabel;
	readonly arousal: number;
}

/** Stands for a label where there is no colour. */
export const LABEL_LETTERS: Readonly<Record<EmotionLabel, string>> = {
	anger: 'A',
	boredom: 'B',
	calm: 'C',
	disgust: 'D',
	fear: 'F',
	happiness: 'H',
	neutral: 'N',
	sadness: 'S',
	surprise: 'U',
	unsure: '?',
};

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * What each of `width` equal parts of the time holds: the label that was heard longest in it, or
 * nothing where there was (almost) no speech.
 */
export function timelineCells(
	spans: readonly TimelineSpan[],
	durationMs: number,
	width: number,
): (TimelineCell | undefined)[] {
	const cellMs = durationMs / width;
	const heard = Array.from({ length: width }, () => new Map<EmotionLabel, { ms: number; arousalMs: number }>());
	for (const { startMs, endMs, label, arousal } of spans) {
		const last = Math.min(width - 1, Math.floor(endMs / cellMs));
		for (let index = Math.floor(startMs / cellMs); index <= last; index++) {
			const ms = Math.min(endMs, (index + 1) * cellMs) - Math.max(startMs, index * cellMs);
			const cell = heard[index];
			if (!cell || ms <= 0) continue;
			const sum = cell.get(label) ?? { ms: 0, arousalMs: 0 };
			cell.set(label, { ms: sum.ms + ms, arousalMs: sum.arousalMs + arousal * ms });
		}
	}
	return heard.map((cell) => {
		let longest: (TimelineCell & { ms: number }) | undefined;
		let spoken = 0;
		for (const [label, { ms, arousalMs }] of cell) {
			spoken += ms;
			if (ms > (longest?.ms ?? 0)) longest = { label, ms, arousal: arousalMs / ms };
		}
		return longest && spoken >= cellMs * 0.1 ? { label: longest.label, arousal: longest.arousal } : undefined;
	});
}

/**
 * One channel's lines: two with colour, which tells the label while the height tells the arousal; one
 * without, in which a letter tells the label.
 */
export function drawTimeline(cells: readonly (TimelineCell | undefined)[], style: Style): string[] {
	if (!style.hasColour) return [drawRow(cells, ({ label }) => LABEL_LETTERS[label], '·', style)];
	return [
		drawRow(cells, ({ arousal }) => blockOf(eighthsOf(arousal) - 8), ' ', style),
		drawRow(cells, ({ arousal }) => blockOf(Math.min(8, eighthsOf(arousal))), '·', style),
	];
}

function drawRow(
	cells: readonly (TimelineCell | undefined)[],
	glyph: (cell: TimelineCell) => string,
	silence: string,
	style: Style,
): string {
	// Neighbours of one label share their colour code: a wide screen would else be mostly codes.
	const runs: { label: EmotionLabel | undefined; text: string }[] = [];
	for (const cell of cells) {
		const text = cell ? glyph(cell) : silence;
		const run = runs.at(-1);
		if (run && run.label === cell?.label) run.text += text;
		else runs.push({ label: cell?.label, text });
	}
	return runs.map(({ label, text }) => (label ? style.label(label, text) : style.dim(text))).join('');
}

const blockOf = (eighths: number): string => (eighths <= 0 ? ' ' : (BLOCKS[eighths - 1] as string));

/** The circumplex' centres lie within ±0.8, and mixtures of them nearer still: stretch what occurs. */
function eighthsOf(arousal: number): number {
	return 2 + Math.round(14 * Math.min(1, Math.max(0, (arousal + 0.6) / 1.3)));
}

const TICK_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];
const LEAST_COLUMNS_PER_TICK = 9;

/** The time axis under timelines: a line of ticks and a line of times. */
export function drawAxis(durationMs: number, width: number): [ticks: string, times: string] {
	const perColumn = durationMs / width;
	const stepMs = 1000 * (TICK_STEPS_S.find((step) => (step * 1000) / perColumn >= LEAST_COLUMNS_PER_TICK) ?? 28_800);
	let ticks = '';
	let times = '';
	for (let ms = 0; ms < durationMs; ms += stepMs) {
		const column = Math.round(ms / perColumn);
		if (column >= width) break;
		ticks = `${ticks.padEnd(column, '─')}${column === 0 ? '└' : '┴'}`;
		const time = clockTime(ms, 0);
		if (column + time.length <= width) times = pad(times, column) + time;
	}
	return [ticks.padEnd(width, '─'), times];
}

/** The labels that occur, in the domain's order, each with its colour or letter; lines of at most `width`. */
export function drawLegend(spans: readonly TimelineSpan[], width: number, style: Style): string[] {
	const occurring = new Set(spans.map(({ label }) => label));
	const entries = ([...EMOTIONS, 'unsure'] as const)
		.filter((label) => occurring.has(label))
		.map((label) => (style.hasColour ? `${style.label(label, '■')} ${label}` : `${LABEL_LETTERS[label]} ${label}`));
	if (style.hasColour) entries.push(style.dim('height: arousal'));
	const lines: string[] = [];
	for (const entry of entries) {
		const longer = lines.length === 0 ? undefined : `${lines.at(-1)}   ${entry}`;
		if (longer !== undefined && widthOf(longer) <= width) lines[lines.length - 1] = longer;
		else lines.push(entry);
	}
	return lines;
}
