export { type ChartRendererOptions, createChartRenderer, type DescribedChartRenderer } from './renderer.ts';
export { emotionName } from './texts.ts';
export {
	createThreadedChartRenderer,
	type ThreadedChartOptions,
	type ThreadedChartRenderer,
} from './thread/threaded-renderer.ts';
