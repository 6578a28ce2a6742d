import type { AlertAnswer } from '../api.ts';
import { clock, plural } from '../format.ts';

const WIDTH = 300;
const HEIGHT = 64;
const MINUTE_MS = 60_000;

const y = (score: number): number => HEIGHT * (1 - score);

/** What a still picture says to those who do not see it. */
function words(points: AlertAnswer['heat'], score: number, since: number, at: number): string {
	const minutes = plural(Math.max(1, Math.round((at - since) / MINUTE_MS)), 'minute');
	const lowest = Math.min(...points.map((point) => point.score));
	return `Heat in the ${minutes} before the alert: from ${lowest.toFixed(2)} up to ${score.toFixed(2)}`;
}

/** How a channel heated up before an alert; each score stands until the next one. */
export function HeatMinutes({ alert }: { readonly alert: AlertAnswer }) {
	const { at, score, heat, thresholds } = alert;
	const [first] = heat;
	if (!first || first.at >= at) return null;
	const x = (time: number): number => (WIDTH * (time - first.at)) / (at - first.at);
	// A score holds from its own time on: across first, then up or down.
	const line = heat.slice(1).reduce((path, point) => `${path}H${x(Math.min(at, point.at))}V${y(point.score)}`, '');
	const path = `M0 ${y(first.score)}${line}H${WIDTH}`;
	return (
		<figure class="minutes">
			<svg
				viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
				preserveAspectRatio="none"
				role="img"
				aria-label={words(heat, score, first.at, at)}
			>
				{thresholds && (
					<path class="threshold" d={`M0 ${y(thresholds.warm)}H${WIDTH}M0 ${y(thresholds.hot)}H${WIDTH}`} />
				)}
				<path class="area" d={`${path}V${HEIGHT}H0Z`} />
				<path class="line" d={path} />
			</svg>
			<figcaption class="quiet">
				<span>{clock(first.at)}</span>
				{thresholds && (
					<span>
						dashed: warm {thresholds.warm.toFixed(2)}, hot {thresholds.hot.toFixed(2)}
					</span>
				)}
				<span>{clock(at)}</span>
			</figcaption>
		</figure>
	);
}
