import { describe, expect, it } from 'vitest';
import { type Frame, type Segment, Segmenter } from '../../src/audio/index.ts';
import { collectGarbage } from '../support/gc.ts';
import { noise } from '../support/signals.ts';
import { cut, hum, pause, voice } from './cut.ts';

const samplesOf = (frames: readonly Frame[]): Buffer =>
	Buffer.concat(frames.map(({ pcm }) => Buffer.from(Int16Array.from(pcm ?? new Int16Array(320)).buffer)));
const bytesOf = ({ pcm }: Segment): Buffer => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
const framesIn = ({ pcm }: Segment): number => pcm.length / 320;

/** No two frames of it are alike. */
const room = (frames: number): Frame[] => noise(frames * 20, -65);
const only = (segments: readonly Segment[]): Segment => {
	expect(segments).toHaveLength(1);
	return segments[0] as Segment;
};

describe('the audio of an utterance', () => {
	it('is what was sent from 360 ms before it to 360 ms after it', () => {
		const sent = [...room(20), ...voice(40), ...room(25)];
		expect(bytesOf(only(cut(sent))).equals(samplesOf(sent.slice(2, 78)))).toBe(true);
	});

	it('begins and ends with silence where nothing was heard yet, or no more', () => {
		const sent = [...room(10), ...voice(40), ...room(5)];
		const expected = samplesOf([...pause(8), ...sent, ...pause(13)]);
		expect(bytesOf(only(cut(sent))).equals(expected)).toBe(true);
		const alone = samplesOf([...pause(15), ...voice(40), ...pause(15)]);
		expect(bytesOf(only(cut(voice(40)))).equals(alone)).toBe(true);
	});

	it('holds what was taken for a click shortly before', () => {
		const sent = [...room(30), ...voice(2), ...room(7), ...voice(40), ...pause(30)];
		expect(bytesOf(only(cut(sent))).equals(samplesOf(sent.slice(21, 97)))).toBe(true);
	});

	it('holds the pause before it as it was, skipped or not', () => {
		const segmenter = new Segmenter();
		const before = room(30);
		for (const frame of before) segmenter.push(frame);
		segmenter.skip(4);
		for (const frame of voice(40)) segmenter.push(frame);
		const [segment] = segmenter.skip(25) as [Segment];
		const expected = samplesOf([...before.slice(-14), ...pause(4), ...voice(40), ...pause(18)]);
		expect(bytesOf(segment).equals(expected)).toBe(true);
	});

	it('is no longer than the model takes at once: context goes where room is left, as much on either side', () => {
		const lengths = [42, 43, 44, 45, 46, 47].map((frames) =>
			framesIn(only(cut([...voice(frames), ...pause(30)], { maxDurationMs: 1000, overlapMs: 0 }))),
		);
		expect(lengths).toEqual([49, 50, 49, 50, 49, 50]);
	});

	it('is cut in whole frames, whatever the options ask for', () => {
		const sent = [...room(40), ...voice(40), ...room(30)];
		const segment = only(cut(sent, { padMs: 70, contextMs: 110 }));
		// 3.5 and 5.5 frames, rounded up.
		expect([segment.startMs, segment.endMs]).toEqual([720, 1680]);
		expect(bytesOf(segment).equals(samplesOf(sent.slice(30, 90)))).toBe(true);
		expect(framesIn(only(cut(sent, { padMs: 69, contextMs: 109 })))).toBe(56);
	});

	it('is the speech alone where no context is wanted', () => {
		const segment = only(cut([...room(40), ...voice(40), ...hum(30)], { padMs: 0, contextMs: 0 }));
		expect(bytesOf(segment).equals(samplesOf(voice(40)))).toBe(true);
	});
});

describe('the audio that no utterance needs', () => {
	it('is let go of while nobody speaks', async () => {
		const segmenter = new Segmenter();
		const push = (): WeakRef<Int16Array> => {
			const [frame] = room(1) as [{ readonly pcm: Int16Array }];
			segmenter.push(frame);
			return new WeakRef(frame.pcm);
		};
		const heard = Array.from({ length: 100 }, push);
		await collectGarbage();
		const kept = heard.filter((each) => each.deref() !== undefined).length;
		expect(kept).toBeGreaterThanOrEqual(18);
		// One more may still stand in some register.
		expect(kept).toBeLessThanOrEqual(20);
	});
});
