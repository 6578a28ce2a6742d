export { type ChartRendererOptions, createChartRenderer, type DescribedChartRenderer } from './renderer.ts';
export { emotionName } from './texts.ts';
