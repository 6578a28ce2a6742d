import { describe, expect, it } from 'vitest';
import { type Frame, Moment, powerOf, powerToDb, Segmenter, type SegmenterOptions } from '../../src/audio/index.ts';
import { noise } from '../support/signals.ts';
import { cut, hum, pause, times, voice } from './cut.ts';

/** Nothing but what is spoken, however short. */
const BARE: Partial<SegmenterOptions> = { padMs: 0, contextMs: 0, minDurationMs: 0 };
const bare = (...frames: Frame[][]): [number, number][] => times(cut([...frames.flat(), ...pause(30)], BARE));

describe('the beginning of an utterance', () => {
	it('takes 200 ms of voice', () => {
		expect(bare(voice(9))).toEqual([]);
		expect(bare(voice(10))).toEqual([[0, 200]]);
		const segmenter = new Segmenter();
		for (const frame of voice(9)) segmenter.push(frame);
		expect(segmenter.isSpeech).toBe(false);
		segmenter.push(voice(1)[0] as Frame);
		expect(segmenter.isSpeech).toBe(true);
	});

	it('may hold breaths of 100 ms, none that is longer', () => {
		expect(bare(voice(5), pause(5), voice(5))).toEqual([[0, 300]]);
		expect(bare(voice(5), pause(6), voice(5))).toEqual([]);
		expect(bare(voice(5), pause(6), voice(10))).toEqual([[220, 420]]);
		// Each counts for itself.
		expect(bare(voice(3), pause(5), voice(3), hum(5), voice(4))).toEqual([[0, 400]]);
	});

	it('is held open by what was lost, of which nobody knows', () => {
		const lost = hum(20).map((frame) => ({ ...frame, concealed: true }));
		expect(bare(voice(5), lost, voice(5))).toEqual([[0, 600]]);
	});

	it('is none that would take as long as the longest utterance', () => {
		const lost = hum(200).map((frame) => ({ ...frame, concealed: true }));
		const begin = (frames: number) => [...voice(9), ...lost.slice(0, frames), ...voice(9)];
		const options = { ...BARE, maxDurationMs: 1000, overlapMs: 0 };
		expect(times(cut([...begin(39), ...pause(30)], options))).toEqual([
			[0, 1000],
			[1000, 1140],
		]);
		expect(cut([...begin(40), ...pause(30)], options)).toEqual([]);
		// The next one may begin right after.
		expect(times(cut([...begin(40), ...voice(2), ...pause(30)], options))).toEqual([[1000, 1200]]);
	});

	it('needs a level above the noise floor that speech may fall below afterwards', () => {
		// The floor comes to lie at −63 dBFS.
		const room = noise(2000, -65);
		const soft = noise(1000, -55.5);
		expect(cut([...room, ...soft, ...pause(30)])).toEqual([]);
		expect(times(cut([...room, ...noise(200, -50), ...soft, ...pause(30)]))).toEqual([[1940, 3260]]);
		const tooSoft = noise(1000, -57.9);
		expect(times(cut([...room, ...noise(600, -50), ...tooSoft, ...pause(30)]))).toEqual([[1940, 2660]]);
	});

	it('is never quieter than the least level', () => {
		const [frame] = noise(20, -40) as [Frame];
		const levelDb = powerToDb(powerOf(frame.pcm as Int16Array));
		const spoken = [...hum(100), ...Array<Frame>(40).fill(frame), ...pause(30)];
		expect(cut(spoken, { minLevelDb: levelDb })).toHaveLength(1);
		expect(cut(spoken, { minLevelDb: levelDb + 0.001 })).toEqual([]);
	});
});

