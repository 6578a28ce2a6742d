import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, Moment, powerOf, type Segment, Segmenter } from '../../src/audio/index.ts';
import { babble, noise, nothing } from '../support/signals.ts';
import { cut, times } from './cut.ts';

const ROOM_DB = -65;
const room = (ms: number): Frame[] => noise(ms, ROOM_DB);
/** Made once: what is shorter is the beginning of it. */
const SPEECH = babble(13_000);
const speech = (ms: number): Frame[] => SPEECH.slice(0, Math.round(ms / 20));
const mix = (one: readonly Frame[], other: readonly Frame[]): Frame[] =>
	one.map(({ pcm }, index) => ({
		pcm: (pcm as Int16Array).map((sample, n) => sample + (other[index]?.pcm?.[n] ?? 0)),
	}));

describe('Segmenter', () => {
	it('cuts one utterance out of a quiet room, a little wider than the speech', () => {
		const [segment, ...others] = cut([...room(2000), ...speech(1500), ...room(1000)]) as [Segment];
		expect(others).toEqual([]);
		expect([segment.startMs, segment.endMs]).toEqual([1940, 3560]);
	});

	it('hands on the audio round the speech, and silence where there is none', () => {
		const lead = room(2000);
		const [segment] = cut([...lead, ...speech(1500), ...nothing(600)]) as [Segment];
		expect(segment.pcm.length).toBe((segment.endMs - segment.startMs + 2 * 300) * 16);
		const before = segment.pcm.subarray(0, 18 * 320);
		expect(before).toEqual(Int16Array.from(lead.slice(-18).flatMap(({ pcm }) => [...(pcm as Int16Array)])));
		expect(segment.pcm.subarray(-15 * 320).every((sample) => sample === 0)).toBe(true);
		const [first] = cut([...speech(7000), ...nothing(600)]) as [Segment];
		expect(first.pcm.length).toBe(6000 * 16);
	});

	it('takes the end of packets as silence', () => {
		expect(times(cut([...speech(1000), ...nothing(600), ...speech(1000), ...nothing(600)]))).toEqual([
			[0, 960],
			[1540, 2560],
		]);
	});

	it('bridges pauses shorter than 500 ms', () => {
		expect(cut([...speech(660), ...nothing(480), ...speech(660), ...nothing(600)])).toHaveLength(1);
		expect(cut([...speech(660), ...nothing(520), ...speech(660), ...nothing(600)])).toHaveLength(2);
	});

	it('leaves out what is shorter than 0.6 s', () => {
		expect(cut([...speech(400), ...nothing(600)])).toEqual([]);
		expect(cut([...speech(660), ...nothing(600)])).toHaveLength(1);
	});

	it('does not take the offset of a sound card for sound', () => {
		const scene = [...room(2000), ...speech(1500), ...room(1000)];
		const offset = scene.map(({ pcm }) => ({ pcm: (pcm as Int16Array).map((sample) => sample + 0.05 * 32_768) }));
		expect(cut(offset).map(({ startMs, endMs, quality }) => ({ startMs, endMs, quality }))).toEqual(
			cut(scene).map(({ startMs, endMs, quality }) => ({ startMs, endMs, quality })),
		);
		expect(powerOf(new Int16Array(320).fill(1638))).toBe(0);
	});

	it('hears words between which a gate leaves digital silence', () => {
		const gate = (ms: number): Frame[] => Array.from({ length: ms / 20 }, () => ({ pcm: new Int16Array(320) }));
		const frames = [...gate(1000), ...speech(900), ...gate(1000), ...speech(900), ...gate(1000)];
		expect(times(cut(frames))).toEqual([
			[940, 1960],
			[2840, 3860],
		]);
	});

	it('ends a turn of nearly six seconds where it ends, not where six seconds do', () => {
		expect(times(cut([...speech(5820), ...nothing(600)]))).toEqual([[0, 5880]]);
	});

	it('is not discouraged by loss in the first syllable', () => {
		const lost = room(100).map((frame) => ({ ...frame, concealed: true }));
		const [segment] = cut([...room(1000), ...speech(180), ...room(60), ...lost, ...speech(1500), ...room(1000)]);
		expect(segment?.startMs).toBe(940);
	});

	it('takes the times of the frames’ moments when the segment is complete', () => {
		let delayMs = 5000;
		const clock = {
			get delayMs() {
				return delayMs;
			},
		};
		const segmenter = new Segmenter();
		speech(900).forEach((frame, index) => {
			segmenter.push({ ...frame, moment: new Moment(clock, index * 20) });
		});
		delayMs = 100;
		expect(times(segmenter.skip(30))).toEqual([[100, 1060]]);
	});

	it('is not opened by a click', () => {
		expect(cut([...room(1000), ...speech(100), ...room(1000)])).toEqual([]);
	});

	it('splits a long turn every 6 s with half a second in common', () => {
		expect(times(cut([...speech(13_000), ...nothing(600)]))).toEqual([
			[0, 6000],
			[5500, 11_500],
			[11_000, 12_960],
		]);
	});

	it('does not repeat a rest that is hardly more than the overlap', () => {
		expect(times(cut([...speech(6100), ...nothing(600)]))).toEqual([[0, 6000]]);
	});

	it('adapts to a noisy room', () => {
		const loudRoom = (ms: number): Frame[] => noise(ms, -42);
		const found = times(cut([...loudRoom(4000), ...mix(speech(1500), loudRoom(1500)), ...loudRoom(1500)]));
		// Until it knows the room, the room may pass as speech; what follows must be right.
		expect(found.at(-1)).toEqual([3940, 5560]);
	});

	it('measures level, signal-to-noise ratio, clipping and loss', () => {
		const [clean] = cut([...noise(2000, -60), ...babble(1500, -20), ...noise(1000, -60)]) as [Segment];
		expect(clean.quality.snrDb).toBeGreaterThan(34);
		expect(clean.quality.snrDb).toBeLessThan(44);
		expect(clean.quality).toMatchObject({ clippedShare: 0, lossShare: 0, durationMs: clean.endMs - clean.startMs });
		const loud = { pcm: new Int16Array(320).map((_, index) => (index % 2 === 0 ? 32_767 : -32_767)) };
		const made = speech(20).map((frame) => ({ ...frame, concealed: true }));
		const [poor] = cut([...speech(980), ...Array<Frame>(50).fill(loud), ...made, ...nothing(600)]) as [Segment];
		expect(poor.quality.clippedShare).toBeCloseTo(0.5, 1);
		expect(poor.quality.lossShare).toBeGreaterThan(0);
	});

	it('does not call concealment the noise of the room', () => {
		const concealed = noise(1000, -80).map((frame) => ({ ...frame, concealed: true }));
		const [with_] = cut([...noise(3000, -50), ...concealed, ...speech(1000), ...nothing(600)]) as [Segment];
		expect(with_.quality.snrDb).toBeLessThan(30);
	});

	it('skips pauses as if they had been pushed frame by frame', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 80 })), { maxLength: 8 }),
				(turns) => {
					const pushed = new Segmenter();
					const skipped = new Segmenter();
					const one: (Segment | undefined)[] = [];
					const other: (Segment | undefined)[] = [];
					for (const [talk, pause] of turns) {
						for (const frame of speech(talk * 20)) {
							one.push(pushed.push(frame));
							other.push(skipped.push(frame));
						}
						for (const frame of nothing(pause * 20)) one.push(pushed.push(frame));
						other.push(...skipped.skip(pause));
					}
					one.push(pushed.flush());
					other.push(skipped.flush());
					const [each, all] = [other, one].map((found) => found.filter((segment) => segment !== undefined));
					expect(times(each as Segment[])).toEqual(times(all as Segment[]));
					expect(each?.map(({ pcm }) => Buffer.from(pcm.buffer).toString('latin1'))).toEqual(
						all?.map(({ pcm }) => Buffer.from(pcm.buffer).toString('latin1')),
					);
				},
			),
			{ numRuns: 50 },
		);
	});

	it('refuses options with which an utterance would never end, or never begin', () => {
		expect(() => new Segmenter({ maxDurationMs: 1000, overlapMs: 600 })).toThrow(/overlapMs/);
		expect(() => new Segmenter({ maxDurationMs: 1000, startMs: 1000, overlapMs: 0 })).toThrow(
			/startMs.*maxDurationMs|maxDurationMs.*startMs/s,
		);
	});
});
