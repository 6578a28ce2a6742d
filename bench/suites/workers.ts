import { readdir, readFile } from 'node:fs/promises';
import { loadModel, type VerifiedModel, WorkerClassifier } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import type { Comparison, Suite } from '../harness/index.ts';
import { usageOf } from '../soak/process-usage.ts';
import { speechClips } from '../support/speech.ts';

const LENGTHS_S = [0.7, 1.5, 3];
const BATCHES = [4, 8, 16];
const MOST = Math.max(...BATCHES);
/** The processor time of another process is told in hundredths of a second: so much is done between two looks. */
const CALLS = { full: 40, smoke: 1 } as const;

/** Batches on the calling thread, beside the same clips one by one. */
async function batchComparisons(model: VerifiedModel, stack: AsyncDisposableStack): Promise<Comparison[]> {
	const classifier = stack.use(await OnnxClassifier.open(model, { provider: 'cpu', maxRows: MOST }));
	const comparisons: Comparison[] = [];
	for (const seconds of LENGTHS_S) {
		const clips = await speechClips(MOST, seconds);
		for (const batch of BATCHES) {
			const together = clips.slice(0, batch);
			comparisons.push({
				id: `workers/batch-${seconds}s-${batch}`,
				per: 'second',
				clock: 'cpu',
				units: batch * seconds,
				ours: { name: `${batch} at once`, asyncWork: async () => void (await classifier.classify(together)) },
				reference: {
					name: 'one by one',
					kind: 'alternative',
					asyncWork: async () => {
						for (const clip of together) await classifier.classify([clip]);
					},
				},
			});
		}
	}
	return comparisons;
}

/** The inference process that was started last, by what /proc says of our children. */
async function newestChild(): Promise<number> {
	const ids = (await readdir('/proc')).map(Number).filter((id) => id > 0);
	const ours: number[] = [];
	for (const id of ids) {
		const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
		if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid) ours.push(id);
	}
	return Math.max(...ours);
}

/** The same in a process and in a thread: processor time of this process and of the other one. */
async function isolationComparisons(
	model: VerifiedModel,
	calls: number,
	stack: AsyncDisposableStack,
): Promise<{ comparisons: Comparison[]; childId: number }> {
	const options = { provider: 'cpu', maxRows: 8 } as const;
	const thread = stack.use(await WorkerClassifier.open(model, options));
	const apart = stack.use(await WorkerClassifier.open(model, { ...options, isolation: 'process' }));
	const childId = await newestChild();
	const clips = await speechClips(8, 3);
	const cpuMs = async (): Promise<number> => {
		const { user, system } = process.cpuUsage();
		return (user + system) / 1000 + ((await usageOf(childId, 0))?.cpuMs ?? 0);
	};
	const timed = (classifier: WorkerClassifier, batch: number) => async (): Promise<number> => {
		const before = await cpuMs();
		for (let call = 0; call < calls; call++) await classifier.classify(clips.slice(0, batch));
		return (await cpuMs()) - before;
	};
	const comparisons = [1, 8].map(
		(batch): Comparison => ({
			id: `workers/process-${batch}`,
			per: 'second',
			clock: 'cpu',
			units: calls * batch * 3,
			ours: { name: `process, batch ${batch}`, clocked: timed(apart, batch) },
			reference: { name: 'thread', kind: 'alternative', clocked: timed(thread, batch) },
		}),
	);
	return { comparisons, childId };
}

/** What a batch saves, and what a process of its own costs. */
export const workers: Suite = {
	name: 'workers',
	about: 'a second of speech in batches of several sizes, and in a process beside a thread',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const model = await loadModel(modelDirectoryOf({}));
		const comparisons = await batchComparisons(model, stack);
		const isLinux = process.platform === 'linux';
		const apart = isLinux ? await isolationComparisons(model, CALLS[scale], stack) : undefined;
		if (apart) comparisons.push(...apart.comparisons);
		const running = stack.move();
		return {
			comparisons,
			skipped: apart ? [] : [{ what: 'workers/process-…', reason: 'there is no /proc' }],
			...(apart && {
				findings: async () => {
					const usage = await usageOf(apart.childId, 0);
					return usage ? [{ what: 'workers/process: resident memory', value: usage.residentMiB, unit: 'MiB' }] : [];
				},
			}),
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
