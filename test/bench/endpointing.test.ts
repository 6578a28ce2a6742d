import { describe, expect, it } from 'vitest';
import { quantile } from '../../bench/harness/index.ts';
import { scoreEndpointing } from '../../bench/support/endpointing.ts';
import { readVoices, sceneOf } from '../../bench/support/scenes.ts';
import { SileroVad } from '../../bench/support/silero.ts';
import { powerOf, powerToDb } from '../../src/audio/index.ts';

const span = (startMs: number, endMs: number) => ({ startMs, endMs });

describe('a score of endpointing', () => {
	it('finds what is more than half the same, and tells how far off it is', () => {
		const truth = [span(1000, 2000), span(5000, 6000)];
		expect(scoreEndpointing(truth, [span(950, 2100), span(5200, 5900)])).toEqual({
			found: 2,
			wrong: 0,
			startsMs: [-50, 200],
			endsMs: [100, -100],
		});
	});

	it('counts what was missed, made up, run together or cut to pieces', () => {
		const truth = [span(1000, 2000), span(2500, 3500)];
		expect(scoreEndpointing(truth, [])).toMatchObject({ found: 0, wrong: 0 });
		expect(scoreEndpointing(truth, [span(4000, 5000)])).toMatchObject({ found: 0, wrong: 1 });
		expect(scoreEndpointing(truth, [span(1000, 3500)])).toMatchObject({ found: 0, wrong: 1 });
		expect(scoreEndpointing(truth, [span(1000, 1500), span(1600, 2000)])).toMatchObject({ found: 0, wrong: 2 });
	});
});

describe('a scene', () => {
	const levelDb = (pcm: Int16Array, startMs: number, endMs: number): number =>
		powerToDb(powerOf(pcm.subarray(startMs * 16, endMs * 16)));

	it('is silent but for its utterances, which are as far above the background as was asked for', async () => {
		const voices = await readVoices(1);
		const quiet = await sceneOf(voices);
		const noisy = await sceneOf(voices, 'rain', 10);
		expect(quiet.truth.length).toBe(voices.speakers.length);
		expect(noisy.truth).toEqual(quiet.truth);
		const speech = quiet.truth.map(({ startMs, endMs }) => levelDb(quiet.pcm, startMs, endMs));
		const before = quiet.truth[0]?.startMs ?? 0;
		expect(levelDb(quiet.pcm, 0, before)).toBe(-96);
		expect(quiet.frames.slice(0, before / 20).every(({ pcm }) => pcm === null)).toBe(true);
		expect(quantile(speech, 0.5) - levelDb(noisy.pcm, 0, before)).toBeGreaterThan(8);
		expect(quantile(speech, 0.5) - levelDb(noisy.pcm, 0, before)).toBeLessThan(12);
	});
});

describe('Silero VAD', () => {
	it('finds the utterances of a silent scene', async () => {
		const scene = await sceneOf(await readVoices(2));
		await using silero = await SileroVad.open();
		const { found, startsMs, endsMs } = scoreEndpointing(scene.truth, await silero.utterances(scene.pcm, 500));
		expect(found).toBe(scene.truth.length);
		expect(Math.abs(quantile(startsMs, 0.5))).toBeLessThan(150);
		expect(Math.abs(quantile(endsMs, 0.5))).toBeLessThan(150);
		// The second time, too: it keeps nothing of one stream for the next.
		expect(await silero.utterances(scene.pcm, 500)).toEqual(await silero.utterances(scene.pcm, 500));
		expect(await silero.utterances(new Int16Array(32_000), 500)).toEqual([]);
	});
});
