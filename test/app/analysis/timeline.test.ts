import { describe, expect, it } from 'vitest';
import { coveredMs } from '../../../src/app/terminal/analysis-view.ts';
import { createStyle, type Style } from '../../../src/app/terminal/style.ts';
import { widthOf } from '../../../src/app/terminal/text.ts';
import { drawAxis, drawLegend, drawTimeline, timelineCells } from '../../../src/app/terminal/timeline.ts';

const plain = createStyle(false);
const span = (startMs: number, endMs: number, label: 'anger' | 'calm' | 'unsure', arousal = 0) => ({
	startMs,
	endMs,
	label,
	arousal,
});

describe('timeline', () => {
	it('shows in each column what was heard longest in it', () => {
		const spans = [span(0, 250, 'anger'), span(400, 1000, 'calm'), span(900, 1400, 'unsure')];
		const cells = timelineCells(spans, 1500, 6);
		expect(cells.map((cell) => cell?.label)).toEqual(['anger', 'calm', 'calm', 'calm', 'unsure', 'unsure']);
		expect(drawTimeline(cells, plain)).toEqual(['ACCC??']);
	});

	it('draws two lines in colour: the label is the colour, the arousal the height', () => {
		const style: Style = {
			...plain,
			hasColour: true,
			label: (label, text) => `<${label} ${text}>`,
			dim: (text) => text,
		};
		const cells = [
			{ label: 'anger' as const, arousal: 0.8 },
			{ label: 'anger' as const, arousal: 0.05 },
			undefined,
			{ label: 'calm' as const, arousal: -0.7 },
		];
		expect(drawTimeline(cells, style)).toEqual(['<anger █▁> <calm  >', '<anger ██>·<calm ▂>']);
	});

	it('leaves silence empty, and weighs the arousal by time', () => {
		const cells = timelineCells([span(0, 300, 'calm', -0.5), span(300, 400, 'calm', 0.3)], 1200, 3);
		expect(cells[1]).toBeUndefined();
		expect(cells[0]?.arousal).toBeCloseTo(-0.3);
		expect(drawTimeline(cells, plain)).toEqual(['C··']);
	});

	it('takes spans that end with the recording or after it', () => {
		expect(timelineCells([span(900, 1020, 'anger')], 1000, 10).map((cell) => cell?.label)).toEqual([
			...new Array(9).fill(undefined),
			'anger',
		]);
	});

	it.each([
		[3900, 100],
		[100_000, 76],
		[3 * 3_600_000, 120],
		[50, 40],
		[12 * 3_600_000, 40],
	])('puts times under the axis of %i ms in %i columns', (durationMs, width) => {
		const [ticks, times] = drawAxis(durationMs, width);
		expect(widthOf(ticks)).toBe(width);
		expect(widthOf(times)).toBeLessThanOrEqual(width);
		expect(times.startsWith('0:00')).toBe(true);
		// Each time stands right below its tick.
		for (const found of times.matchAll(/\S+/g)) expect('└┴').toContain(ticks[found.index]);
	});

	it('wraps the legend', () => {
		const lines = drawLegend([span(0, 1, 'anger'), span(1, 2, 'calm'), span(2, 3, 'unsure')], 18, plain);
		expect(lines).toEqual(['A anger   C calm', '? unsure']);
	});

	it('counts speech once where the parts of a split utterance overlap', () => {
		expect(
			coveredMs([
				span(5500, 9000, 'calm'),
				span(0, 6000, 'anger'),
				span(20_000, 21_000, 'calm'),
				span(100, 200, 'calm'),
			]),
		).toBe(10_000);
	});
});
