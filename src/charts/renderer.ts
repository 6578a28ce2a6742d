import type { ChartRenderer, MoodChartRequest } from '../domain/index.ts';
import { altText } from './alt-text.ts';
import { loadToolkit, PIXEL_RATIO, type Toolkit } from './canvas.ts';
import { groupAltText, groupDrawing } from './group-chart.ts';
import { heatAltText } from './heat-alt-text.ts';
import { heatDrawing } from './heat-chart.ts';
import { moodDrawing } from './mood-chart.ts';
import type { Drawing } from './page.ts';
import { trendAltText } from './trend-alt-text.ts';
import { trendDrawing } from './trend-chart.ts';

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
		moodChart: (request) => draw((measure) => moodDrawing(request, timeZone, measure)),
		altText: (request) => altText(request, timeZone),
		trendChart: (request) => draw((measure) => trendDrawing(request, measure)),
		trendAltText,
		groupChart: (request) => draw((measure) => groupDrawing(request, timeZone, measure)),
		groupAltText: (request) => groupAltText(request, timeZone),
		heatChart: (request) => draw((measure) => heatDrawing(request, measure)),
		heatAltText,
	};
}

async function draw(lay: (measure: Toolkit['measure']) => Drawing): Promise<Buffer> {
	const { createCanvas, echarts, measure } = await loadToolkit();
	const { width, height, option } = lay(measure);
	const canvas = createCanvas(width * PIXEL_RATIO, height * PIXEL_RATIO);
	// ECharts needs a canvas only, but its types ask for the browser's.
	const chart = echarts.init(canvas as never, null, { width, height, devicePixelRatio: PIXEL_RATIO });
	try {
		chart.setOption(option);
		return await canvas.encode('png');
	} finally {
		chart.dispose();
	}
}
