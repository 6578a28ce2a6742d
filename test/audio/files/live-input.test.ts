import { chmod } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type LiveInput, openLiveInput } from '../../../src/audio/files/index.ts';
import { useTempFolder } from './temp.ts';
import { buildWav, pcm16 } from './wav-builder.ts';

const folder = useTempFolder();
const PATIENT = { timeout: 120_000 };
const RAMP = Int16Array.from({ length: 16_000 }, (_, index) => (index % 200) * 100);

async function heard(live: LiveInput): Promise<number[][]> {
	const planes: number[][] = [];
	for await (const block of live.blocks()) {
		for (const [channel, samples] of block.entries()) {
			planes[channel] ??= [];
			for (const sample of samples) planes[channel].push(sample);
		}
	}
	return planes;
}
const failure = (live: LiveInput): Promise<unknown> =>
	heard(live).then(
		() => undefined,
		(error: unknown) => error,
	);

describe('audio that is read as it comes', PATIENT, () => {
	it('is that of the bytes, channel by channel', async () => {
		const wav = buildWav({
			channels: 2,
			data: pcm16(
				RAMP,
				RAMP.map((sample) => -sample),
			),
		});
		const planes = await heard(openLiveInput({ input: Readable.from([wav.subarray(0, 100), wav.subarray(100)]) }));
		expect(planes).toEqual([[...RAMP], [...RAMP].map((sample) => -sample + 0)]);
	});

	it('comes at 16 kHz, whatever it was recorded with, to its last sample', async () => {
		const file = await folder.put('slow.wav', buildWav({ rateHz: 8000, data: pcm16(RAMP) }));
		const [plane] = await heard(openLiveInput({ input: file }));
		expect(Math.abs((plane?.length ?? 0) - 2 * RAMP.length)).toBeLessThanOrEqual(2);
	});

	it('ends when nobody wants it any more, though more would come, and leaves its bytes alone', async () => {
		let isLeft = false;
		async function* endless() {
			try {
				yield buildWav({ data: pcm16(RAMP), claimedBytes: 0xffff_ffff });
				for (;;) yield pcm16(RAMP);
			} finally {
				isLeft = true;
			}
		}
		const live = openLiveInput({ input: endless() });
		let blocks = 0;
		for await (const block of live.blocks()) {
			expect(block).toHaveLength(1);
			if (++blocks === 3) live.end();
		}
		expect(blocks).toBeGreaterThanOrEqual(3);
		await expect.poll(() => isLeft, { timeout: 60_000 }).toBe(true);
	});

	it('ends in peace before it has begun', async () => {
		const bytes = new Readable({ read() {} });
		const live = openLiveInput({ input: bytes });
		live.end();
		expect(await heard(live)).toEqual([]);
		expect(bytes.destroyed).toBe(true);
	});

	it('says that ffmpeg is missing, or may not be run', async () => {
		const input = await folder.put('any.wav', buildWav({ data: pcm16(RAMP) }));
		const forbidden = await folder.put('not-a-program', '');
		for (const ffmpeg of ['/nowhere/ffmpeg', forbidden]) {
			expect(await failure(openLiveInput({ input, ffmpeg }))).toMatchObject({ code: 'SES_FFMPEG_MISSING' });
		}
	});

	it('says what is wrong with an input, by its name', async () => {
		expect(await failure(openLiveInput({ input: '/nowhere/at-all.wav' }))).toMatchObject({
			code: 'SES_INPUT_FAILED',
			message: expect.stringMatching(/^\/nowhere\/at-all\.wav: .*No such file/),
		});
		expect(await failure(openLiveInput({ input: Readable.from([]) }))).toMatchObject({
			code: 'SES_INPUT_FAILED',
			message: expect.stringMatching(/^standard input: /),
		});
		const silent = await folder.put('nothing.wav', buildWav({ data: Buffer.alloc(0) }));
		expect(await failure(openLiveInput({ input: silent }))).toMatchObject({ code: 'SES_INPUT_FAILED' });
	});

	it('says what failed in the bytes, rather than what ffmpeg made of their end', async () => {
		async function* breaking() {
			yield buildWav({ data: pcm16(RAMP), claimedBytes: 1_000_000 });
			throw new Error('the line is dead');
		}
		expect(await failure(openLiveInput({ input: breaking() }))).toMatchObject({
			code: 'SES_INPUT_FAILED',
			message: expect.stringContaining('the line is dead'),
		});
	});

	it('says what a program said that gave no audio, or something else than audio', async () => {
		const input = await folder.put('some.wav', buildWav({ data: pcm16(RAMP) }));
		const program = async (name: string, script: string): Promise<string> => {
			const file = await folder.put(name, `#!/bin/sh\n${script}\n`);
			await chmod(file, 0o755);
			return file;
		};
		const mute = await program('mute', 'exit 0');
		expect(await failure(openLiveInput({ input, ffmpeg: mute }))).toMatchObject({
			message: expect.stringContaining('it gave no audio'),
		});
		const chatty = await program(
			'chatty',
			'printf "one\\n\\ntwo\\r\\nthree\\nfour http://ada:secret@host\\n" >&2; exit 1',
		);
		const error = (await failure(openLiveInput({ input, ffmpeg: chatty }))) as Error;
		expect(error.message).toContain('two / three / four http://host');
		expect(error.message).not.toContain('one');
		const foreign = await program('foreign', 'printf "fLaC and then something else entirely"');
		expect(await failure(openLiveInput({ input, ffmpeg: foreign }))).toMatchObject({ code: 'SES_INPUT_FAILED' });
	});
});
