import { describe, expect, it } from 'vitest';
import { type Frame, type Segment, Segmenter, type SegmenterOptions } from '../../src/audio/index.ts';
import { babble, nothing } from '../support/signals.ts';
import { pause, voice } from './cut.ts';

/** All that comes of it, in order. */
function heard(frames: readonly Frame[], options: Partial<SegmenterOptions> = {}): Segment[] {
	const segmenter = new Segmenter(options);
	const found = frames.flatMap((frame) => [segmenter.push(frame), segmenter.takePartial()]);
	return [...found, segmenter.flush()].filter((segment) => segment !== undefined);
}

const brief = (segments: readonly Segment[]): [partial: number | undefined, startMs: number, endMs: number][] =>
	segments.map(({ partial, startMs, endMs }) => [partial, startMs, endMs]);

describe('what a segmenter hands out of an open utterance', () => {
	it('is the last 2 s, every 2 s of it, numbered, and the whole comes all the same', () => {
		const speech = babble(5000);
		const [first, second, whole, ...others] = heard([...speech, ...nothing(600)]) as [Segment, Segment, Segment];
		expect(others).toEqual([]);
		expect(brief([first, second, whole])).toEqual([
			[1, 0, 2000],
			[2, 2000, 4000],
			[undefined, 0, 5040],
		]);
		expect(second.pcm).toEqual(Int16Array.from(speech.slice(100, 200).flatMap(({ pcm }) => [...(pcm as Int16Array)])));
		expect(second.quality.durationMs).toBe(2000);
		expect(second.quality.levelDb).toBeCloseTo(whole.quality.levelDb, 0);
	});

	it('is numbered anew in each part of a long turn, and counts what is new of it alone', () => {
		expect(brief(heard([...babble(9000), ...nothing(600)]))).toEqual([
			[1, 0, 2000],
			[2, 2000, 4000],
			[undefined, 0, 6000],
			[1, 6000, 8000],
			[undefined, 5500, 9060],
		]);
	});

	it('is nothing in a pause, which may be the end', () => {
		const partials = heard([...babble(1900), ...nothing(400), ...babble(1000), ...nothing(600)]).filter(
			({ partial }) => partial !== undefined,
		);
		expect(brief(partials)).toEqual([[1, 360, 2360]]);
	});

	it('is nothing of what has only begun, nor of silence', () => {
		const stutter = Array.from({ length: 9 }, () => [...voice(1), ...pause(5)]).flat();
		expect(heard(stutter, { minDurationMs: 0, partialEveryMs: 100 })).toEqual([]);
	});

	it('is nothing of what is too short to become an utterance', () => {
		expect(brief(heard([...babble(2400), ...nothing(600)], { minDurationMs: 3000 }))).toEqual([]);
	});

	it('comes as often as is configured, and not at all with 0', () => {
		const counts = [500, 1000, 2000, 3000, 0].map(
			(partialEveryMs) =>
				heard([...babble(4100), ...nothing(600)], { partialEveryMs }).filter(({ partial }) => partial).length,
		);
		// None within the 600 ms that make an utterance of it.
		expect(counts).toEqual([7, 4, 2, 1, 0]);
	});

	it('leaves the whole as it is', () => {
		const frames = [...babble(5000), ...nothing(600), ...babble(7000), ...nothing(600)];
		const wholes = (options: Partial<SegmenterOptions>) =>
			heard(frames, options).filter(({ partial }) => partial === undefined);
		expect(wholes({ partialEveryMs: 400 })).toEqual(wholes({ partialEveryMs: 0 }));
	});
});
