import { describe, expect, it } from 'vitest';
import { measureQuality } from '../../src/audio/index.ts';
import { babble, noise } from '../support/signals.ts';

const clip = (frames: readonly { readonly pcm: Int16Array | null }[]): Int16Array =>
	Int16Array.from(frames.flatMap(({ pcm }) => [...(pcm as Int16Array)]));

describe('the quality of a whole clip', () => {
	it('is its length, level and distance from the noise', () => {
		const quality = measureQuality(clip([...noise(2000, -60), ...babble(2000, -20), ...noise(1000, -60)]));
		expect(quality).toMatchObject({ durationMs: 5000, clippedShare: 0, lossShare: 0 });
		// 40 % of it has sound for three quarters of the time.
		expect(quality.levelDb).toBeCloseTo(-20 + 10 * Math.log10(0.4 * 0.75), 0);
		expect(quality.snrDb).toBeGreaterThan(34);
		expect(quality.snrDb).toBeLessThan(42);
	});

	it('counts the samples at full scale', () => {
		const pcm = clip(noise(1000, -30));
		pcm.fill(32_767, 0, 1600);
		pcm.fill(-32_768, 1600, 3200);
		expect(measureQuality(pcm).clippedShare).toBeCloseTo(0.2, 5);
	});

	it('has no ratio above the noise where nothing stands out of it, and none above 60 dB', () => {
		expect(measureQuality(clip(noise(4000, -35))).snrDb).toBeLessThan(6);
		const gated = [...noise(2000, -120), ...noise(2000, -1), ...noise(2000, -120)];
		expect(measureQuality(clip(gated)).snrDb).toBe(60);
	});

	it('is told of what is shorter than a frame, and of nothing', () => {
		expect(measureQuality(new Int16Array(160).fill(100))).toMatchObject({
			durationMs: 10,
			levelDb: -96,
			clippedShare: 0,
		});
		expect(measureQuality(new Int16Array())).toMatchObject({ durationMs: 0, levelDb: -96, lossShare: 0, snrDb: 0 });
	});
});
