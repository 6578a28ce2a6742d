import type { MoodChartRequest } from '../domain/index.ts';

export interface ChartTheme {
	readonly ground: string;
	readonly panel: string;
	readonly ink: string;
	readonly mutedInk: string;
	readonly grid: string;
	/** Zero lines and outlines, between grid and ink. */
	readonly rule: string;
	readonly spread: string;
	readonly bar: string;
	/** Of the unsure part of a bar: it recedes, so that what is known stands out. */
	readonly unsure: string;
	/** Of the states of a channel, as text and as line. */
	readonly heat: { readonly calm: string; readonly warm: string; readonly hot: string };
}

/** Grounds are those of Discord's own dark and light themes; ink on them has a contrast of 7 and more. */
export const THEMES: Readonly<Record<MoodChartRequest['theme'], ChartTheme>> = {
	dark: {
		ground: '#1e1f22',
		panel: '#26272b',
		ink: '#f2f3f5',
		mutedInk: '#b9bbc1',
		grid: '#383a40',
		rule: '#6d6f78',
		spread: 'rgba(242, 243, 245, 0.2)',
		bar: '#8e9297',
		unsure: '#4e5058',
		heat: { calm: '#4ed1a2', warm: '#f5b83d', hot: '#ff6b5c' },
	},
	light: {
		ground: '#ffffff',
		panel: '#f5f6f8',
		ink: '#1b1c1f',
		mutedInk: '#4a4d55',
		grid: '#e1e3e8',
		rule: '#9a9da6',
		spread: 'rgba(27, 28, 31, 0.13)',
		bar: '#7b7f88',
		unsure: '#cfd2d8',
		heat: { calm: '#12805a', warm: '#9a6100', hot: '#c92a1c' },
	},
};
