import { stat } from 'node:fs/promises';
import { type Emotion, type InferenceQueue, type JudgementRules, SesError } from '../../domain/index.ts';
import {
	createProgress,
	createStyle,
	drawEvaluation,
	duration,
	errorLine,
	type Output,
	writeLine,
} from '../terminal/index.ts';
import { evaluate } from './evaluate.ts';
import { type ManifestRow, readManifest } from './manifest.ts';

export interface EvaluateManifestOptions {
	readonly manifest: string;
	readonly root: string;
	readonly labels?: readonly Emotion[];
	readonly abstain: boolean;
	readonly json: boolean;
	readonly colour: boolean;
	readonly signal?: AbortSignal;
	/** Opened only once the manifest has been found sound. */
	readonly openQueue: () => Promise<{ readonly queue: InferenceQueue; readonly rules: Partial<JudgementRules> }>;
}

/**
 * Evaluates the clips of a manifest and prints the report.
 *
 * @returns how many clips could not be read
 * @throws {SesError} `SES_EVAL_MANIFEST`, `SES_USAGE` when the root is no folder or no clip is left
 */
export async function evaluateManifest(options: EvaluateManifestOptions, output: Output): Promise<number> {
	const { manifest, root, labels, signal } = options;
	if (!(await stat(root).catch(() => undefined))?.isDirectory()) {
		throw new SesError('SES_USAGE', { reason: `--root ${root}: there is no such folder.` });
	}
	const rows = await readManifest(manifest, root);
	if (labels && !rows.some(({ label }) => labels.includes(label))) {
		throw new SesError('SES_USAGE', {
			reason: `--labels ${labels.join(',')}: no clip of ${manifest} has one of these.`,
		});
	}
	const { queue, rules } = await options.openQueue();
	const unreadable: { row: ManifestRow; error: SesError }[] = [];
	using progress = createProgress('evaluating', output.stderr);
	const startedAt = performance.now();
	const evaluation = await evaluate(rows, {
		queue,
		rules,
		abstain: options.abstain,
		...(labels ? { labels } : {}),
		...(signal ? { signal } : {}),
		onUnreadable: (row, error) => unreadable.push({ row, error }),
		onProgress: (done, total) => {
			const leftMs = ((performance.now() - startedAt) / done) * (total - done);
			progress.update(done / total, `${done} of ${total} clips  ${duration(leftMs)} left`);
		},
	});
	progress.clear();
	for (const { error } of unreadable.sort((a, b) => a.row.line - b.row.line)) {
		await writeLine(output.stderr, errorLine(error));
	}
	const report = options.json
		? JSON.stringify({ ...evaluation, manifest })
		: drawEvaluation(evaluation, { style: createStyle(options.colour) });
	await writeLine(output.stdout, report);
	return unreadable.length;
}
