import { EMOTIONS, type EmotionLabel } from './emotion.ts';
import type { GroupEntry } from './ports.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface GroupMoodOptions {
	/** Fewest contributors that anything is said of. */
	readonly k: number;
	/**
	 * Hours or days of UTC, and always the same for one community: see {@link groupMood}. Shorter ones are for the
	 * live feed alone, which tells each once and whose reader cannot choose.
	 */
	readonly windowMs: number;
	/** Milliseconds since the Unix epoch; the window that it falls in is not over and not shown. */
	readonly now: number;
}

/** Figures of at least `k` members, each of whom counts the same however much they said. */
export interface GroupFigures {
	/** k, 2k, 4k …: the largest of these that is not above the number of contributors. */
	readonly contributorsAtLeast: number;
	/**
	 * Shares of the labels that at least k contributors showed, most frequent first, 0…1 in steps of 0.1;
	 * what is missing to 1 are labels that fewer showed, and rounding.
	 */
	readonly labels: ReadonlyMap<EmotionLabel, number>;
	/** −1…1 in steps of 0.1. */
	readonly valence: number;
	/** −1…1 in steps of 0.1. */
	readonly arousal: number;
}

export interface GroupWindow extends GroupFigures {
	/** Inclusive, milliseconds since the Unix epoch. */
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
}

export interface GroupMood {
	/** Oldest first. One with too few contributors is missing, as is one in which nobody spoke. */
	readonly windows: readonly GroupWindow[];
	/** The windows on average; absent where there is none. It is made of what they show and says nothing more. */
	readonly overall?: GroupFigures;
}

const LABELS: readonly EmotionLabel[] = [...EMOTIONS, 'unsure'];
const STEPS = 10;

/**
 * How a group sounded, k-anonymous (P. Samarati and L. Sweeney 1998) and hard to difference:
 *
 * - whole windows only, aligned to the epoch: no two questions differ by a few minutes of one member;
 * - the window that runs is left out: asking before and after somebody spoke shows nothing;
 * - each contributor weighs 1/n, so that nobody's speech carries a figure;
 * - a label that fewer than k showed is not named, figures are rounded, numbers of contributors bucketed;
 * - there is no total over windows that are not shown, from which they could be computed.
 *
 * It cannot help against k − 1 members who agree to find out about the last, nor does it hide what was
 * said aloud. Asking for hours and for days of the same time would allow to difference these; so ask for
 * one of them only.
 */
export function groupMood(entries: readonly GroupEntry[], { k, windowMs, now }: GroupMoodOptions): GroupMood {
	const byWindow = Map.groupBy(entries, ({ at }) => Math.floor(at / windowMs) * windowMs);
	const windows = [...byWindow]
		.filter(([from]) => from + windowMs <= now)
		.sort(([a], [b]) => a - b)
		.flatMap(([from, inWindow]): GroupWindow[] => {
			const figures = figuresOf(inWindow, k);
			return figures ? [{ from, to: from + windowMs, ...figures }] : [];
		});
	return windows.length > 0 ? { windows, overall: average(windows) } : { windows };
}

function figuresOf(entries: readonly GroupEntry[], k: number): GroupFigures | undefined {
	const contributors = [...Map.groupBy(entries, ({ contributor }) => contributor).values()];
	if (contributors.length < k) return undefined;
	const labels = new Map<EmotionLabel, number>();
	for (const label of LABELS) {
		const shares = contributors.map((own) => mean(own, (entry) => Number(entry.label === label)));
		if (shares.filter((share) => share > 0).length >= k)
			labels.set(
				label,
				mean(shares, (share) => share),
			);
	}
	return {
		contributorsAtLeast: k * 2 ** Math.floor(Math.log2(contributors.length / k)),
		labels: rounded(labels),
		valence: round(mean(contributors, (own) => mean(own, ({ valence }) => valence))),
		arousal: round(mean(contributors, (own) => mean(own, ({ arousal }) => arousal))),
	};
}

function average(windows: readonly GroupWindow[]): GroupFigures {
	const labels = new Map<EmotionLabel, number>();
	for (const label of LABELS) {
		const share = mean(windows, (window) => window.labels.get(label) ?? 0);
		if (share > 0) labels.set(label, share);
	}
	return {
		contributorsAtLeast: Math.max(...windows.map((window) => window.contributorsAtLeast)),
		labels: rounded(labels),
		valence: round(mean(windows, ({ valence }) => valence)),
		arousal: round(mean(windows, ({ arousal }) => arousal)),
	};
}

const mean = <T>(items: readonly T[], value: (item: T) => number): number =>
	items.reduce((sum, item) => sum + value(item), 0) / items.length;

/** Never −0, which would show as "-0". */
const round = (value: number): number => Math.round(value * STEPS) / STEPS + 0;

const rounded = (shares: ReadonlyMap<EmotionLabel, number>): ReadonlyMap<EmotionLabel, number> =>
	new Map(
		[...shares]
			.map(([label, share]) => [label, round(share)] as const)
			.filter(([, share]) => share > 0)
			.sort(([, a], [, b]) => b - a),
	);
