import { createRequire } from 'node:module';
import type { Canvas } from '@napi-rs/canvas';

/** Registered under a name of our own, so that no installed font of the same name changes a chart. */
export const FONT_FAMILY = 'SES Atkinson Hyperlegible Next';

/** A machine that runs a bot may have no font at all: the chart's comes with the package. */
const FONT_FILES = [
	'400Regular/AtkinsonHyperlegibleNext_400Regular.ttf',
	'600SemiBold/AtkinsonHyperlegibleNext_600SemiBold.ttf',
].map((name) => `@expo-google-fonts/atkinson-hyperlegible-next/${name}`);

/** Charts are drawn at twice the layout's size, for the screens of phones. */
export const PIXEL_RATIO = 2;

export interface Toolkit {
	createCanvas(width: number, height: number): Canvas;
	/** Width of a text in layout pixels. */
	measure(text: string, fontSize: number, weight: 400 | 600): number;
	readonly echarts: typeof import('echarts/core');
}

const { resolve } = createRequire(import.meta.url);

let loading: Promise<Toolkit> | undefined;

/** Loads canvas, fonts and ECharts, at the first chart and not before. */
export const loadToolkit = (): Promise<Toolkit> => {
	loading ??= load();
	return loading;
};

async function load(): Promise<Toolkit> {
	// The bundle: the same library in 600 modules takes 48 MB more.
	const [{ createCanvas, GlobalFonts }, echarts] = await Promise.all([
		import('@napi-rs/canvas'),
		import('echarts/dist/echarts.esm.min.mjs'),
	]);
	for (const file of FONT_FILES) {
		if (!GlobalFonts.registerFromPath(resolve(file), FONT_FAMILY)) throw new Error(`the font ${file} cannot be read`);
	}
	// Without a browser ECharts has no way to measure text of its own.
	const scratch = createCanvas(8, 8);
	echarts.setPlatformAPI({ createCanvas: () => createCanvas(8, 8) as never });
	const context = scratch.getContext('2d');
	return {
		createCanvas,
		echarts,
		measure(text, fontSize, weight) {
			context.font = `${weight} ${fontSize}px "${FONT_FAMILY}"`;
			return context.measureText(text).width;
		},
	};
}
