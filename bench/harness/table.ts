import ansis from 'ansis';
import type { Change } from './compare.ts';
import type { Row } from './report.ts';
import type { Comparison, Finding, Skipped } from './suite.ts';

const FIGURE_WIDTH = 10;

/** Three significant digits and the unit that keeps them short. */
export function formatMs(ms: number): string {
	if (ms < 1e-3) return `${(ms * 1e6).toPrecision(3)} ns`;
	if (ms < 1) return `${(ms * 1e3).toPrecision(3)} µs`;
	return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}

/** Two digits behind the point while that tells anything. */
export const formatRatio = (ratio: number): string => {
	if (ratio < 10) return ratio.toFixed(2);
	return ratio < 100 ? ratio.toFixed(1) : Math.round(ratio).toString();
};

/** Columns are as wide as the suite needs, so that each row can be printed when it is measured. */
export class Table {
	readonly #what: number;

	constructor(comparisons: readonly Pick<Comparison, 'id' | 'per'>[]) {
		this.#what = Math.max(...comparisons.map((each) => whatOf(each).length), 'what'.length);
	}

	get heading(): string {
		const figures = ['median', 'floor', 'ratio'].map((title) => title.padStart(FIGURE_WIDTH)).join('');
		return ansis.dim(`${'what'.padEnd(this.#what)}  clock${figures}  quartiles    measured against`);
	}

	row(row: Row): string {
		const figures = [formatMs(row.oursMs.median), formatMs(row.referenceMs.median)];
		const quartiles = `${formatRatio(row.ratio.low)}–${formatRatio(row.ratio.high)}`;
		return [
			`${whatOf(row).padEnd(this.#what)}  ${row.clock.padEnd(5)}`,
			...figures.map((figure) => figure.padStart(FIGURE_WIDTH)),
			ansis.bold(formatRatio(row.ratio.median).padStart(FIGURE_WIDTH)),
			ansis.dim(`  ${quartiles.padEnd(13)}${row.kind === 'floor' ? '' : 'instead: '}${row.reference}`),
		].join('');
	}
}

const whatOf = ({ id, per }: { readonly id: string; readonly per: string }): string => `${id} per ${per}`;

export const skippedLine = ({ what, reason }: Skipped): string => ansis.yellow(`${what}: not measured, ${reason}`);

export const findingLine = ({ what, value, unit }: Finding): string =>
	`${what.padEnd(64)}${Number(value.toPrecision(4))} ${unit}`;

const MARKS = { slower: ansis.red('slower'), faster: ansis.green('faster'), same: ansis.dim('same') };

export function changeLines(changes: readonly Change[]): string[] {
	const width = Math.max(...changes.map(({ id }) => id.length), 0);
	return changes.map(({ id, before, now, verdict }) => {
		const ratios = `${formatRatio(before).padStart(8)} → ${formatRatio(now).padEnd(8)}`;
		return `${id.padEnd(width)}${ratios}${MARKS[verdict]}`;
	});
}
