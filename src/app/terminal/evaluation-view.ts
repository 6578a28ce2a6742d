import type { EvaluationScores } from '../analysis/corpus-tally.ts';
import type { Evaluation } from '../analysis/evaluate.ts';
import { ECE_BINS } from '../analysis/metrics.ts';
import type { Style } from './style.ts';
import { meter, pad, printable, table } from './text.ts';

const MARGIN = '  ';
const CELL_COLUMNS = 6;
const RECALL_COLUMNS = 10;

const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

/** The report of an evaluation: one line a corpus, then recall and confusion for each. */
export function drawEvaluation(evaluation: Evaluation, { style }: { readonly style: Style }): string {
	const corpora = Object.entries(evaluation.corpora).map(([name, scores]) => [printable(name), scores] as const);
	// Of one corpus the overall figures say the same again.
	const all = corpora.length === 1 ? corpora : [...corpora, ['overall', evaluation.overall] as const];
	const sections = [
		[`${style.bold(evaluation.model ?? 'no clip could be classified')}`],
		overview(all, style),
		...all.filter(([, scores]) => scores.scored > 0).map(([name, scores]) => confusion(name, scores, style)),
		footnotes(style),
	];
	return sections.map((lines) => lines.map((line) => `${MARGIN}${line}`.trimEnd()).join('\n')).join('\n\n');
}

type Named = readonly [name: string, scores: EvaluationScores];

function overview(all: readonly Named[], style: Style): string[] {
	const scores = all.map(([, each]) => each);
	// Columns of which nothing is to be told are left out.
	const optional = [
		{
			title: 'abstained',
			shown: scores.some((each) => each.abstained !== null),
			of: (each: EvaluationScores) => figure(each.abstained),
		},
		{
			title: 'left out',
			shown: scores.some((each) => each.leftOut > 0),
			of: (each: EvaluationScores) => String(each.leftOut),
		},
		{
			title: 'unreadable',
			shown: scores.some((each) => each.unreadable > 0),
			of: (each: EvaluationScores) => String(each.unreadable),
		},
	].filter(({ shown }) => shown);
	const titles = ['n', 'classes', 'UAR', 'accuracy', 'macro F1', 'ECE', ...optional.map(({ title }) => title)];
	const rows = all.map(([name, each]) => [
		style.bold(name),
		String(each.n),
		String(each.confusion.labels.length),
		style.bold(figure(each.uar)),
		figure(each.accuracy),
		figure(each.macroF1),
		figure(each.ece),
		...optional.map(({ of }) => of(each)),
	]);
	return table([{ title: 'corpus' }, ...titles.map((title) => ({ title, align: 'right' as const }))], rows, style.dim);
}

function confusion(name: string, scores: EvaluationScores, style: Style): string[] {
	const { labels, matrix } = scores.confusion;
	const widest = Math.max(...labels.map((label) => label.length));
	const heading = labels.map((label) => pad(abbreviate(label), CELL_COLUMNS, 'right')).join('');
	const rows = labels.map((label, index) => {
		const row = matrix[index] as readonly number[];
		const total = row.reduce((sum, count) => sum + count, 0);
		const cells = row.map((count) =>
			style.shade(
				total === 0 ? 0 : count / total,
				`${pad(count === 0 ? '·' : String(count), CELL_COLUMNS - 1, 'right')} `,
			),
		);
		const recall = scores.recall[label] ?? null;
		const gauge = meter(recall ?? 0, RECALL_COLUMNS);
		return `${pad(label, widest)}  ${cells.join('')}  ${style.label(label, gauge.filled)}${style.dim(gauge.rest)} ${figure(recall)}`;
	});
	const indent = ' '.repeat(widest + 2);
	return [
		`${style.bold(name)}  ${style.dim('rows: what was said, columns: what was heard')}`,
		style.dim(`${indent}${heading}   recall`),
		...rows,
	];
}

const abbreviate = (label: string): string => label.slice(0, CELL_COLUMNS - 2);

function footnotes(style: Style): string[] {
	return [
		'UAR: mean recall of the classes. Within a corpus only its own classes are to choose from (probabilities renormalised);',
		`overall pools these clips over the union of classes. ECE: ${ECE_BINS} equal-width bins of the highest probability.`,
	].map(style.dim);
}
