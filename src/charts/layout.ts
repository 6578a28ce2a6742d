import type { EmotionLabel } from '../domain/index.ts';
import type { Toolkit } from './canvas.ts';
import type { ChartTexts } from './texts.ts';

/**
 * Layout pixels. Discord shows an attachment about half as large, on a phone as on a desktop, and
 * limits its height as well as its width: type is large on purpose and the page not much taller than wide.
 */
export const WIDTH = 680;
export const PADDING = 24;
export const FONT = { title: 30, subtitle: 19, legend: 18, axis: 17, name: 18, foot: 16 } as const;

export const SWATCH = 15;
const LEGEND_ROW = 27;
const LEGEND_GAP = 18;
const PANEL_GAP = 16;
const FOOT_ROW = 22;

export interface Box {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

export interface LegendItem {
	readonly label: EmotionLabel;
	readonly text: string;
	readonly left: number;
	/** Of its middle line. */
	readonly middle: number;
}

/** Where everything stands, in layout pixels. Names and scales of the plots stand to their left. */
export interface Layout {
	readonly height: number;
	readonly legend: readonly LegendItem[];
	readonly mix: Box;
	readonly valence: Box;
	readonly arousal: Box;
	/** How much the rest is founded on. */
	readonly amount: Box;
	readonly footTop: number;
}

/** @param amountName of the last plot */
export function layoutOf(
	labels: readonly EmotionLabel[],
	texts: ChartTexts,
	amountName: string,
	measure: Toolkit['measure'],
): Layout {
	const scales = [texts.pleasant, texts.unpleasant, texts.excited, texts.relaxed, '100 %', '30 min.'];
	const names = [texts.mix, texts.valence, texts.arousal, amountName];
	const left =
		PADDING +
		10 +
		Math.max(
			...scales.map((text) => measure(text, FONT.axis, 400)),
			...names.map((text) => measure(text, FONT.name, 600)),
		);
	// The last time label stands under the right edge and needs room for its half.
	const width = WIDTH - PADDING - 8 - left;
	const below = (previous: Box | number, height: number): Box => {
		const top = typeof previous === 'number' ? previous : previous.top + previous.height + PANEL_GAP;
		return { left, top, width, height };
	};

	const legend = legendOf(labels, texts, PADDING + 84, measure);
	const mix = below((legend.at(-1)?.middle ?? PADDING + 84) + 26, 142);
	const valence = below(mix, 98);
	const arousal = below(valence, 98);
	const amount = below(arousal, 46);
	const foot = amount.top + amount.height + 40;
	return {
		height: Math.ceil(foot + 3 * FOOT_ROW + PADDING - 6),
		legend,
		mix,
		valence,
		arousal,
		amount,
		footTop: foot,
	};
}

/** Sets the legend in rows, as many as it takes. */
export function legendOf(
	labels: readonly EmotionLabel[],
	texts: ChartTexts,
	firstMiddle: number,
	measure: Toolkit['measure'],
): LegendItem[] {
	let [left, middle] = [PADDING, firstMiddle];
	return labels.map((label) => {
		const text = texts.labels[label];
		const width = SWATCH + 7 + measure(text, FONT.legend, 400);
		if (left > PADDING && left + width > WIDTH - PADDING) [left, middle] = [PADDING, middle + LEGEND_ROW];
		const item = { label, text, left, middle };
		left += width + LEGEND_GAP;
		return item;
	});
}

/** Shortens a text that is wider than `width`. */
export function fit(
	text: string,
	width: number,
	fontSize: number,
	weight: 400 | 600,
	measure: Toolkit['measure'],
): string {
	if (measure(text, fontSize, weight) <= width) return text;
	const letters = Array.from(text);
	while (letters.length > 0 && measure(`${letters.join('')}…`, fontSize, weight) > width) letters.pop();
	return `${letters.join('').trimEnd()}…`;
}
