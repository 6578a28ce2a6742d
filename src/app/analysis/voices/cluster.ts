/** More points than this are thinned out before they are joined one by one; all are assigned in the end. */
const MOST_JOINED = 300;
const ROUNDS = 10;

export interface TwoClusters {
	/** 0 or 1 for each point. */
	readonly labels: readonly (0 | 1)[];
	readonly centres: readonly [Float64Array, Float64Array];
	/** Distance of the centres. */
	readonly gap: number;
	/** Root mean square distance of the points from their own centre. */
	readonly spread: number;
}

/**
 * Parts points in two: agglomeration by Ward's criterion (J. H. Ward, 1963), then k-means from there.
 *
 * @param points of one dimension
 * @param weights how much each counts for its centre
 * @returns `undefined` with fewer than two points, or where all are alike
 */
export function inTwo(points: readonly Float64Array[], weights: readonly number[]): TwoClusters | undefined {
	if (points.length < 2) return undefined;
	const step = Math.max(1, points.length / MOST_JOINED);
	const chosen: number[] = [];
	for (let at = 0; at < points.length; at += step) chosen.push(Math.floor(at));
	const [first, second] = agglomerate(points, chosen);
	let centres = [first, second].map((members) => centreOf(members as number[], points, weights)) as [
		Float64Array,
		Float64Array,
	];
	let labels: (0 | 1)[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const next = points.map((point) => (squared(point, centres[1]) < squared(point, centres[0]) ? 1 : 0));
		if (round > 0 && next.every((label, index) => label === labels[index])) break;
		labels = next;
		const members = ([0, 1] as const).map((label) => [...labels.keys()].filter((index) => labels[index] === label));
		if (members.some((each) => each.length === 0)) return undefined;
		centres = members.map((each) => centreOf(each, points, weights)) as [Float64Array, Float64Array];
	}
	let [within, total] = [0, 0];
	for (const [index, point] of points.entries()) {
		const weight = weights[index] as number;
		within += weight * squared(point, centres[labels[index] as 0 | 1]);
		total += weight;
	}
	return { labels, centres, gap: Math.sqrt(squared(centres[0], centres[1])), spread: Math.sqrt(within / total) };
}

export function squared(one: Float64Array, other: Float64Array): number {
	let sum = 0;
	for (let k = 0; k < one.length; k++) sum += ((one[k] as number) - (other[k] as number)) ** 2;
	return sum;
}

function centreOf(
	members: readonly number[],
	points: readonly Float64Array[],
	weights: readonly number[],
): Float64Array {
	const centre = new Float64Array((points[0] as Float64Array).length);
	let total = 0;
	for (const index of members) {
		const weight = weights[index] as number;
		total += weight;
		for (let k = 0; k < centre.length; k++) {
			centre[k] = (centre[k] as number) + weight * ((points[index] as Float64Array)[k] as number);
		}
	}
	return centre.map((value) => value / total);
}

/** Joins the two nearest clusters until two are left, after the recurrence of Lance and Williams (1967). */
function agglomerate(points: readonly Float64Array[], chosen: readonly number[]): number[][] {
	const count = chosen.length;
	const members: (number[] | undefined)[] = chosen.map((index) => [index]);
	const costs = chosen.map((one) =>
		Float64Array.from(chosen, (other) => squared(points[one] as Float64Array, points[other] as Float64Array) / 2),
	);
	const sizeOf = (i: number): number => members[i]?.length ?? 0;
	for (let left = count; left > 2; left--) {
		let [from, to, least] = [0, 0, Number.POSITIVE_INFINITY];
		for (let i = 0; i < count; i++) {
			if (!members[i]) continue;
			const row = costs[i] as Float64Array;
			for (let j = i + 1; j < count; j++) {
				if (members[j] && (row[j] as number) < least) [from, to, least] = [i, j, row[j] as number];
			}
		}
		const [a, b] = [sizeOf(from), sizeOf(to)];
		for (let k = 0; k < count; k++) {
			if (!members[k] || k === from || k === to) continue;
			const c = sizeOf(k);
			const joined =
				((a + c) * ((costs[from] as Float64Array)[k] as number) +
					(b + c) * ((costs[to] as Float64Array)[k] as number) -
					c * least) /
				(a + b + c);
			(costs[from] as Float64Array)[k] = joined;
			(costs[k] as Float64Array)[from] = joined;
		}
		members[from]?.push(...(members[to] ?? []));
		members[to] = undefined;
	}
	return members.filter((each) => each !== undefined);
}