describe('the end of an utterance', () => {
	it('takes 500 ms without a voice, from the last on', () => {
		const segmenter = new Segmenter(BARE);
		const push = (frames: Frame[]) => frames.map((frame) => segmenter.push(frame)).filter(Boolean);
		expect(push([...voice(10), ...pause(24), ...voice(3), ...hum(24)])).toEqual([]);
		expect(segmenter.isSpeech).toBe(true);
		expect(push(pause(1))).toMatchObject([{ startMs: 0, endMs: 740 }]);
		expect(segmenter.isSpeech).toBe(false);
	});

	it('is not put off by clicks, of less than 60 ms', () => {
		const typing = Array.from({ length: 6 }, () => [...pause(4), ...voice(2)]).flat();
		expect(bare(voice(10), typing)).toEqual([[0, 200]]);
		const knocking = Array.from({ length: 6 }, () => [...pause(4), ...voice(3)]).flat();
		expect(bare(voice(10), knocking)).toEqual([[0, 200 + 6 * 140]]);
	});

	it('waits for what sounds at that moment, which may be a voice', () => {
		expect(bare(voice(10), pause(24), voice(2))).toEqual([[0, 200]]);
		expect(bare(voice(10), pause(24), voice(3))).toEqual([[0, 740]]);
		expect(bare(voice(10), pause(25), voice(3))).toEqual([[0, 200]]);
	});

	it('leaves out what is shorter than 600 ms, padding aside', () => {
		expect(cut([...voice(29), ...pause(30)])).toEqual([]);
		expect(times(cut([...voice(30), ...pause(30)]))).toEqual([[0, 660]]);
	});

	it('comes with the stream’s, where it is no wider than what was heard', () => {
		expect(times(cut(voice(40)))).toEqual([[0, 800]]);
		expect(times(cut([...voice(40), ...pause(2)]))).toEqual([[0, 840]]);
	});

	it('of the stream undoes what had only begun', () => {
		const segmenter = new Segmenter(BARE);
		for (const frame of voice(9)) segmenter.push(frame);
		expect(segmenter.flush()).toBeUndefined();
		for (const frame of voice(9)) segmenter.push(frame);
		expect(segmenter.isSpeech).toBe(false);
		expect(segmenter.flush()).toBeUndefined();
		expect(segmenter.flush()).toBeUndefined();
	});
});

describe('what a segmenter says of the frame that it heard last', () => {
	it('is whether there was a voice in it', () => {
		const segmenter = new Segmenter();
		expect(segmenter.isActive).toBe(false);
		const seen = [...voice(1), ...pause(1), ...voice(1), ...hum(1)].map((frame) => {
			segmenter.push(frame);
			return segmenter.isActive;
		});
		expect(seen).toEqual([true, false, true, false]);
		// Speech that is going on does not make a voice of a pause.
		for (const frame of [...voice(40), ...pause(1)]) segmenter.push(frame);
		expect([segmenter.isSpeech, segmenter.isActive]).toEqual([true, false]);
	});
});

describe('time that passes', () => {
	it('follows the moments of frames, and goes on by itself without them', () => {
		const segmenter = new Segmenter(BARE);
		const [first, ...others] = voice(20) as [Frame, ...Frame[]];
		segmenter.push({ ...first, moment: new Moment({ delayMs: 0 }, 7000) });
		for (const frame of others) segmenter.push(frame);
		expect(segmenter.skip(100)).toMatchObject([{ startMs: 7000, endMs: 7400 }]);
		for (const frame of voice(20)) segmenter.push(frame);
		expect(segmenter.flush()).toMatchObject({ startMs: 9400, endMs: 9800 });
	});

	it('may be days between utterances, and costs nothing', () => {
		const segmenter = new Segmenter(BARE);
		expect(segmenter.skip(50_000_000)).toEqual([]);
		for (const frame of voice(20)) segmenter.push(frame);
		expect(segmenter.flush()?.startMs).toBe(1_000_000_000);
	});

	it('may be nothing', () => {
		const segmenter = new Segmenter(BARE);
		for (const frame of voice(20)) segmenter.push(frame);
		expect(segmenter.skip(0)).toEqual([]);
		expect(segmenter.flush()).toMatchObject({ startMs: 0, endMs: 400 });
	});
});
