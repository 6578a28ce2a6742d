import type { Blend } from './mapping.ts';
import { MOODS, type Mood } from './mood.ts';

/** Red, green and blue, 0…255. */
export type Colour = readonly [number, number, number];

/** What the picture is painted in. */
export interface Palette {
	readonly zenith: Colour;
	readonly horizon: Colour;
	readonly hills: Colour;
	readonly rock: Colour;
	readonly light: Colour;
	readonly glider: Colour;
}
export type Scheme = 'dark' | 'light';

const hex = (text: string): Colour => [
	Number.parseInt(text.slice(0, 2), 16),
	Number.parseInt(text.slice(2, 4), 16),
	Number.parseInt(text.slice(4, 6), 16),
];
const palette = (...colours: [string, string, string, string, string, string]): Palette => {
	const [zenith, horizon, hills, rock, light, glider] = colours.map(hex) as [
		Colour,
		Colour,
		Colour,
		Colour,
		Colour,
		Colour,
	];
	return { zenith, horizon, hills, rock, light, glider };
};

const PALETTES: Readonly<Record<Scheme, Readonly<Record<Mood, Palette>>>> = {
	dark: {
		neutral: palette('0b1230', '3f5a94', '0d1733', '090f22', 'cfe3ff', 'f4f7ff'),
		serene: palette('06202e', '3f9c8a', '08222a', '06171c', 'c8ffe4', 'f2fffa'),
		playful: palette('2a1440', 'f08a4b', '2b1433', '1d0d24', 'ffe27a', 'fff8e6'),
		tense: palette('160a12', '6e2418', '170a0f', '0d0508', 'ffb08a', 'ffeee6'),
		low: palette('070b1c', '22335f', '080e22', '050916', 'a9c0ff', 'e9efff'),
	},
	light: {
		neutral: palette('86a9dc', 'e6edf6', '5f7ba8', '3d5275', 'fffdf0', '20304e'),
		serene: palette('7fc4bd', 'eef9ee', '4f9488', '2f625b', 'fffde6', '173f3a'),
		playful: palette('69b4ef', 'ffdf9c', 'd9814d', '8a4526', 'fffbd6', '5a2413'),
		tense: palette('a58c92', 'eec3ae', '8a625f', '57393a', 'fff0e0', '3c1f20'),
		low: palette('8592b4', 'd5dbea', '5f6c90', '404b6b', 'fbfcff', '25304f'),
	},
};

/** A scene's colours, by how much of each mood there is. */
export function paletteOf(blend: Blend, scheme: Scheme): Palette {
	const mix = (part: keyof Palette): Colour => {
		const channel = (index: 0 | 1 | 2): number =>
			MOODS.reduce((sum, mood) => sum + blend[mood] * PALETTES[scheme][mood][part][index], 0);
		return [channel(0), channel(1), channel(2)];
	};
	return {
		zenith: mix('zenith'),
		horizon: mix('horizon'),
		hills: mix('hills'),
		rock: mix('rock'),
		light: mix('light'),
		glider: mix('glider'),
	};
}

/** As CSS has it. */
export const css = ([r, g, b]: Colour, alpha = 1): string =>
	`rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${alpha})`;

export const between = (a: Colour, b: Colour, share: number): Colour => [
	a[0] + (b[0] - a[0]) * share,
	a[1] + (b[1] - a[1]) * share,
	a[2] + (b[2] - a[2]) * share,
];
