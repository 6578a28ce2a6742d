import { type Element, textElement } from './elements.ts';
import { type Box, FONT, type Layout, PADDING } from './layout.ts';
import type { PanelContext } from './panels.ts';
import type { ChartTexts } from './texts.ts';
import type { ChartTheme } from './themes.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The name of each plot over time, to its left, between the ends of its scale. @param amount of the last plot */
export function nameElements(layout: Layout, texts: ChartTexts, amount: string, theme: ChartTheme): Element[] {
	const named: readonly [string, Box][] = [
		[texts.mix, layout.mix],
		[texts.valence, layout.valence],
		[texts.arousal, layout.arousal],
		[amount, layout.amount],
	];
	return named.map(([text, box], index) =>
		textElement(text, {
			left: box.left - 10,
			// The last one's scale has one end only, at the top.
			top: box.top + (index === 3 ? box.height - 11 : box.height / 2),
			anchor: 'middle',
			align: 'right',
			size: FONT.name,
			weight: 600,
			colour: theme.ink,
		}),
	);
}

/** The server's clock need not be the reader's: beside times of the day stands whose they are. */
export function zoneElements({ timeline, formats, theme }: PanelContext, { amount }: Layout): Element[] {
	if (timeline.tickMs >= DAY_MS) return [];
	const top = amount.top + amount.height + 10;
	return [textElement(formats.zone(timeline.start), { left: PADDING, top, size: FONT.axis, colour: theme.mutedInk })];
}
