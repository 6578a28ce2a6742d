import { access, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTempFolder } from '../../audio/files/temp.ts';
import { ses } from '../../support/cli.ts';
import { clipsOf, conversation, mono, stereo } from './calls.ts';

const TIMEOUT = { timeout: 400_000 };
const folder = useTempFolder();
const ENDINGS = ['csv', 'html', 'json', 'png', 'srt', 'vtt'];

let call: Buffer;
let single: Buffer;
/** Independent of what else is configured on the machine. */
let config: string;

beforeAll(async () => {
	const both = conversation(await clipsOf('07'), await clipsOf('02'), 12);
	call = stereo(both);
	single = mono(both);
	config = await folder.put('ses.yaml', '{}\n');
}, 120_000);

const analyze = (...args: string[]) => ses(['analyze', '-c', config, ...args]);

async function filesOf(path: string): Promise<string[]> {
	return (await readdir(path, { recursive: true })).sort();
}

describe('ses analyze --report', () => {
	it('writes all forms of a report and copies no audio', TIMEOUT, async () => {
		const file = await folder.put('one.wav', call);
		const out = join(folder.path, 'out');
		const { code, stdout, stderr } = await analyze(file, '--report', out, '--customer', 'right', '--lang', 'de');
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toContain('one.html');
		expect(await filesOf(out)).toEqual([...ENDINGS.map((ending) => `one.${ending}`), 'ses-batch.json'].sort());
		const report = JSON.parse(await readFile(join(out, 'one.json'), 'utf8'));
		expect(report).toMatchObject({ version: 1, kind: 'call', name: 'one.wav', language: 'de', channelCount: 2 });
		expect(report.utterances.length).toBeGreaterThan(3);
		expect(new Set(report.utterances.map(({ party }: { party: string }) => party))).toEqual(new Set(['right']));
		const html = await readFile(join(out, 'one.html'), 'utf8');
		expect(html).toContain('src="../one.wav"');
		expect(html).not.toContain('data:audio');
		const png = await readFile(join(out, 'one.png'));
		expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
		const total = await Promise.all((await filesOf(out)).map(async (name) => (await stat(join(out, name))).size));
		expect(total.reduce((sum, size) => sum + size)).toBeLessThan(call.length / 4);
	});

	it('refuses to score the agent, and says why', TIMEOUT, async () => {
		const file = await folder.put('two.wav', call);
		for (const args of [
			['--customer', 'both'],
			['--customer', 'left', '--channels', 'right'],
			['--channels', '0,1'],
		]) {
			const out = join(folder.path, 'refused');
			const { code, stderr } = await analyze(file, '--report', out, ...args);
			expect(code).toBe(1);
			expect(stderr).toMatch(/^SES_AGENT_REFUSED: .*Art\. 5\(1\)\(f\)/);
			await expect(access(join(out, 'two.html'))).rejects.toThrow();
		}
	});

	it('tells voice A from voice B in a mono call', TIMEOUT, async () => {
		const file = await folder.put('mono.wav', single);
		const out = join(folder.path, 'mono');
		const { code, stderr } = await analyze(file, '--report', out);
		expect([code, stderr]).toEqual([0, '']);
		const report = JSON.parse(await readFile(join(out, 'mono.json'), 'utf8'));
		expect(report.separation.status).toBe('separated');
		expect(report.parties).toMatchObject([
			{ id: 'A', role: 'agent', isRead: false },
			{ id: 'B', role: 'customer', isRead: true },
		]);
		expect(report.notes).toContain('voice-assumed');
		expect(report.utterances.length).toBeGreaterThan(3);
	});

	it('goes on where it was, with several processes, and names what failed', TIMEOUT, async () => {
		const inbox = join(folder.path, 'inbox');
		const out = join(folder.path, 'batch');
		await mkdir(join(inbox, 'monday'), { recursive: true });
		await writeFile(join(inbox, 'a.wav'), call);
		await writeFile(join(inbox, 'monday', 'b.wav'), call);
		await writeFile(join(inbox, 'broken.wav'), Buffer.from('RIFF....WAVEfmt '));
		await writeFile(join(inbox, 'empty.wav'), '');
		await writeFile(join(inbox, 'notes.txt'), 'no recording');
		const run = () => analyze(inbox, '--report', out, '--jobs', '2', '--json');

		const first = await run();
		expect(first.code).toBe(1);
		expect(first.stderr.trim().split('\n').sort()).toEqual([
			expect.stringMatching(/^SES_AUDIO_CORRUPT: .*broken\.wav/),
			expect.stringMatching(/^SES_AUDIO_EMPTY: .*empty\.wav/),
		]);
		const rows = (text: string) =>
			text
				.trim()
				.split('\n')
				.map((line) => JSON.parse(line))
				.sort((a, b) => (a.file < b.file ? -1 : 1));
		expect(rows(first.stdout)).toMatchObject([
			{ file: join(inbox, 'a.wav'), report: join(out, 'a.html'), skipped: false },
			{ file: join(inbox, 'monday', 'b.wav'), report: join(out, 'monday', 'b.html'), skipped: false },
		]);
		expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('href="monday/b.html"');
		const before = (await stat(join(out, 'a.json'))).mtimeMs;

		// One has changed, one has not, one was mended.
		await writeFile(join(inbox, 'monday', 'b.wav'), single);
		await writeFile(join(inbox, 'empty.wav'), call);
		const second = await run();
		expect(second.code).toBe(1);
		expect(second.stderr.trim().split('\n')).toEqual([expect.stringMatching(/^SES_AUDIO_CORRUPT: /)]);
		expect(rows(second.stdout).map(({ file, skipped }) => [file, skipped])).toEqual([
			[join(inbox, 'a.wav'), true],
			[join(inbox, 'empty.wav'), false],
			[join(inbox, 'monday', 'b.wav'), false],
		]);
		expect((await stat(join(out, 'a.json'))).mtimeMs).toBe(before);

		// Another language is another report.
		const third = await analyze(join(inbox, 'a.wav'), '--report', out, '--json', '--lang', 'pl');
		expect(rows(third.stdout)).toMatchObject([{ skipped: false }]);
	});

	it('says what is wrong with its options', TIMEOUT, async () => {
		const empty = join(folder.path, 'nothing');
		await mkdir(empty, { recursive: true });
		const cases: [string[], RegExp][] = [
			[[empty, '--report', join(folder.path, 'x')], /^SES_USAGE: .*there are no recordings in it/],
			[['x.wav', '--jobs', '2'], /^SES_USAGE: .*belong to --report/],
			[['x.wav', '--jobs', 'many'], /It must be a number from 1 to 64/],
			[['x.wav', '--customer', 'middle'], /It must be left or right/],
			[
				['x.wav', '--report', 'x', '--kind', 'conversation', '--customer', 'left'],
				/^SES_USAGE: --customer is for calls/,
			],
		];
		for (const [args, expected] of cases) {
			const { code, stderr } = await analyze(...args);
			expect(code).toBe(1);
			expect(stderr).toMatch(expected);
		}
	});
});
