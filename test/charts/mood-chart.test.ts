import { createCanvas, loadImage, type SKRSContext2D } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { createChartRenderer } from '../../src/charts/index.ts';
import { EMOTIONS, type MoodChartRequest } from '../../src/domain/index.ts';
import { EMOTION_COLOURS } from '../../src/domain/palette.ts';
import { sampleEntries } from './samples.ts';

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HOUR = 60 * 60 * 1000;
const charts = createChartRenderer({ timeZone: 'UTC' });

const request = (changes: Partial<MoodChartRequest> = {}): MoodChartRequest => ({
	title: 'Your mood',
	subtitle: 'Today',
	entries: sampleEntries(60, 3 * HOUR),
	theme: 'dark',
	locale: 'en-GB',
	...changes,
});

type Rgb = readonly [number, number, number];

async function pixelsOf(png: Buffer) {
	const image = await loadImage(png);
	// Read once: each reading is a call into native code.
	const { width, height } = image;
	const canvas = createCanvas(width, height);
	const context: SKRSContext2D = canvas.getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, width, height);
	// One word a pixel: the loops below look at millions of them.
	const words = new Uint32Array(data.buffer, data.byteOffset, width * height);
	const at = (x: number, y: number): Rgb => {
		const offset = (Math.floor(y) * width + Math.floor(x)) * 4;
		return [data[offset] ?? 0, data[offset + 1] ?? 0, data[offset + 2] ?? 0];
	};
	return {
		width,
		height,
		at,
		/** How many pixels of a region (in shares of the image) have exactly this colour, or, without one, differ from its first. */
		count(colour: Rgb | undefined, left = 0, top = 0, right = 1, bottom = 1) {
			const [red, green, blue] = colour ?? at(left * width, top * height);
			const reference = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
			let [same, all] = [0, 0];
			for (let y = Math.floor(top * height); y < bottom * height; y++) {
				for (let x = Math.floor(left * width); x < right * width; x++) {
					all += 1;
					if (words[y * width + x] === reference) same += 1;
				}
			}
			return colour ? same : all - same;
		},
	};
}

const rgb = (hex: string): Rgb => {
	const [red = 0, green = 0, blue = 0] = Buffer.from(hex.slice(1), 'hex');
	return [red, green, blue];
};

