import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTempFolder } from '../../audio/files/temp.ts';
import { buildWav, pcm16 } from '../../audio/files/wav-builder.ts';
import { MAIN, ses } from '../../support/cli.ts';
import { clipsOf, conversation, stereo } from './calls.ts';

const TIMEOUT = { timeout: 400_000 };
const LONG_TIMES = 12;
const folder = useTempFolder();

let short: Buffer;
/** Some minutes, so that it cannot be over before the interruption has arrived. */
let long: Buffer;
let config: string;

beforeAll(async () => {
	const call = conversation(await clipsOf('07'), await clipsOf('02'), 12);
	short = stereo(call);
	const repeated = call.planes.map((plane) => {
		const joined = new Int16Array(plane.length * LONG_TIMES);
		for (let time = 0; time < LONG_TIMES; time++) joined.set(plane, time * plane.length);
		return joined;
	});
	long = buildWav({ channels: 2, data: pcm16(...repeated) });
	config = await folder.put('ses.yaml', '{}\n');
}, 120_000);

/** Starts `ses analyze`, and has Ctrl-C pressed as soon as the first report is there. */
async function interruptedRun(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
	// A group of its own, as a shell makes one: Ctrl-C reaches all processes in it.
	const child = spawn(process.execPath, [MAIN, 'analyze', '-c', config, ...args], { detached: true });
	let stderr = '';
	child.stderr.on('data', (text: Buffer) => {
		stderr += text;
	});
	child.stdout.once('data', () => process.kill(-(child.pid as number), 'SIGINT'));
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, stderr };
}

describe('a batch of reports', () => {
	it.each([1, 2])('that is interrupted goes on where it was (--jobs %i)', TIMEOUT, async (jobs) => {
		const inbox = join(folder.path, `inbox-${jobs}`);
		const out = join(folder.path, `out-${jobs}`);
		await mkdir(inbox);
		await writeFile(join(inbox, 'a.wav'), short);
		await writeFile(join(inbox, 'b.wav'), long);
		await writeFile(join(inbox, 'c.wav'), long);
		const args = [inbox, '--report', out, '--jobs', String(jobs)];

		expect(await interruptedRun(args)).toEqual({
			code: 130,
			stderr: 'Stopped: 1 of 3 have their reports; the same command goes on from there.\n',
		});
		// What was under way was broken off, also in the processes, and left nothing half done.
		expect((await readdir(out)).filter((name) => !name.startsWith('a.'))).toEqual(['ses-batch.json']);

		const second = await ses(['analyze', '-c', config, ...args, '--json']);
		expect([second.code, second.stderr]).toEqual([0, '']);
		const rows = second.stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(new Map(rows.map(({ file, skipped }) => [file, skipped]))).toEqual(
			new Map([
				[join(inbox, 'a.wav'), true],
				[join(inbox, 'b.wav'), false],
				[join(inbox, 'c.wav'), false],
			]),
		);
		await access(join(out, 'index.html'));
	});

	it.each([1, 2])('ends with one line where there is no model (--jobs %i)', TIMEOUT, async (jobs) => {
		const inbox = join(folder.path, `no-model-${jobs}`);
		await mkdir(inbox);
		for (const name of ['a.wav', 'b.wav', 'c.wav']) await writeFile(join(inbox, name), short);
		const without = await folder.put(`no-model-${jobs}.yaml`, 'inference: { modelDirectory: /no/such/folder }\n');
		const args = ['--report', join(folder.path, 'never'), '--jobs', String(jobs)];
		const { code, stdout, stderr } = await ses(['analyze', '-c', without, inbox, ...args]);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toMatch(/^SES_MODEL_MISSING: [^\n]*\n$/);
	});

	it('ends by saying how much of it is done, and where the overview is', TIMEOUT, async () => {
		const inbox = join(folder.path, 'mixed');
		const out = join(folder.path, 'mixed-out');
		await mkdir(inbox);
		await writeFile(join(inbox, 'a.wav'), short);
		await writeFile(join(inbox, 'broken.wav'), Buffer.from('RIFF....WAVEfmt '));
		const { code, stdout } = await ses(['analyze', '-c', config, inbox, '--report', out]);
		expect(code).toBe(1);
		expect(stdout.trim().split('\n').at(-1)).toBe(`1 of 2 have their reports → ${join(out, 'index.html')}`);
	});
});
