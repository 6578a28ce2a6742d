import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, EMOTIONS, type EmotionLabel, type GroupEntry, groupMood, HOUR_MS } from '../../src/domain/index.ts';

/** The start of an hour and of a day. */
const MIDNIGHT = Date.UTC(2026, 10, 20);
const NOW = MIDNIGHT + 5 * DAY_MS;

const entry = (
	contributor: number,
	label: EmotionLabel,
	at: number,
	affect: [number, number] = [0, 0],
): GroupEntry => ({
	contributor,
	label,
	at,
	channelId: 'channel',
	sessionId: 'session',
	utteranceId: `utterance-${contributor}-${at}`,
	startMs: 0,
	endMs: 1000,
	confidence: 0.9,
	probabilities: Object.fromEntries(EMOTIONS.map((each) => [each, 1 / 9])) as GroupEntry['probabilities'],
	valence: affect[0],
	arousal: affect[1],
	quality: { durationMs: 1000, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 20 },
});

const people = (count: number, label: EmotionLabel, at = MIDNIGHT, affect?: [number, number]): GroupEntry[] =>
	Array.from({ length: count }, (_, index) => entry(index, label, at, affect));

const options = { k: 5, windowMs: HOUR_MS, now: NOW } as const;

describe('groupMood', () => {
	it('gives the figures of a whole window', () => {
		const entries = [...people(5, 'calm', MIDNIGHT, [0.4, -0.2]), ...people(5, 'happiness', MIDNIGHT + 1, [0.8, 0.6])];
		expect(groupMood(entries, options).windows).toEqual([
			{
				from: MIDNIGHT,
				to: MIDNIGHT + HOUR_MS,
				contributorsAtLeast: 5,
				labels: new Map([
					['calm', 0.5],
					['happiness', 0.5],
				]),
				valence: 0.6,
				arousal: 0.2,
			},
		]);
	});

	it('says nothing of fewer than k, not even that they spoke', () => {
		expect(groupMood(people(4, 'anger'), options)).toEqual({ windows: [] });
		expect(groupMood([], options)).toEqual({ windows: [] });
		expect(groupMood(people(4, 'anger'), { ...options, k: 3 }).windows).toHaveLength(1);
	});

	it('counts members, not what they said', () => {
		const busy = Array.from({ length: 50 }, (_, index) => entry(index % 4, 'anger', MIDNIGHT + index));
		expect(groupMood(busy, options).windows).toEqual([]);
	});

	it('lets nobody carry a figure by talking much', () => {
		const quiet = people(9, 'calm', MIDNIGHT, [0.5, 0]);
		const loud = Array.from({ length: 500 }, (_, index) => entry(9, 'anger', MIDNIGHT + index, [-0.9, 0.9]));
		const [window] = groupMood([...quiet, ...loud], options).windows;
		// (9 × 0.5 − 0.9) / 10 = 0.36
		expect(window?.valence).toBe(0.4);
		expect(window?.labels.get('calm')).toBe(0.9);
	});

	it('does not name a label that fewer than k showed', () => {
		const entries = [
			...people(8, 'neutral'),
			...people(4, 'fear', MIDNIGHT + 1),
			...people(5, 'sadness', MIDNIGHT + 2),
		];
		const [window] = groupMood(entries, options).windows;
		expect([...(window?.labels.keys() ?? [])]).toEqual(['neutral', 'sadness']);
	});

	it('leaves out the window that is not over', () => {
		const entries = people(6, 'calm');
		expect(groupMood(entries, { ...options, now: MIDNIGHT + HOUR_MS - 1 }).windows).toEqual([]);
		expect(groupMood(entries, { ...options, now: MIDNIGHT + HOUR_MS }).windows).toHaveLength(1);
	});

	it('cuts at whole hours and days, whatever was asked for', () => {
		const entries = [-1, 0, HOUR_MS - 1, HOUR_MS].flatMap((offset) => people(5, 'calm', MIDNIGHT + offset));
		const starts = (windowMs: typeof HOUR_MS | typeof DAY_MS) =>
			groupMood(entries, { ...options, windowMs }).windows.map(({ from }) => from - MIDNIGHT);
		expect(starts(HOUR_MS)).toEqual([-HOUR_MS, 0, HOUR_MS]);
		expect(starts(DAY_MS)).toEqual([-DAY_MS, 0]);
	});

	it('buckets how many contributed', () => {
		const bucket = (count: number) => groupMood(people(count, 'calm'), options).windows[0]?.contributorsAtLeast;
		expect([5, 6, 9, 10, 19, 20, 39, 40, 100].map(bucket)).toEqual([5, 5, 5, 10, 10, 20, 20, 40, 80]);
	});

	it('averages over the windows that are shown and no others', () => {
		const shown = [
			...people(5, 'calm', MIDNIGHT, [0.6, -0.4]),
			...people(10, 'anger', MIDNIGHT + HOUR_MS, [-0.8, 0.8]),
		];
		const hidden = people(4, 'fear', MIDNIGHT + 2 * HOUR_MS, [-1, 1]);
		const { overall } = groupMood([...shown, ...hidden], options);
		expect(overall).toEqual({
			contributorsAtLeast: 10,
			labels: new Map([
				['anger', 0.5],
				['calm', 0.5],
			]),
			valence: -0.1,
			arousal: 0.2,
		});
		expect(groupMood([...shown, ...hidden], options)).toEqual(groupMood(shown, options));
	});

	it('does not tell who is who: other numbers give the same figures', () => {
		const arbitraryEntries = fc.array(
			fc.record({
				contributor: fc.nat(11),
				label: fc.constantFrom<EmotionLabel>(...EMOTIONS, 'unsure'),
				at: fc.integer({ min: MIDNIGHT, max: MIDNIGHT + 3 * HOUR_MS }),
				valence: fc.double({ min: -1, max: 1, noNaN: true }),
				arousal: fc.double({ min: -1, max: 1, noNaN: true }),
			}),
			{ maxLength: 120 },
		);
		fc.assert(
			fc.property(arbitraryEntries, fc.integer({ min: 2, max: 6 }), (drawn, k) => {
				const entries = drawn.map((each) => entry(each.contributor, each.label, each.at, [each.valence, each.arousal]));
				const mood = groupMood(entries, { ...options, k });
				for (const window of mood.windows) {
					const inside = entries.filter(({ at }) => at >= window.from && at < window.to);
					const contributors = new Set(inside.map(({ contributor }) => contributor)).size;
					expect(contributors).toBeGreaterThanOrEqual(k);
					expect(window.contributorsAtLeast).toBeLessThanOrEqual(contributors);
					for (const figure of [...window.labels.values(), window.valence, window.arousal]) {
						expect(Math.abs(figure * 10 - Math.round(figure * 10))).toBeLessThan(1e-9);
						expect(Math.abs(figure)).toBeLessThanOrEqual(1);
					}
				}
				const { windows } = groupMood(
					entries.map((each) => ({ ...each, contributor: 97 * (12 - each.contributor) })),
					{
						...options,
						k,
					},
				);
				expect(windows).toEqual(mood.windows);
			}),
		);
	});
});