const luminance = (colour: Rgb): number => {
	const [red = 0, green = 0, blue = 0] = colour.map((value) => {
		const share = value / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

describe('mood chart', () => {
	it('is a PNG at twice the layout size, not much taller than wide', async () => {
		const png = await charts.moodChart(request());
		expect(png.subarray(0, 8)).toEqual(PNG_SIGNATURE);
		const width = png.readUInt32BE(16);
		const height = png.readUInt32BE(20);
		expect(width).toBe(1360);
		expect(height).toBeGreaterThan(1200);
		expect(height).toBeLessThan(1600);
		expect(png.length).toBeLessThan(1_000_000);
	});

	it.each(['dark', 'light'] as const)('draws text, bars and points on a %s ground', async (theme) => {
		const image = await pixelsOf(await charts.moodChart(request({ theme })));
		expect(luminance(image.at(2, 2))).toSatisfy((value: number) => (theme === 'dark' ? value < 0.05 : value > 0.9));
		// Title, names of the plots, plots, amount of speech, foot: each has something on it.
		expect(image.count(undefined, 0.02, 0.005, 0.5, 0.06)).toBeGreaterThan(1500);
		expect(image.count(undefined, 0.02, 0.3, 0.17, 0.8)).toBeGreaterThan(1500);
		expect(image.count(undefined, 0.25, 0.3, 0.95, 0.8)).toBeGreaterThan(50_000);
		expect(image.count(undefined, 0.02, 0.88, 0.6, 0.99)).toBeGreaterThan(3000);
	});

	it('gives every emotion its one colour, in both themes', async () => {
		const entries = EMOTIONS.map((label, index) => ({
			...(sampleEntries(20, HOUR)[index * 2] as MoodChartRequest['entries'][number]),
			label,
			confidence: 0.9,
		}));
		for (const theme of ['dark', 'light'] as const) {
			const image = await pixelsOf(await charts.moodChart(request({ entries, theme })));
			for (const emotion of EMOTIONS) {
				const [all, legend] = [
					image.count(rgb(EMOTION_COLOURS[emotion])),
					image.count(rgb(EMOTION_COLOURS[emotion]), 0, 0.1, 1, 0.19),
				];
				expect(legend, `${emotion} in the legend`).toBeGreaterThan(400);
				expect(all, `${emotion} in the plots`).toBeGreaterThan(legend + 400);
			}
		}
	});

	it('leaves out of the legend what was not heard', async () => {
		const entries = sampleEntries(12, HOUR).map((entry) => ({ ...entry, label: 'sadness' as const, confidence: 0.8 }));
		const image = await pixelsOf(await charts.moodChart(request({ entries })));
		expect(image.count(rgb(EMOTION_COLOURS.sadness))).toBeGreaterThan(10_000);
		expect(image.count(rgb(EMOTION_COLOURS.anger))).toBe(0);
	});

	it('shows more colour where the model was surer', async () => {
		const coloured = async (confidence: number) => {
			const entries = sampleEntries(12, HOUR).map((entry) => ({ ...entry, label: 'calm' as const, confidence }));
			const image = await pixelsOf(await charts.moodChart(request({ entries })));
			return image.count(rgb(EMOTION_COLOURS.calm), 0.2, 0.2, 1, 0.43);
		};
		const [half, most] = [await coloured(0.45), await coloured(0.9)];
		expect(most / half).toBeGreaterThan(1.8);
		expect(most / half).toBeLessThan(2.2);
	});

	it('draws the same picture for the same request', async () => {
		const [first, second] = [await charts.moodChart(request()), await charts.moodChart(request())];
		expect(first.equals(second)).toBe(true);
		expect((await charts.moodChart(request({ theme: 'light' }))).equals(first)).toBe(false);
	});

	it('draws several at once', async () => {
		const requests = [request(), request({ theme: 'light' }), request({ locale: 'pl' })];
		const alone: Buffer[] = [];
		for (const each of requests) alone.push(await charts.moodChart(each));
		const together = await Promise.all(requests.map((each) => charts.moodChart(each)));
		expect(together.map((png, index) => png.equals(alone[index] as Buffer))).toEqual([true, true, true]);
	});

	it('says plainly that there is nothing', async () => {
		const image = await pixelsOf(await charts.moodChart(request({ entries: [] })));
		expect(image.count(undefined, 0.1, 0.45, 0.9, 0.8)).toBeGreaterThan(3000);
		for (const emotion of EMOTIONS) expect(image.count(rgb(EMOTION_COLOURS[emotion]))).toBe(0);
	});

	it.each([
		['one utterance', 1, 0],
		['three over a minute', 3, 60_000],
		['500 over a minute', 500, 60_000],
		['12 over a day', 12, 24 * HOUR],
		['2000 over a month', 2000, 30 * 24 * HOUR],
		['two a decade apart', 2, 10 * 365 * 24 * HOUR],
	])('draws %s', async (_what, count, span) => {
		const image = await pixelsOf(await charts.moodChart(request({ entries: sampleEntries(count, span) })));
		// Nothing runs over the right or the lower edge.
		expect(image.count(image.at(2, 2), 0.997, 0, 1, 1)).toBe(Math.ceil(image.width * 0.003) * image.height);
		expect(image.count(undefined, 0.25, 0.2, 0.95, 0.8)).toBeGreaterThan(2000);
	});

	it.each(['de', 'pl', 'es-ES', 'xx-not-a-locale', ''])('speaks, or falls back to English: %s', async (locale) => {
		const png = await charts.moodChart(request({ locale }));
		expect(png.subarray(0, 8)).toEqual(PNG_SIGNATURE);
	});

	it('shortens a title that is too long for the page', async () => {
		const image = await pixelsOf(await charts.moodChart(request({ title: 'Wie du klingst '.repeat(20) })));
		const margin = Math.floor(0.97 * image.width);
		let ink = 0;
		for (let y = 0; y < 110; y++)
			for (let x = margin; x < image.width; x++) ink += luminance(image.at(x, y)) > 0.3 ? 1 : 0;
		expect(ink).toBe(0);
	});
});
