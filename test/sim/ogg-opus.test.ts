import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { opusPacketMs } from '../../src/audio/index.ts';
import { readOggOpus, SimulatedDiscord } from '../../src/sim/index.ts';
import { home } from './support/bot.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ogg-opus-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** One second of a tone as Ogg/Opus with packets of `frameMs`. */
async function toneFile(frameMs: number): Promise<string> {
	const file = join(folder, `${frameMs}.ogg`);
	const tone = ['-f', 'lavfi', '-i', 'sine=frequency=300:duration=1'];
	await run('ffmpeg', ['-v', 'error', '-y', ...tone, '-c:a', 'libopus', '-frame_duration', String(frameMs), file]);
	return file;
}

it.each([20, 60])('reads the packets of an Ogg/Opus file as they are (%i ms)', async (frameMs) => {
	const packets = await readOggOpus(await toneFile(frameMs));
	expect(new Set(packets.map((packet) => opusPacketMs(packet)))).toEqual(new Set([frameMs]));
	const durationMs = packets.length * frameMs;
	// The encoder's look-ahead adds up to one packet.
	expect(durationMs).toBeGreaterThanOrEqual(1_000);
	expect(durationMs).toBeLessThanOrEqual(1_000 + 2 * frameMs);
});

it('is spoken for as long as it lasts, whatever the length of its packets', async () => {
	await using discord = await SimulatedDiscord.start(home);
	const anna = discord.createMember({ name: 'Anna' });
	await anna.join('Lounge');
	const packets = await readOggOpus(await toneFile(60));
	const startedAt = performance.now();
	const { durationMs } = await anna.speak(packets);
	expect(durationMs).toBe(packets.length * 60);
	const tookMs = performance.now() - startedAt;
	expect(tookMs).toBeGreaterThanOrEqual(durationMs + 98);
	expect(tookMs).toBeLessThan(durationMs + 300);
});

it('says which file it cannot read', async () => {
	const text = join(folder, 'text.ogg');
	await writeFile(text, 'This is no Ogg file, and long enough to be looked at.');
	await expect(readOggOpus(text)).rejects.toThrow(`${text} cannot be read as Ogg/Opus`);
	const empty = join(folder, 'empty.ogg');
	await writeFile(empty, '');
	await expect(readOggOpus(empty)).rejects.toThrow(`${empty} holds no Opus packets`);
	await expect(readOggOpus(join(folder, 'none.ogg'))).rejects.toThrow('cannot be read');
});
