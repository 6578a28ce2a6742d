import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAST, LINES } from '../../src/app/demo/scene.ts';
import { Project, run } from './packed.ts';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const CLIP = 'samples/ravdess/03-01-05-02-02-01-07.opus';
const PATIENCE_MS = 900_000;

const USE = `
import { createEmotionEngine, createEmotionSense, type EmotionStep, recordingSource } from 'speech-emotion-sense';
import { connectFeed } from 'speech-emotion-sense/client';
import { SimulatedDiscord } from 'speech-emotion-sense/sim';

const step: EmotionStep = { name: 'mine', run: async ({ result }, next) => void (result.valence.toFixed(1), await next()) };
await using engine = await createEmotionEngine({ steps: { before: { 'event-feed': step } } });
engine.on('emotion', ({ label, confidence }) => [label.length, confidence.toFixed(2)]);
// @ts-expect-error there is no such event
engine.on('nonsense', () => {});
await engine.play(recordingSource('call.wav'));
const apiBase: string = (await SimulatedDiscord.start({ guilds: [], bots: [] })).apiBase;
export const parts = [apiBase, connectFeed, createEmotionSense];
`;

const HEAR = `
import { createEmotionEngine, recordingSource } from 'speech-emotion-sense';
import * as client from 'speech-emotion-sense/client';
import { SimulatedDiscord } from 'speech-emotion-sense/sim';

const heard = [];
const engine = await createEmotionEngine();
engine.on('emotion', ({ label }) => heard.push(label));
await engine.play(recordingSource(process.argv[2]));
await engine[Symbol.asyncDispose]();
const discord = await SimulatedDiscord.start({ guilds: [{ name: 'Home', channels: [{ name: 'Lounge', kind: 'voice' }] }], bots: [{ token: 'token' }] });
await discord[Symbol.asyncDispose]();
console.log(JSON.stringify({ heard, client: typeof client.connectFeed, at: import.meta.resolve('speech-emotion-sense') }));
`;

describe('the packed package', () => {
	let project: Project;
	let ses: string;
	beforeAll(async () => {
		project = await Project.create();
		const { bin } = JSON.parse(await readFile(join(project.installed, 'package.json'), 'utf8'));
		ses = join(project.installed, bin.ses);
	}, PATIENCE_MS);
	afterAll(() => project?.[Symbol.asyncDispose]());

	it('is compiled: no TypeScript but declarations, and none that names a source file', async () => {
		const files = await project.files();
		expect(files.filter((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
		const unwanted = /^(?:(?:bench|src|test|training|website)\/|examples\/(?!dist\/))/;
		expect(files.filter((file) => unwanted.test(file))).toEqual([]);
		for (const file of files.filter((name) => name.startsWith('dist/'))) {
			const text = await readFile(join(project.installed, file), 'utf8');
			expect(text, file).not.toMatch(/(?:from|import)\s*\(?\s*['"]\.[^'"]*\.ts['"]/);
			expect(text, file).not.toMatch(/^\s*(?:await )?using \w+ =/m);
		}
	});

	it('has what it needs beside the code: both models, the console, defaults, licences, the voices of the demo', async () => {
		const files = new Set(await project.files());
		const { LICENSE, ...rest } = Object.fromEntries([...files].map((file) => [file, true]));
		expect(LICENSE).toBe(true);
		for (const file of ['NOTICE', 'README.md', 'models/emotion.onnx', 'models/commercial/emotion.onnx']) {
			expect(rest).toHaveProperty([file]);
		}
		for (const file of ['console/dist/index.html', 'config/default.yaml', 'config/rules.yaml', 'docs/errors.md']) {
			expect(rest).toHaveProperty([file]);
		}
		expect(CAST.length).toBeGreaterThan(0);
		for (const { file } of LINES) expect(rest).toHaveProperty([`samples/ravdess/${file}`]);
	});

	it('names entries that exist', async () => {
		const manifest = JSON.parse(await readFile(join(project.installed, 'package.json'), 'utf8'));
		const files = new Set(await project.files());
		const named = Object.values<string | Record<string, string>>(manifest.exports).flatMap((entry) =>
			typeof entry === 'string' ? [entry] : Object.values(entry),
		);
		expect(named.length).toBeGreaterThan(5);
		for (const path of [...named, `./${manifest.bin.ses}`]) expect(files).toContain(path.slice(2));
	});

	it('hears a recording by the names of its exports', { timeout: PATIENCE_MS }, async () => {
		const script = await project.write('hear.mjs', HEAR);
		const { stdout, stderr } = await project.node([script, join(project.installed, CLIP)]);
		expect(stderr).toBe('');
		const { heard, client, at } = JSON.parse(stdout);
		expect(heard).toEqual(['anger']);
		expect(client).toBe('function');
		expect(at).toMatch(/\/dist\/index\.js$/);
	});

	it('has types of its own that hold without skipLibCheck', { timeout: PATIENCE_MS }, async () => {
		await project.write('use.ts', USE);
		const compilerOptions = {
			...{ module: 'nodenext', target: 'es2022', lib: ['es2023', 'esnext.disposable'], types: ['node'] },
			...{ strict: true, noEmit: true, skipLibCheck: false },
		};
		await project.write('package.json', '{ "type": "module" }');
		await project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['use.ts'] }));
		const { stdout } = await run(process.execPath, [TSC, '-p', join(project.folder, 'project'), '--pretty', 'false'], {
			cwd: join(project.folder, 'project'),
			timeout: PATIENCE_MS,
		}).catch((error: { stdout: string }) => error);
		// Some dependencies' declarations want a browser's names; those are theirs.
		expect(stdout.split('\n').filter((line) => /speech-emotion-sense|^use\.ts/.test(line))).toEqual([]);
	});

	it('brings `ses`, with its workers', { timeout: PATIENCE_MS }, async () => {
		const { version } = JSON.parse(await readFile(join(project.installed, 'package.json'), 'utf8'));
		expect((await project.node([ses, '--version'])).stdout.trim()).toBe(version);
		const clip = join(project.installed, CLIP);
		const { stdout } = await project.node([ses, 'analyze', '--json', clip]);
		expect(JSON.parse(stdout)).toMatchObject({ file: clip, label: 'anger' });
		// In processes of their own, and with the charts.
		await project.node([ses, 'analyze', '--report', 'out', '--kind', 'conversation', '--jobs', '2', clip]);
		const report = await readFile(join(project.folder, 'project/out/03-01-05-02-02-01-07.html'), 'utf8');
		expect(report).toContain('</html>');
	});
});
