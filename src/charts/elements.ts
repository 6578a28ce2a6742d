import { EMOTION_COLOURS } from '../domain/palette.ts';
import { FONT_FAMILY } from './canvas.ts';
import { FONT, type LegendItem, SWATCH } from './layout.ts';
import type { ChartTheme } from './themes.ts';

/** A piece of ECharts' `graphic` component. */
export type Element = Readonly<Record<string, unknown>>;

export interface TextOptions {
	readonly left: number;
	readonly top: number;
	readonly size: number;
	readonly colour: string;
	readonly weight?: 400 | 600;
	readonly align?: 'left' | 'right' | 'center';
	/** What of the text stands at `top`. */
	readonly anchor?: 'top' | 'middle';
}

export const textElement = (text: string, options: TextOptions): Element => ({
	type: 'text',
	x: options.left,
	y: options.top,
	silent: true,
	style: {
		text,
		font: `${options.weight ?? 400} ${options.size}px "${FONT_FAMILY}"`,
		fill: options.colour,
		align: options.align ?? 'left',
		verticalAlign: options.anchor ?? 'top',
	},
});

export const legendElements = (items: readonly LegendItem[], theme: ChartTheme): Element[] =>
	items.flatMap((item) => {
		const unsure = item.label === 'unsure';
		const swatch = {
			type: 'rect',
			shape: { x: item.left, y: item.middle - SWATCH / 2, width: SWATCH, height: SWATCH, r: 3 },
			silent: true,
			style: {
				fill: unsure ? theme.unsure : EMOTION_COLOURS[item.label],
				stroke: theme.rule,
				lineWidth: unsure ? 1 : 0,
			},
		};
		const left = item.left + SWATCH + 7;
		const text = { left, top: item.middle, anchor: 'middle', size: FONT.legend, colour: theme.ink } as const;
		return [swatch, textElement(item.text, text)];
	});
