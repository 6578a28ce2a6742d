import { FONT_FAMILY, loadToolkit, PIXEL_RATIO } from '../../src/charts/canvas.ts';
import { THEMES } from '../../src/charts/themes.ts';
import type { CapacityReport } from './report.ts';
import type { Stage } from './stages.ts';

const WIDTH = 960;
const HEIGHT = 540;

/** Colours that stay apart for those who tell few apart (P. Tol's "bright"). */
const LAYERS = {
	model: ['model', '#4477aa'],
	decode: ['Opus', '#66ccee'],
	transport: ['socket, AEAD, DAVE', '#228833'],
	segment: ['order and endpointing', '#ccbb44'],
	queue: ['queue', '#ee6677'],
	effects: ['middleware, storage, feed', '#aa3377'],
	collector: ['garbage collection', '#777777'],
	helpers: ['helper threads', '#aaaaaa'],
	rest: ['event loop and timers', '#dddddd'],
} as const satisfies Record<Stage | 'model' | 'helpers', readonly [name: string, colour: string]>;
type Layer = keyof typeof LAYERS;
const ORDER = Object.keys(LAYERS) as Layer[];

/** Processor time for each second of speech by stage, for each number of speakers that was profiled. @returns a PNG */
export async function stageChart({ steps, stages }: CapacityReport): Promise<Buffer> {
	const { createCanvas, echarts } = await loadToolkit();
	const theme = THEMES.light;
	const columns = stages.flatMap(({ speakers, shares }) => {
		const step = steps.find((each) => each.speakers === speakers);
		return step ? [{ speakers, shares, costs: step.msPerSpeechS }] : [];
	});
	const costOf = ({ shares, costs }: (typeof columns)[number], layer: Layer): number =>
		layer === 'model' || layer === 'helpers' ? costs[layer] : costs.main * shares[layer];
	const text = { fontFamily: FONT_FAMILY, color: theme.ink, fontSize: 15 };
	const canvas = createCanvas(WIDTH * PIXEL_RATIO, HEIGHT * PIXEL_RATIO);
	// ECharts needs a canvas only, but its types ask for the browser's.
	const chart = echarts.init(canvas as never, null, { width: WIDTH, height: HEIGHT, devicePixelRatio: PIXEL_RATIO });
	try {
		chart.setOption({
			animation: false,
			backgroundColor: theme.ground,
			title: {
				text: 'Processor time for each second of speech',
				subtext: 'milliseconds of a core, by stage; what an idle bot takes is shared by those who speak',
				left: 24,
				top: 16,
				textStyle: { ...text, fontSize: 22, fontWeight: 600 },
				subtextStyle: { ...text, color: theme.mutedInk },
			},
			legend: {
				right: 16,
				top: 100,
				orient: 'vertical',
				textStyle: text,
				data: ORDER.map((layer) => LAYERS[layer][0]),
			},
			grid: { left: 70, right: 250, top: 100, bottom: 60 },
			xAxis: {
				type: 'category',
				data: columns.map(({ speakers }) => String(speakers)),
				name: 'speakers',
				nameLocation: 'middle',
				nameGap: 34,
				nameTextStyle: text,
				axisLabel: text,
			},
			yAxis: {
				type: 'value',
				name: 'ms',
				nameTextStyle: text,
				axisLabel: text,
				splitLine: { lineStyle: { color: theme.grid } },
			},
			series: ORDER.map((layer) => ({
				name: LAYERS[layer][0],
				type: 'bar',
				stack: 'cost',
				barMaxWidth: 90,
				itemStyle: { color: LAYERS[layer][1] },
				data: columns.map((column) => Number(costOf(column, layer).toFixed(3))),
			})),
		});
		return await canvas.encode('png');
	} finally {
		chart.dispose();
	}
}
