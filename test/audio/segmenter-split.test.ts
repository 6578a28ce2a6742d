import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, type Segment, Segmenter, type SegmenterOptions } from '../../src/audio/index.ts';
import { cut, hum, pause, times, voice } from './cut.ts';

/** Parts of a second, with 200 ms in common. */
const SHORT = { maxDurationMs: 1000, overlapMs: 200, padMs: 0, contextMs: 0, minDurationMs: 400 };

describe('a turn that is too long for one utterance', () => {
	it('is split as soon as a part is full, padding and all', () => {
		const segmenter = new Segmenter();
		for (const frame of hum(100)) segmenter.push(frame);
		const found = voice(400).map((frame) => segmenter.push(frame));
		expect(found.findIndex(Boolean)).toBe(296);
		// What came before the turn is no part of its rest.
		expect(times([found[296] as Segment, segmenter.flush() as Segment])).toEqual([
			[1940, 7940],
			[7440, 10_000],
		]);
	});

	it('has a rest of its own if that holds half of an utterance’s least that is new', () => {
		const parts = (frames: number, options = {}) =>
			times(cut([...voice(frames), ...pause(30)], { ...SHORT, ...options }));
		expect(parts(59)).toEqual([[0, 1000]]);
		expect(parts(60)).toEqual([
			[0, 1000],
			[800, 1200],
		]);
		// Padding counts.
		expect(parts(56, { padMs: 60 })).toEqual([[0, 1000]]);
		expect(parts(57, { padMs: 60 })).toEqual([
			[0, 1000],
			[800, 1200],
		]);
	});

	it('has no silence at the end of a part', () => {
		const sent = [...voice(45), ...pause(5)];
		expect(times(cut(sent, SHORT))).toEqual([[0, 900]]);
		expect(times(cut(sent, { ...SHORT, padMs: 60 }))).toEqual([[0, 960]]);
		expect(times(cut([...sent, ...voice(40), ...pause(30)], SHORT))).toEqual([
			[0, 900],
			[800, 1800],
		]);
	});

	it('ends when the silence does that began before it was split', () => {
		const segmenter = new Segmenter(SHORT);
		for (const frame of [...voice(45), ...pause(5)]) segmenter.push(frame);
		for (const frame of pause(19)) segmenter.push(frame);
		expect(segmenter.isSpeech).toBe(true);
		segmenter.push(pause(1)[0] as Frame);
		expect(segmenter.isSpeech).toBe(false);
		// The next turn is one of its own, which has to be long enough for that.
		const next = [...voice(19), ...pause(30)].map((frame) => segmenter.push(frame));
		expect(next.filter(Boolean)).toEqual([]);
	});

	it('gives nothing for a rest in which nothing was said', () => {
		const options = { ...SHORT, overlapMs: 0, minDurationMs: 0 };
		expect(times(cut([...voice(45), ...pause(30)], options))).toEqual([[0, 900]]);
		expect(times(cut([...voice(50), ...pause(30)], options))).toEqual([[0, 1000]]);
	});

	it('is over when a whole part is silent, should that be shorter than the silence at an end', () => {
		const segmenter = new Segmenter({ ...SHORT, endMs: 5000 });
		const found = [...voice(40), ...pause(120)].map((frame) => segmenter.push(frame)).filter((each) => each);
		expect(times(found as Segment[])).toEqual([[0, 800]]);
		expect(segmenter.isSpeech).toBe(false);
	});
});

describe('a segmenter with all sorts of options', () => {
	const stretch = fc.record({
		kind: fc.constantFrom('voice', 'hum', 'pause', 'lost'),
		count: fc.integer({ min: 1, max: 90 }),
	});
	const framesOf = (stretches: readonly { kind: string; count: number }[]): Frame[] =>
		stretches.flatMap(({ kind, count }) => {
			if (kind === 'lost') return hum(count).map((frame) => ({ ...frame, concealed: true }));
			return kind === 'voice' ? voice(count) : kind === 'hum' ? hum(count) : pause(count);
		});
	const options: fc.Arbitrary<Partial<SegmenterOptions>> = fc
		.record({
			startMs: fc.integer({ min: 20, max: 400 }),
			endMs: fc.integer({ min: 20, max: 2000 }),
			minDurationMs: fc.integer({ min: 0, max: 800 }),
			maxDurationMs: fc.integer({ min: 1000, max: 2500 }),
			overlapShare: fc.double({ min: 0, max: 0.49, noNaN: true }),
			padMs: fc.integer({ min: 0, max: 200 }),
			contextMs: fc.integer({ min: 0, max: 400 }),
		})
		.map(({ overlapShare, ...others }) => ({ ...others, overlapMs: Math.floor(others.maxDurationMs * overlapShare) }));

	it('gives utterances in order, each with a voice at either end and no longer than the model takes', () => {
		fc.assert(
			fc.property(fc.array(stretch, { maxLength: 8 }), options, (stretches, chosen) => {
				const frames = framesOf(stretches);
				const bare = { ...chosen, padMs: 0, contextMs: 0 };
				const isVoice = (ms: number): boolean => {
					const frame = frames[ms / 20];
					return frame?.pcm !== null && frame?.pcm === voice(1)[0]?.pcm;
				};
				let endedMs = 0;
				for (const { startMs, endMs, pcm } of cut(frames, bare)) {
					expect(isVoice(endMs - 20)).toBe(true);
					expect(startMs).toBeGreaterThanOrEqual(endedMs - (chosen.overlapMs as number) - 10);
					expect(endMs - startMs).toBeLessThanOrEqual((chosen.maxDurationMs as number) + 10);
					expect(pcm.length).toBe((endMs - startMs) * 16);
					endedMs = endMs;
				}
			}),
			{ numRuns: 60 },
		);
	});

	it('hands on each as audio as long as it says, with as much context on either side', () => {
		fc.assert(
			fc.property(fc.array(stretch, { maxLength: 8 }), options, (stretches, chosen) => {
				for (const { startMs, endMs, pcm, quality } of cut(framesOf(stretches), chosen)) {
					expect(quality.durationMs).toBe(endMs - startMs);
					const contextFrames = (pcm.length / 16 - (endMs - startMs)) / 20;
					expect(contextFrames % 2).toBe(0);
					expect(contextFrames).toBeGreaterThanOrEqual(0);
					expect(contextFrames * 10).toBeLessThanOrEqual((chosen.contextMs as number) + 10);
					expect(pcm.length / 16).toBeLessThanOrEqual((chosen.maxDurationMs as number) + 10);
				}
			}),
			{ numRuns: 60 },
		);
	});
});
