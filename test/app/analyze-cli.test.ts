import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { useTempFolder } from '../audio/files/temp.ts';
import { buildWav, pcm16 } from '../audio/files/wav-builder.ts';
import { bursts } from './analysis/fakes.ts';

const folder = useTempFolder();
const MAIN = join(import.meta.dirname, '../../src/app/main.ts');
const run = promisify(execFile);

interface Ended {
	readonly code: number | string | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs `ses` as a user would, with the shipped model. */
async function ses(...args: string[]): Promise<Ended> {
	try {
		return { code: 0, ...(await run(process.execPath, [MAIN, ...args])) };
	} catch (error) {
		const { code, stdout, stderr } = error as Ended;
		return { code, stdout, stderr };
	}
}

const speech = (name: string, minutes = 0.1): Promise<string> => {
	const totalMs = minutes * 60_000;
	const spans = Array.from(
		{ length: Math.floor(totalMs / 3000) },
		(_, n) => [n * 3000 + 500, n * 3000 + 2300] as const,
	);
	return folder.put(name, buildWav({ data: pcm16(bursts(totalMs, spans)) }));
};

describe('the ses command', { timeout: 180_000 }, () => {
	it('analyses what it can, and exits 1 when there was something that it could not', async () => {
		const good = await speech('good.wav');
		const missing = join(folder.path, 'missing.wav');
		const { code, stdout, stderr } = await ses('analyze', '--json', missing, good);
		expect(code).toBe(1);
		expect(stderr).toBe(`SES_AUDIO_NOT_FOUND: ${missing}: no such file. Check the path.\n`);
		const rows = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(rows).toHaveLength(2);
		for (const { file, probabilities } of rows) {
			expect(file).toBe(good);
			expect(Math.abs(Object.values<number>(probabilities).reduce((sum, each) => sum + each) - 1)).toBeLessThan(1e-6);
		}
	});

	it('says what is wrong with an option in one line, and exits other than 0', async () => {
		const { code, stderr } = await ses('analyze', '--max-duration', 'soon', 'x.wav');
		expect(code).toBe(1);
		expect(stderr).toMatch(
			/option '--max-duration <time>' argument 'soon' is invalid\. It must be a duration like 90s/,
		);
	});

	it('ends with 130 when it is interrupted', async () => {
		const file = await speech('long.wav', 10);
		const child = spawn(process.execPath, [MAIN, 'analyze', '--json', await speech('short.wav'), file, file, file], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let errors = '';
		child.stderr.on('data', (data) => {
			errors += data;
		});
		// The first file's rows tell that it is at work; it is interrupted amid the second.
		const lines = createInterface(child.stdout);
		await once(lines, 'line');
		child.kill('SIGINT');
		expect(await once(child, 'exit')).toEqual([130, null]);
		expect(errors).toBe('');
	});

	it('evaluates a manifest', async () => {
		await speech('clip.wav');
		const manifest = await folder.put('m.csv', 'file,label,speaker,corpus\nclip.wav,calm,s,c\ngood.wav,anger,s,c\n');
		await speech('good.wav');
		const { code, stdout } = await ses('eval', '--manifest', manifest, '--root', folder.path, '--json');
		expect(code).toBe(0);
		const report = JSON.parse(stdout);
		expect(report.overall).toMatchObject({ n: 2, abstained: null, confusion: { labels: ['anger', 'calm'] } });
		expect(report.model).toMatch(/^\S+@\S+$/);
	});

	it('refuses a manifest with an unknown label', async () => {
		const manifest = await folder.put('bad.csv', 'file,label,speaker,corpus\nclip.wav,meh,s,c\n');
		const { code, stderr, stdout } = await ses('eval', '--manifest', manifest, '--root', folder.path);
		expect(code).toBe(1);
		expect(stdout).toBe('');
		expect(stderr).toMatch(/SES_EVAL_MANIFEST: .*bad\.csv, line 2: unknown label "meh"/);
		expect(stderr.trim().split('\n')).toHaveLength(1);
	});
});
