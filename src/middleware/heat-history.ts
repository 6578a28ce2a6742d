import type { HeatPoint } from '../domain/index.ts';

/** An alert shows the minutes that led to it. */
const SPAN_MS = 600_000;
/** Points nearer to each other are one: a chart has no room for more. */
const RESOLUTION_MS = 5000;

/** A channel's heat over the last ten minutes, bounded. */
export class HeatHistory {
	#points: HeatPoint[] = [];

	/** Oldest first. */
	get points(): readonly HeatPoint[] {
		return [...this.#points];
	}

	/** A change of state is kept however near it is to the point before. */
	add(point: HeatPoint): void {
		const last = this.#points.at(-1);
		const before = this.#points.at(-2);
		const near = before && last && point.at - before.at < RESOLUTION_MS;
		if (near && last.state === point.state && before.state === point.state) this.#points.pop();
		this.#points.push(point);
		while (this.#points[0] && point.at - this.#points[0].at > SPAN_MS) this.#points.shift();
	}
}
