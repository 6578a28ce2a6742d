import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/app/analysis/manifest.ts';
import { useTempFolder } from '../../audio/files/temp.ts';

const folder = useTempFolder();

beforeAll(async () => {
	await mkdir(join(folder.path, 'x'), { recursive: true });
	for (const name of ['x/a.wav', 'x/b.wav', 'ü, "c".wav']) await folder.put(name, 'bytes');
});

const read = async (text: string, name = 'm.csv') => readManifest(await folder.put(name, text), folder.path);
const problem = (line: number, reason: string) =>
	expect.objectContaining({
		code: 'SES_EVAL_MANIFEST',
		message: expect.stringContaining(`m.csv, line ${line}: ${reason}`),
		hint: expect.stringContaining('anger, boredom, calm'),
	});

describe('readManifest', () => {
	it('reads files, labels and corpora, whatever the order of the columns', async () => {
		const rows = await read('corpus,age,file,speaker,label\none,31,x/a.wav,s1,anger\ntwo,,x/b.wav,s2,calm\n');
		expect(rows).toEqual([
			{ file: 'x/a.wav', path: join(folder.path, 'x/a.wav'), label: 'anger', corpus: 'one', line: 2 },
			{ file: 'x/b.wav', path: join(folder.path, 'x/b.wav'), label: 'calm', corpus: 'two', line: 3 },
		]);
		expect(dirname(rows[0]?.path ?? '')).toBe(join(folder.path, 'x'));
	});

	it.each([
		['a byte order mark and CRLF', '\ufefffile,label,speaker,corpus\r\nx/a.wav,fear,s,c\r\n'],
		['blanks and empty lines', 'file , label,speaker,corpus\n\n x/a.wav , fear ,s,c\n\n'],
		['no line end at the end', 'file,label,speaker,corpus\nx/a.wav,fear,s,c'],
		['no speaker named', 'file,label,speaker,corpus\nx/a.wav,fear,,c'],
	])('takes %s', async (_, text) => {
		expect(await read(text)).toMatchObject([{ file: 'x/a.wav', label: 'fear', corpus: 'c' }]);
	});

	it('takes quoted names with commas, quotes and umlauts', async () => {
		expect(await read('file,label,speaker,corpus\n"ü, ""c"".wav",fear,s,c\n')).toMatchObject([{ file: 'ü, "c".wav' }]);
	});

	it.each([
		[
			'an unknown label',
			'file,label,speaker,corpus\nx/a.wav,fear,s,c\n\nx/b.wav,Angry,s,c\n',
			4,
			'unknown label "Angry"',
		],
		['no label', 'file,label,speaker,corpus\nx/a.wav,,s,c\n', 2, 'the column label is empty'],
		['no file', 'file,label,speaker,corpus\n,fear,s,c\n', 2, 'the column file is empty'],
		['no corpus', 'file,label,speaker,corpus\nx/a.wav,fear,s,\n', 2, 'the column corpus is empty'],
		['missing columns', 'file,emotion,speaker\nx/a.wav,fear,s\n', 1, 'the column label, corpus is missing'],
		['a row too short', 'file,label,speaker,corpus\nx/a.wav,fear\n', 2, 'Invalid Record Length'],
		['a quote left open', 'file,label,speaker,corpus\n"x/a.wav,fear,s,c\n', 2, 'Quote Not Closed'],
		[
			'a clip that is not there',
			'file,label,speaker,corpus\nx/a.wav,fear,s,c\nx/z.wav,fear,s,c\n',
			3,
			'there is no file "x/z.wav"',
		],
		['no clips', 'file,label,speaker,corpus\n', 1, 'it lists no clips'],
		['nothing', '', 1, 'it lists no clips'],
	])('refuses %s', async (_, text, line, reason) => {
		await expect(read(text)).rejects.toEqual(problem(line, reason));
	});

	it('refuses a manifest that is not there, and a folder', async () => {
		const missing = readManifest(join(folder.path, 'no', 'm.csv'), folder.path);
		await expect(missing).rejects.toEqual(problem(1, 'there is no such file'));
		await expect(readManifest(folder.path, folder.path)).rejects.toMatchObject({ code: 'SES_EVAL_MANIFEST' });
	});
});
