import type { HeatChartRequest, HeatPoint } from '../domain/index.ts';
import { shorten } from './alt-text.ts';
import { formatsFor } from './format.ts';
import { heatTextsFor } from './heat-texts.ts';

/** What the chart of heat shows, in words; at most 1024 characters. */
export function heatAltText(request: HeatChartRequest): string {
	const { heat, alertAt, thresholds, locale } = request;
	const { alt, bands } = heatTextsFor(locale);
	const { percent, duration } = formatsFor(locale, 'UTC');
	const opening = `${request.title}. ${request.subtitle}.`;
	const [first, last] = [heat[0], heat.at(-1)];
	if (!first || !last) return shorten(`${opening} ${alt.empty}`);
	const peak = Math.max(...heat.map(({ score }) => score));
	const course = fill(alt.course, {
		span: duration(alertAt - first.at),
		from: percent(first.score),
		to: percent(last.score),
		peak: percent(peak),
	});
	const band = (score: number) => (score >= thresholds.hot ? 'hot' : score >= thresholds.warm ? 'warm' : 'calm');
	const since = lastRun(heat, ({ score }) => band(score) === band(last.score));
	const end = fill(alt.since, { band: bands[band(last.score)], before: duration(alertAt - since.at) });
	return shorten(alertAt > since.at ? `${opening} ${course} ${end}` : `${opening} ${course}`);
}

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
	template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

/** The first of the points at the end for which `holds` is true without a break. */
function lastRun(heat: readonly HeatPoint[], holds: (point: HeatPoint) => boolean): HeatPoint {
	const broken = heat.findLastIndex((point) => !holds(point));
	return heat[broken + 1] as HeatPoint;
}
