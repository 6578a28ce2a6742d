import { effect, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clock } from '../format.ts';
import { now } from '../model/overview.ts';
import { WINDOW_MS } from '../model/sessions.ts';

type Points = readonly { readonly at: number; readonly score: number }[];

const HEIGHT = 120;
const FONT = '12px system-ui, sans-serif';
/** The page's own colours, which change with the scheme. */
const colour = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const { stepped } = uPlot.paths;
const scheme = matchMedia('(prefers-color-scheme: dark)');

function options(width: number): uPlot.Options {
	const grid = { stroke: colour('--line'), width: 1 };
	const axis = { stroke: colour('--quiet'), font: FONT, grid, ticks: { show: false } };
	return {
		width,
		height: HEIGHT,
		legend: { show: false },
		cursor: { show: false },
		padding: [8, 20, 0, 0],
		scales: {
			x: { range: () => [(now.peek() - WINDOW_MS) / 1000, now.peek() / 1000] },
			y: { range: [0, 1] },
		},
		axes: [
			{ ...axis, size: 24, space: 70, incrs: [60], values: (_, ticks) => ticks.map((tick) => clock(tick * 1000)) },
			{ ...axis, size: 34, splits: () => [0, 0.5, 1] },
		],
		series: [
			{},
			{
				stroke: colour('--heat'),
				fill: colour('--heat-fill'),
				width: 2,
				...(stepped && { paths: stepped({ align: 1 }) }),
				points: { show: false },
			},
		],
	};
}

/** Until it is told anew a channel is as tense as it was; so the last value is drawn up to now. */
function dataOf(points: Points): uPlot.AlignedData {
	const last = points.at(-1);
	const all = last ? [...points, { at: Math.max(now.value, last.at), score: last.score }] : [];
	return [all.map(({ at }) => at / 1000), all.map(({ score }) => score)];
}

export function HeatChart({ points, name }: { readonly points: Signal<Points>; readonly name: string }) {
	const place = useRef<HTMLDivElement>(null);
	useEffect(() => {
		const element = place.current;
		if (!element) return;
		const chart = new uPlot(options(element.clientWidth), dataOf(points.peek()), element);
		const stop = effect(() => chart.setData(dataOf(points.value)));
		const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
		sizes.observe(element);
		const redraw = (): void => chart.redraw(false, true);
		scheme.addEventListener('change', redraw);
		return () => {
			stop();
			sizes.disconnect();
			scheme.removeEventListener('change', redraw);
			chart.destroy();
		};
	}, [points]);
	return (
		<div class="chart" ref={place} role="img" aria-label={`Heat of ${name} over the last three minutes, 0 to 1`} />
	);
}
