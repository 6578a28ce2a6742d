export { type ChartRendererOptions, createChartRenderer, type DescribedChartRenderer } from './renderer.ts';
export { CHART_LANGUAGES, emotionName } from './texts.ts';
