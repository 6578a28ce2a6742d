import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { createChartRenderer } from '../../src/charts/index.ts';
import { THEMES } from '../../src/charts/themes.ts';
import type { HeatChartRequest, HeatPoint } from '../../src/domain/index.ts';

const charts = createChartRenderer();
const NOW = Date.UTC(2026, 10, 22, 17, 3, 12);

const points = (scores: readonly number[], everyMs = 9000): HeatPoint[] =>
	scores.map((score, index) => ({
		at: NOW - (scores.length - 1 - index) * everyMs,
		score,
		state: score >= 0.55 ? 'hot' : score >= 0.3 ? 'warm' : 'calm',
	}));

const QUARREL = [0, 0.02, 0.05, 0.04, 0.1, 0.18, 0.26, 0.31, 0.38, 0.45, 0.5, 0.57, 0.66, 0.71];

const request = (changes: Partial<HeatChartRequest> = {}): HeatChartRequest => ({
	title: 'Heat of this channel',
	subtitle: '71 % at the alert',
	heat: points(QUARREL),
	alertAt: NOW,
	thresholds: { warm: 0.3, hot: 0.55 },
	theme: 'dark',
	locale: 'en',
	...changes,
});

const rgb = (hex: string): number[] => [...Buffer.from(hex.slice(1), 'hex')];

/** Counts the pixels of exactly this colour, rows and columns in shares of the picture. */
async function drawn(png: Buffer) {
	const image = await loadImage(png);
	const { width, height } = image;
	const context = createCanvas(width, height).getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, width, height);
	const places = (hex: string): { readonly x: number; readonly y: number }[] => {
		const [red, green, blue] = rgb(hex);
		const found: { x: number; y: number }[] = [];
		for (let at = 0; at < width * height; at++) {
			if (data[4 * at] !== red || data[4 * at + 1] !== green || data[4 * at + 2] !== blue) continue;
			found.push({ x: (at % width) / width, y: Math.floor(at / width) / height });
		}
		return found;
	};
	return { width, height, places };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('heat chart', () => {
	it.each(['dark', 'light'] as const)(
		'is a PNG at twice the layout size with every state in its colour (%s)',
		async (theme) => {
			const image = await drawn(await charts.heatChart(request({ theme })));
			expect(image.width).toBe(1360);
			expect(image.height).toBeLessThan(900);
			const { calm, warm, hot } = THEMES[theme].heat;
			// The line within the plot: it climbs to the right, from the calm band through the warm into the hot one.
			const line = [calm, warm, hot].map((colour) => image.places(colour).filter(({ x }) => x > 0.15 && x < 0.84));
			for (const part of line) expect(part.length).toBeGreaterThan(500);
			const [low, middle, high] = line.map((part) => ({
				x: mean(part.map(({ x }) => x)),
				y: mean(part.map(({ y }) => y)),
			})) as [{ x: number; y: number }, { x: number; y: number }, { x: number; y: number }];
			expect(low.y).toBeGreaterThan(middle.y);
			expect(middle.y).toBeGreaterThan(high.y);
			expect(low.x).toBeLessThan(high.x);
			// The names of the states stand to the left of the plot, in the same order.
			const names = [calm, warm, hot].map((colour) => image.places(colour).filter(({ x }) => x < 0.12));
			for (const name of names) expect(name.length).toBeGreaterThan(100);
		},
	);

	it('draws no hot line where it never was hot, and none over a pause', async () => {
		const calm = points([0.05, 0.1, 0.08, 0.1, 0.05, 0.1, 0.08, 0.1]);
		const { calm: green, hot } = THEMES.dark.heat;
		const hotPixels = async (heat: HeatPoint[]) => {
			const image = await drawn(await charts.heatChart(request({ heat })));
			return {
				hot: image.places(hot).filter(({ x, y }) => x > 0.15 && x < 0.75 && y < 0.5).length,
				green: image.places(green).filter(({ x }) => x > 0.15 && x < 0.84).length,
			};
		};
		const [cool, quarrel] = [await hotPixels(calm), await hotPixels(points([...QUARREL, 0.7, 0.75, 0.7, 0.75, 0.75]))];
		// The threshold's dashes are there in both.
		expect(quarrel.hot - cool.hot).toBeGreaterThan(300);
		const early = points(QUARREL.slice(0, 6)).map((point) => ({ ...point, at: point.at - 400_000 }));
		const broken = await hotPixels([...early, ...points([0.02, 0.04])]);
		const joined = await hotPixels([...early, ...points([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.04], 50_000)]);
		expect(joined.green - broken.green).toBeGreaterThan(1000);
	});

	it.each([
		['no point', []],
		['one point', points([0.6])],
		['two at once', points([0.6, 0.7], 0)],
		[
			'150 points',
			points(
				Array.from({ length: 150 }, (_, index) => (index % 10) / 10),
				3000,
			),
		],
		['three hours', points(QUARREL, 15 * 60_000)],
		['the whole scale', points([0, 1, 0, 1])],
	])('draws %s within the page', async (_, heat) => {
		const image = await drawn(await charts.heatChart(request({ heat })));
		const ground = image.places(THEMES.dark.ground);
		const edge = ground.filter(({ x }) => x >= 0.995).length;
		expect(edge / (image.width * 0.005 * image.height)).toBeGreaterThan(0.8);
		expect(image.places(THEMES.dark.ink).length).toBeGreaterThan(1000);
	});

	it('stays legible where the thresholds were moved to the ends', async () => {
		for (const thresholds of [
			{ warm: 0, hot: 0.35 },
			{ warm: 0.5, hot: 0.5 },
			{ warm: 0.5, hot: 1 },
		]) {
			const image = await drawn(await charts.heatChart(request({ thresholds })));
			expect(image.places(THEMES.dark.ink).length).toBeGreaterThan(1000);
		}
	});

	it('draws the same picture for the same request', async () => {
		const [first, second] = [await charts.heatChart(request()), await charts.heatChart(request())];
		expect(first.equals(second)).toBe(true);
	});
});

describe('the chart of heat in words', () => {
	it('says from where to where, and how long it has been hot', () => {
		const text = charts.heatAltText(request());
		expect(text).toContain('Heat of this channel. 71 % at the alert.');
		expect(text).toContain('went from 0% to 71%, at most 71%');
		expect(text).toContain('hot for the last 18 sec');
		expect(text).toContain('1 min 57 sec');
	});

	it.each([
		['de', 'hitzig'],
		['pl', 'gorąco'],
		['es-ES', 'acalorado'],
	])('speaks %s', (locale, word) => {
		expect(charts.heatAltText(request({ locale }))).toContain(word);
	});

	it('says so when nothing was measured, and stays within 1024 characters', () => {
		expect(charts.heatAltText(request({ heat: [] }))).toContain('Nothing was measured');
		expect(charts.heatAltText(request({ title: 'x'.repeat(3000) })).length).toBe(1024);
	});
});
