import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { askYes } from '../../src/app/terminal/index.ts';
import { MAIN, ses } from '../support/cli.ts';
import { until } from '../support/until.ts';
import { ANGRY, decoded, pcmOf, SAD } from './sources/speech.ts';

const run = promisify(execFile);
const PATIENCE_MS = 90_000;

/** `ses listen` at work, with a standard input to write to. */
class Listening {
	readonly child: ChildProcessWithoutNullStreams;
	stdout = '';
	stderr = '';
	readonly #closed: Promise<unknown>;

	constructor(...args: readonly string[]) {
		this.child = spawn(process.execPath, [MAIN, 'listen', ...args]);
		this.child.stdout.on('data', (text: Buffer) => {
			this.stdout += text;
		});
		this.child.stderr.on('data', (text: Buffer) => {
			this.stderr += text;
		});
		// It may be gone before it has read all.
		this.child.stdin.on('error', () => {});
		this.#closed = once(this.child, 'close');
	}

	get events(): { readonly type: string; readonly [field: string]: unknown }[] {
		return this.stdout
			.split('\n')
			.filter(Boolean)
			.map((line) => JSON.parse(line));
	}

	of(type: string): Record<string, unknown>[] {
		return this.events.filter((event) => event.type === type);
	}

	async code(): Promise<number | null> {
		await this.#closed;
		return this.child.exitCode;
	}
}

let running: Listening | undefined;
const start = (...args: readonly string[]): Listening => {
	running = new Listening(...args);
	return running;
};
afterEach(async () => {
	running?.child.kill('SIGKILL');
	await running?.code();
	running = undefined;
});

describe('ses listen', { timeout: 2 * PATIENCE_MS }, () => {
	it('hears raw samples on standard input, and prints the events of `ses start --json`', async () => {
		const listening = start('-', '--rate', '48000', '--channels', '2', '--speaker', 'Ada', '--agreed', '--json');
		listening.child.stdin.end(await pcmOf(ANGRY, 48_000, 2));
		expect(await listening.code()).toBe(0);
		expect(listening.of('emotion')).toMatchObject([{ speakerId: 'Ada', label: 'anger' }]);
		expect(listening.events[0]).toMatchObject({ type: 'session', status: 'started' });
		expect(listening.of('summary')).toMatchObject([{ utterances: 1, labels: { anger: 1 } }]);
		expect(listening.events.at(-1)).toMatchObject({ type: 'end', reason: 'the input is over' });
	});

	it('hears a stream of any container, tells channels apart, and prints rows for people', async () => {
		const listening = start('-', '--split', '--speaker', 'seat', '--agreed', '--no-color');
		const filter = '[0:a][1:a]amerge=inputs=2[out]';
		const { stdout } = await run(
			'ffmpeg',
			['-v', 'error', '-i', ANGRY, '-i', SAD, '-filter_complex', filter, '-map', '[out]', '-f', 'ogg', 'pipe:1'],
			{ encoding: 'buffer', maxBuffer: 2 ** 26 },
		);
		listening.child.stdin.end(stdout);
		expect(await listening.code()).toBe(0);
		expect(listening.stderr).toBe('');
		expect(listening.stdout).toMatch(/^emotion\s+seat-0 anger\s+\d+ %\s+valence −0\.\d\d\s+arousal \+0\.\d\d$/m);
		expect(listening.stdout).toMatch(/^emotion\s+seat-1 /m);
		expect(listening.stdout).toMatch(/^summary\s+2 utterances of 2 members/m);
	});

	it('hears a device while it speaks; Ctrl-C ends it in peace, with what was being said', async () => {
		const device = `amovie=${ANGRY}:loop=0,asetpts=N/SR/TB,arealtime`;
		const listening = start('--device', device, '--format', 'lavfi', '--agreed', '--json');
		await until(() => listening.of('emotion').length >= 1, PATIENCE_MS);
		listening.child.kill('SIGINT');
		expect(await listening.code()).toBe(0);
		expect(listening.of('summary')).toHaveLength(1);
		expect(listening.of('utterance')).toHaveLength(listening.of('emotion').length);
		expect(listening.events.at(-1)).toMatchObject({ type: 'end', reason: 'SIGINT' });
		const { stdout } = await run('ps', ['-eo', 'args']);
		expect(stdout).not.toContain(device);
	});

	it('does not wait for the end of the stream to say what it heard', async () => {
		const listening = start('-', '--agreed', '--json');
		listening.child.stdin.write(await decoded(ANGRY, '-af', 'apad=pad_dur=2', '-f', 'wav'));
		await until(() => listening.of('emotion').length === 1, PATIENCE_MS);
		expect(listening.child.exitCode).toBeNull();
		listening.child.stdin.end();
		expect(await listening.code()).toBe(0);
	});

	it('opens nothing before somebody says that all agreed', async () => {
		let asked = 0;
		const server = createServer((_, response) => {
			asked++;
			response.writeHead(404).end();
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const input = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
		const refused = await ses(['listen', '--input', input]);
		expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^SES_NOT_AGREED: /) });
		expect(asked).toBe(0);
		const failed = await ses(['listen', '--input', input, '--agreed']);
		server.close();
		expect(asked).toBeGreaterThan(0);
		expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^SES_INPUT_FAILED: .*404/) });
	});

	it('says that ffmpeg is missing', async () => {
		const PATH = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder === dirname(process.execPath));
		const { code, stderr } = await ses(['listen', '--input', ANGRY, '--agreed'], {
			env: { PATH: PATH.join(delimiter) },
		});
		expect(code).toBe(1);
		expect(stderr).toMatch(/^SES_FFMPEG_MISSING: .*ENOENT.*Install it/);
	});

	it.each([
		[[], /Name one thing to listen to/],
		[['-', '--input', 'x'], /Name one thing to listen to/],
		[['call.wav'], /`ses analyze`/],
		[['-', '--channels', '2'], /--rate/],
		[['--input', 'x', '--rate', '16000'], /--rate is for raw samples/],
		[['-', '--rate', 'fast'], /8000 to 192000/],
	])('refuses %j', async (args, reason) => {
		const { code, stderr } = await ses(['listen', '--agreed', ...args]);
		expect(code).toBe(1);
		expect(stderr).toMatch(reason);
	});
});

describe('askYes', () => {
	const terminal = () => {
		const stdin = Object.assign(new PassThrough(), { isTTY: true });
		const stderr = Object.assign(new PassThrough(), { isTTY: true });
		return { stdin, stderr };
	};
	const { signal } = new AbortController();

	it.each([
		['y', true],
		['YES', true],
		['', false],
		['yesterday', false],
		['n', false],
	])('takes %j for %s', async (typed, answer) => {
		const { stdin, stderr } = terminal();
		const asking = askYes('Well?', { stdin, stderr }, signal);
		stdin.write(`${typed}\n`);
		expect(await asking).toBe(answer);
		expect(String(stderr.read())).toBe('Well? [y/N] ');
	});

	it('asks nobody where nobody sits, and stops when it is to', async () => {
		const { stdin, stderr } = terminal();
		stdin.isTTY = false;
		expect(await askYes('Well?', { stdin, stderr }, signal)).toBeUndefined();
		stdin.isTTY = true;
		const reason = new Error('enough');
		await expect(askYes('Well?', { stdin, stderr }, AbortSignal.abort(reason))).rejects.toBe(reason);
	});
});
