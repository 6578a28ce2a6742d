import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EvaluateManifestOptions, evaluateManifest } from '../../src/app/analysis/evaluate-manifest.ts';
import type { Emotion, Probabilities, Utterance } from '../../src/domain/index.ts';
import { useTempFolder } from '../audio/files/temp.ts';
import { buildWav, pcm16 } from '../audio/files/wav-builder.ts';
import { captureOutput, classified, FakeQueue, mostly } from './analysis/fakes.ts';

const folder = useTempFolder();

// What the fake model hears in a clip is told by the clip's first sample.
interface Clip {
	readonly file: string;
	readonly label: Emotion;
	readonly corpus: string;
	readonly heard: Probabilities;
}

const CLIPS: readonly Clip[] = [
	{ file: 'a/1.wav', label: 'anger', corpus: 'acted', heard: mostly('anger', 0.9) },
	// Restricted to acted's classes this is fear: calm does not occur there.
	{
		file: 'a/2.wav',
		label: 'fear',
		corpus: 'acted',
		heard: { ...mostly('calm', 0), calm: 0.6, fear: 0.3, anger: 0.1 },
	},
	{ file: 'a/3.wav', label: 'fear', corpus: 'acted', heard: mostly('anger', 0.8) },
	{ file: 'a/4.wav', label: 'anger', corpus: 'acted', heard: mostly('anger', 0.3) },
	{ file: 'b/1.wav', label: 'calm', corpus: 'real', heard: mostly('calm', 0.95) },
	{ file: 'b/2.wav', label: 'anger', corpus: 'real', heard: mostly('anger', 0.95) },
];

const manifestOf = (clips: readonly Pick<Clip, 'file' | 'label' | 'corpus'>[], name = 'm.csv') =>
	folder.put(
		name,
		['file,label,speaker,corpus', ...clips.map(({ file, label, corpus }) => `${file},${label},s1,${corpus}`)].join(
			'\n',
		),
	);

beforeAll(async () => {
	for (const corpus of ['a', 'b']) await mkdir(join(folder.path, corpus));
	for (const [index, { file }] of CLIPS.entries()) {
		const samples = Int16Array.from({ length: 16_000 }, (_, n) => (n === 0 ? index : 3000 * Math.sin(n / 9)));
		await folder.put(file, buildWav({ data: pcm16(samples) }));
	}
});

const hear = (utterance: Utterance) => classified((CLIPS[utterance.pcm[0] as number] as Clip).heard);

async function run(options: Partial<EvaluateManifestOptions> = {}) {
	const queue = new FakeQueue(hear);
	const output = captureOutput();
	const manifest = options.manifest ?? (await manifestOf(CLIPS));
	const unreadable = await evaluateManifest(
		{
			manifest,
			root: folder.path,
			abstain: false,
			json: true,
			colour: false,
			openQueue: async () => ({ queue, rules: { unsureBelow: 0.5, minSnrDb: -10 } }),
			...options,
		},
		output,
	);
	const report = options.json === false ? undefined : JSON.parse(output.stdout.text);
	return { unreadable, report, stdout: output.stdout.text, errors: output.stderr.lines, queue, manifest };
}

