import { describe, expect, it } from 'vitest';
import { createChartRenderer } from '../../src/charts/index.ts';
import type { EmotionLabel, GroupChartRequest, GroupWindow } from '../../src/domain/index.ts';
import { EMOTION_COLOURS } from '../../src/domain/palette.ts';
import { countColours } from './pixels.ts';

const HOUR = 60 * 60 * 1000;
const START = Date.UTC(2026, 10, 22, 9);
const charts = createChartRenderer({ timeZone: 'UTC' });

const window = (hour: number, labels: readonly (readonly [EmotionLabel, number])[]): GroupWindow => ({
	from: START + hour * HOUR,
	to: START + (hour + 1) * HOUR,
	contributorsAtLeast: 5,
	labels: new Map(labels),
	valence: 0.3,
	arousal: -0.2,
});

const request = (windows: readonly GroupWindow[], changes: Partial<GroupChartRequest> = {}): GroupChartRequest => {
	const [first] = windows;
	return {
		title: '#lounge',
		subtitle: 'Mood of the group',
		mood: first ? { windows, overall: first } : { windows },
		k: 5,
		theme: 'dark',
		locale: 'en',
		...changes,
	};
};
const some = [window(0, [['calm', 0.8]]), window(1, [['calm', 0.4]]), window(4, [['anger', 1]])];

describe('chart of a group', () => {
	it.each(['dark', 'light'] as const)('draws what may be shown and nothing else, %s', async (theme) => {
		const image = await countColours(await charts.groupChart(request(some, { theme })));
		expect(image.onTheEdge()).toBe(0);
		expect(image.count(EMOTION_COLOURS.calm)).toBeGreaterThan(2000);
		expect(image.count(EMOTION_COLOURS.anger)).toBeGreaterThan(2000);
		expect(image.count(EMOTION_COLOURS.happiness)).toBe(0);
	});

	it('leaves to grey what too few showed', async () => {
		const calm = async (share: number) =>
			(await countColours(await charts.groupChart(request([window(0, [['calm', share]])])))).count(
				EMOTION_COLOURS.calm,
			);
		const [half, all] = [await calm(0.5), await calm(1)];
		expect(all / half).toBeGreaterThan(1.7);
		expect(all / half).toBeLessThan(2.1);
	});

	it('says it in words, and that there is nothing', async () => {
		const words = charts.groupAltText(request(some));
		expect(words).toContain('Nov 22, 09:00');
		expect(words).toContain('calm 80%');
		expect(words).toContain('5 or more');
		expect(charts.groupAltText(request([]))).toContain('Nothing was recorded');
		expect((await countColours(await charts.groupChart(request([])))).height).toBeLessThan(600);
	});
});
