/** Something that is timed: how it works decides how its time is taken. Each does the same number of units. */
export type Timed = { readonly name: string } & (
	| { readonly work: () => void }
	| { readonly asyncWork: () => Promise<void> }
	/** Takes its own time, where only part of what it does counts. @returns milliseconds */
	| { readonly clocked: () => Promise<number> }
);

/** What ours is measured against. */
export type Reference = Timed & {
	/** `floor`: what cannot be done with less. `alternative`: what a user would otherwise pick. */
	readonly kind: 'floor' | 'alternative';
};

/**
 * `cpu`: processor time of all threads of this process, which others on a shared machine can hardly
 * disturb. `wall`: time that passes, where waiting is part of it (disk, network, another process).
 */
export type ClockKind = 'cpu' | 'wall';

/** Ours beside a reference that does the same. */
export interface Comparison {
	/** Unique among all suites and kept over releases, for `--compare`: `suite/what`. */
	readonly id: string;
	/** A unit of work: packet, utterance … */
	readonly per: string;
	/** A side that takes its own time overrules it. */
	readonly clock: ClockKind;
	/** Units in one call of either side; so many that a call takes far longer than a tick of the clock (1 µs). */
	readonly units: number;
	readonly ours: Timed;
	readonly reference: Reference;
}

export interface Skipped {
	readonly what: string;
	readonly reason: string;
}

/** A figure that is no time beside a floor. */
export interface Finding {
	readonly what: string;
	readonly value: number;
	readonly unit: string;
}

/** How much data a suite prepares: `smoke` only shows that everything runs. */
export type Scale = 'full' | 'smoke';

/** A suite with its data loaded and its servers running. */
export interface OpenSuite extends AsyncDisposable {
	readonly comparisons: readonly Comparison[];
	/** What this machine cannot measure. */
	readonly skipped: readonly Skipped[];
	/** Asked for after the comparisons. */
	readonly findings?: (signal?: AbortSignal) => Promise<readonly Finding[]>;
}

/** One hot path of the engine. */
export interface Suite {
	readonly name: string;
	/** One line for the help. */
	readonly about: string;
	open(scale: Scale): Promise<OpenSuite>;
}
