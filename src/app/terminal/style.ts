import { Ansis } from 'ansis';
import type { EmotionLabel } from '../../domain/index.ts';
import { EMOTION_COLOURS } from '../../domain/palette.ts';

/** What a report is drawn with. */
export interface Style {
	/** Whether colour can carry meaning; without it, letters do. */
	readonly hasColour: boolean;
	bold(text: string): string;
	dim(text: string): string;
	red(text: string): string;
	/** In the colour of a label. */
	label(label: EmotionLabel, text: string): string;
	/** On a ground from dark (0) to bright (1), the writing kept legible. */
	shade(share: number, text: string): string;
}

/** @param colour `false` for none; `true` for what the terminal at hand can show */
export function createStyle(colour: boolean): Style {
	const ansi = colour ? new Ansis() : new Ansis(0);
	return {
		hasColour: ansi.level > 0,
		bold: (text) => ansi.bold(text),
		dim: (text) => ansi.dim(text),
		red: (text) => ansi.red(text),
		label: (label, text) => ansi.hex(EMOTION_COLOURS[label])(text),
		shade: (share, text) => shade(ansi, share, text),
	};
}

/** From the ground's blue-black to a bright teal; lightness carries the value, so hue is not needed to read it. */
function shade(ansi: Ansis, share: number, text: string): string {
	if (ansi.level === 0) return text;
	const mix = (from: number, to: number): number => Math.round(from + (to - from) * Math.min(1, share) ** 0.7);
	const ground = ansi.bgRgb(mix(22, 94), mix(27, 214), mix(34, 191));
	return share > 0.4 ? ground.rgb(12, 16, 20)(text) : ground.rgb(198, 205, 214)(text);
}
