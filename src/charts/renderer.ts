import type { ChartRenderer, MoodChartRequest } from '../domain/index.ts';
import { altText } from './alt-text.ts';
import { loadToolkit, PIXEL_RATIO } from './canvas.ts';
import { moodDrawing } from './mood-chart.ts';

export interface ChartRendererOptions {
	/** IANA name of the zone whose clock the charts show; the host's by default. */
	readonly timeZone?: string;
}

export interface DescribedChartRenderer extends ChartRenderer {
	/** What {@link ChartRenderer.moodChart} shows for the same request, in words; at most 1024 characters. */
	altText(request: MoodChartRequest): string;
}

/** Draws charts with ECharts on a canvas, without a browser and with a font of its own. */
export function createChartRenderer(options: ChartRendererOptions = {}): DescribedChartRenderer {
	const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
	return {
		async moodChart(request) {
			const { createCanvas, echarts, measure } = await loadToolkit();
			const { width, height, option } = moodDrawing(request, timeZone, measure);
			const canvas = createCanvas(width * PIXEL_RATIO, height * PIXEL_RATIO);
			// ECharts needs a canvas only, but its types ask for the browser's.
			const chart = echarts.init(canvas as never, null, { width, height, devicePixelRatio: PIXEL_RATIO });
			try {
				chart.setOption(option);
				return await canvas.encode('png');
			} finally {
				chart.dispose();
			}
		},
		altText: (request) => altText(request, timeZone),
	};
}