describe('ses eval', () => {
	it('scores each corpus on its own classes', async () => {
		const { report, unreadable, manifest } = await run();
		expect(unreadable).toBe(0);
		expect(Object.keys(report)).toEqual(['overall', 'corpora', 'model', 'manifest']);
		expect(report).toMatchObject({ model: 'fake@1', manifest });
		expect(report.corpora.acted).toMatchObject({
			n: 4,
			scored: 4,
			uar: 0.75,
			accuracy: 0.75,
			// anger: 2·2/(2·2+1+0) = 0.8; fear: 2·1/(2·1+0+1) = 2/3
			macroF1: (0.8 + 2 / 3) / 2,
			recall: { anger: 1, fear: 0.5 },
			confusion: {
				labels: ['anger', 'fear'],
				matrix: [
					[2, 0],
					[1, 1],
				],
			},
			abstained: null,
			leftOut: 0,
			unreadable: 0,
		});
		expect(report.corpora.real).toMatchObject({ n: 2, uar: 1, confusion: { labels: ['anger', 'calm'] } });
	});

	it('renormalises before it measures calibration', async () => {
		const { report } = await run();
		// Restricted to anger and fear: 0.9/0.9125, 0.3/0.4, 0.8/0.825, 0.3/0.3875; the third is wrong.
		const [first, second, third, fourth] = [0.9 / 0.9125, 0.75, 0.8 / 0.825, 0.3 / 0.3875];
		// Bins of 1/15: the first and the third share the last one; 0.75 and 0.774 share (11/15, 12/15].
		const expected = (Math.abs(1 - (first + third)) + Math.abs(2 - (second + fourth))) / 4;
		expect(report.corpora.acted.ece).toBeCloseTo(expected, 9);
	});

	it('pools the corpora, each with its own choice of classes', async () => {
		const { report } = await run();
		expect(report.overall).toMatchObject({
			n: 6,
			accuracy: 5 / 6,
			recall: { anger: 1, calm: 1, fear: 0.5 },
			uar: 2.5 / 3,
			confusion: {
				labels: ['anger', 'calm', 'fear'],
				matrix: [
					[3, 0, 0],
					[0, 1, 0],
					[1, 0, 1],
				],
			},
		});
	});

	it('leaves out and counts what --labels does not name', async () => {
		const { report, queue } = await run({ labels: ['anger'] });
		expect(queue.asked).toHaveLength(3);
		expect(report.corpora.acted).toMatchObject({ n: 2, leftOut: 2, confusion: { labels: ['anger'], matrix: [[2]] } });
		expect(report.corpora.real).toMatchObject({ n: 1, leftOut: 1 });
		expect(report.overall).toMatchObject({ n: 3, leftOut: 3, uar: 1, ece: 0 });
	});

	it('leaves the unsure ones out of the scores with --abstain only', async () => {
		const { report } = await run({ abstain: true });
		// Below 0.5 there is only the fourth, at 0.3 of all nine: what a user would be told counts.
		expect(report.corpora.acted).toMatchObject({ n: 4, scored: 3, abstained: 0.25, accuracy: 2 / 3 });
		expect(report.corpora.real).toMatchObject({ n: 2, scored: 2, abstained: 0 });
		expect(report.overall).toMatchObject({ n: 6, scored: 5, abstained: 1 / 6 });
	});

	it('takes a whole clip as one utterance, its channels averaged', async () => {
		const left = new Int16Array(24_000).fill(100);
		const right = new Int16Array(24_000).fill(-300);
		await folder.put('a/stereo.wav', buildWav({ channels: 2, data: pcm16(left, right) }));
		const manifest = await manifestOf([{ file: 'a/stereo.wav', label: 'anger', corpus: 'x' }], 'stereo.csv');
		const heard: Utterance[] = [];
		const queue = new FakeQueue((utterance) => {
			heard.push(utterance);
			return classified(mostly('anger'));
		});
		await run({ manifest, openQueue: async () => ({ queue, rules: {} }) });
		expect(heard).toHaveLength(1);
		expect(heard[0]).toMatchObject({ startMs: 0, endMs: 1500, pcm: new Int16Array(24_000).fill(-100) });
	});

	it('fills up what is shorter than the model takes', async () => {
		await folder.put('a/short.wav', buildWav({ data: pcm16([0, 5, 9]) }));
		const manifest = await manifestOf([{ file: 'a/short.wav', label: 'anger', corpus: 'x' }], 'short.csv');
		const { queue } = await run({ manifest });
		expect(queue.asked[0]?.pcm).toHaveLength(1600);
	});

	it('reports clips that cannot be read, and evaluates the others', async () => {
		await folder.put('a/broken.wav', 'not a recording');
		const clips = [{ file: 'a/broken.wav', label: 'sadness' as const, corpus: 'acted' }, ...CLIPS];
		const { report, unreadable, errors } = await run({ manifest: await manifestOf(clips, 'broken.csv') });
		expect(unreadable).toBe(1);
		expect(errors).toEqual([expect.stringMatching(/a\/broken\.wav: not a readable .*\. Check that it plays/)]);
		expect(report.corpora.acted).toMatchObject({ n: 4, unreadable: 1, recall: { sadness: null } });
		// The choice is not made easier by its absence.
		expect(report.corpora.acted.confusion.labels).toEqual(['anger', 'fear', 'sadness']);
		expect(report.corpora.acted.uar).toBe(0.75);
	});

	it('says nothing of a corpus that is all unreadable, and still ends', async () => {
		await folder.put('a/worse.wav', 'not a recording');
		const manifest = await manifestOf([{ file: 'a/worse.wav', label: 'calm', corpus: 'x' }], 'worse.csv');
		const { report } = await run({ manifest });
		expect(report).toMatchObject({ model: null, overall: { n: 0, uar: null, ece: null, unreadable: 1 } });
		expect((await run({ manifest, json: false })).stdout).toContain('no clip could be classified');
	});

	it('checks what it is given before it loads a model', async () => {
		const openQueue = () => Promise.reject(new Error('must not be opened'));
		await expect(run({ root: join(folder.path, 'nowhere'), openQueue })).rejects.toMatchObject({
			code: 'SES_USAGE',
			message: expect.stringContaining('nowhere: there is no such folder'),
		});
		await expect(run({ labels: ['disgust'], openQueue })).rejects.toMatchObject({
			message: expect.stringContaining('no clip of'),
		});
		const wrong = await folder.put('wrong.csv', 'file,label,speaker,corpus\na/1.wav,furious,s,c\n');
		await expect(run({ manifest: wrong, openQueue })).rejects.toMatchObject({
			code: 'SES_EVAL_MANIFEST',
			message: expect.stringContaining('wrong.csv, line 2: unknown label "furious"'),
		});
	});

	it('fails when a clip cannot be classified, rather than score without it', async () => {
		const queue = new FakeQueue(() => ({ status: 'dropped', cause: 'failed', reason: 'no memory' }));
		await expect(run({ openQueue: async () => ({ queue, rules: {} }) })).rejects.toMatchObject({
			code: 'SES_INFERENCE_FAILED',
		});
	});

	it('draws tables for the eye', async () => {
		const { stdout } = await run({ json: false });
		expect(stdout).toMatch(/^ {2}corpus +n +classes +UAR +accuracy +macro F1 +ECE$/m);
		expect(stdout).toMatch(/^ {2}acted +4 +2 +0\.750 +0\.750 +0\.733 +0\.\d{3}$/m);
		expect(stdout).toMatch(/^ {2}overall +6 +3 +0\.833/m);
		expect(stdout).toMatch(/^ {2}fear +1 +1 +━+─+ 0\.500$/m);
		expect(stdout).toContain('15 equal-width bins');
		const { stdout: abstaining } = await run({ json: false, abstain: true });
		expect(abstaining).toMatch(/^ {2}corpus .* abstained$/m);
	});
});
