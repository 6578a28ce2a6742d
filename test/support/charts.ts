import type { ChartRenderer } from '../../src/domain/index.ts';

/** Draws nothing: for tests that are about something else. */
export const NO_CHARTS: ChartRenderer = {
	moodChart: async () => Buffer.from('chart'),
	altText: () => 'a chart in words',
	trendChart: async () => Buffer.from('trend'),
	trendAltText: () => 'a trend in words',
	groupChart: async () => Buffer.from('group'),
	groupAltText: () => 'a group in words',
	heatChart: async () => Buffer.from('heat'),
	heatAltText: () => 'heat in words',
};
