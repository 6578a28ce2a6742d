import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	EMOTIONS,
	type EmotionResult,
	type Probabilities,
	type Prosody,
	type SesEvent,
} from '../../src/domain/index.ts';
import { FatigueBaseline, fatigueOf, SIGNS } from '../../src/middleware/fatigue.ts';
import { compose, type EmotionContext, fatigue } from '../../src/middleware/index.ts';

const certain = (emotion: string): Probabilities =>
	Object.fromEntries(EMOTIONS.map((each) => [each, each === emotion ? 1 : 0])) as unknown as Probabilities;

const usual: Prosody = {
	pitchSemitones: 20,
	pitchRangeSemitones: 9,
	voicedShare: 0.8,
	pauseShare: 0.15,
	syllablesPerS: 4,
	levelDb: -22,
	levelSpreadDb: 7,
	periodicity: 0.9,
};
const spoken = (change: Partial<Prosody> = {}): Prosody => ({ ...usual, ...change });

function result(change: Partial<EmotionResult> = {}): EmotionResult {
	return {
		utteranceId: 'u',
		sessionId: 's',
		speakerId: 'm',
		startMs: 0,
		endMs: 2000,
		label: 'neutral',
		confidence: 1,
		valence: 0,
		arousal: 0,
		probabilities: certain('neutral'),
		quality: { durationMs: 2000, levelDb: -22, clippedShare: 0, lossShare: 0, snrDb: 30 },
		model: 'test@1',
		prosody: usual,
		...change,
	};
}

/** Slower, with more pauses, lower, flatter and softer. */
const TIRED = spoken({ syllablesPerS: 3, pauseShare: 0.3, pitchSemitones: 18, pitchRangeSemitones: 5, levelDb: -27 });
const LIVELY = spoken({
	syllablesPerS: 5,
	pauseShare: 0.05,
	pitchSemitones: 23,
	pitchRangeSemitones: 14,
	levelDb: -17,
});

describe('fatigueOf', () => {
	it('is what its formula says', () => {
		const rates = [4, 3, 5, 4.5, 3.5, 4.2];
		const earlier = rates.map((syllablesPerS) => spoken({ syllablesPerS }));
		// The median of the rates is 4.1; their distances 0.1 1.1 0.9 0.4 0.6 0.1 have the median 0.5, and
		// 1.4826 × 0.5 = 0.7413. All else has no spread, so the least one counts.
		const now = spoken({
			syllablesPerS: 3.2,
			pauseShare: 0.2,
			pitchSemitones: 19,
			pitchRangeSemitones: 10,
			levelDb: -22,
		});
		const probabilities = { ...certain(''), boredom: 0.3, sadness: 0.2, calm: 0.1, neutral: 0.1, anger: 0.3 };
		const evidence = (0.3 * 0.9) / 0.7413 + (0.2 * 0.05) / 0.05 + (0.2 * 1) / 1 - (0.15 * 1) / 2 + 0;
		const network = 6 * (0.3 + 0.5 * 0.4 - 0.65);
		expect(fatigueOf(probabilities, now, earlier)).toBeCloseTo(1 / (1 + Math.exp(-(evidence + network))), 9);
	});

	it.each([
		['neutral', 0.29],
		['boredom', 0.89],
		['anger', 0.02],
	])('of one who speaks as usual and certainly in %s is %f', (emotion, score) => {
		expect(fatigueOf(certain(emotion), usual, Array(5).fill(usual))).toBeCloseTo(score, 2);
	});

	it('cannot be carried by one wild figure', () => {
		const earlier = Array<Prosody>(8).fill(usual);
		const wild = fatigueOf(certain('neutral'), spoken({ levelDb: -80 }), earlier);
		expect(wild).toBeCloseTo(fatigueOf(certain('neutral'), spoken({ levelDb: -28 }), earlier), 9);
		expect(wild).toBeLessThan(0.5);
	});

	it('stays within 0…1 and follows every sign in its direction', () => {
		expect(Object.values(SIGNS).reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
		const column = fc.constantFrom(...(Object.keys(SIGNS) as (keyof typeof SIGNS)[]));
		const steps = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 20 });
		fc.assert(
			fc.property(column, steps, fc.double({ min: 0, max: 9, noNaN: true }), (name, deviations, change) => {
				const earlier = deviations.map((each) => spoken({ [name]: usual[name] + each }));
				const worse = spoken({ [name]: usual[name] + SIGNS[name].direction * change });
				const before = fatigueOf(certain('calm'), usual, earlier);
				const after = fatigueOf(certain('calm'), worse, earlier);
				expect(after).toBeGreaterThanOrEqual(before);
				expect(after).toBeLessThanOrEqual(1);
				expect(before).toBeGreaterThanOrEqual(0);
			}),
		);
	});
});

describe('FatigueBaseline', () => {
	const filled = (count = 5): FatigueBaseline => {
		const baseline = new FatigueBaseline();
		for (let index = 0; index < count; index++) baseline.score(result());
		return baseline;
	};

	it('says nothing before it knows five utterances of the speaker', () => {
		const baseline = new FatigueBaseline();
		const scores = Array.from({ length: 6 }, () => baseline.score(result()));
		expect(scores).toEqual([undefined, undefined, undefined, undefined, undefined, 0.29]);
	});

	it('rises where a speaker gets slower, lower, flatter and softer, and falls where the opposite is so', () => {
		expect(filled().score(result({ prosody: TIRED }))).toBeGreaterThan(0.6);
		expect(filled().score(result({ prosody: LIVELY }))).toBeLessThan(0.15);
	});

	it('compares with the speaker, not with others: who always speaks so is not tired', () => {
		const baseline = new FatigueBaseline();
		for (let index = 0; index < 8; index++) baseline.score(result({ prosody: TIRED }));
		expect(baseline.score(result({ prosody: TIRED }))).toBe(0.29);
	});

	it.each<[string, Partial<EmotionResult>]>([
		['what is not speech', { label: 'unsure', unsureReason: 'not-speech' }],
		['poor audio', { label: 'unsure', unsureReason: 'noisy' }],
		['a laugh', { dominantSound: 'laughter' }],
		['a word or two', { quality: { durationMs: 700, levelDb: -22, clippedShare: 0, lossShare: 0, snrDb: 30 } }],
		['what has no voice in it', { prosody: spoken({ voicedShare: 0, pitchSemitones: 0 }) }],
	])('neither judges nor remembers %s', (_, change) => {
		const baseline = filled();
		expect(baseline.score(result({ prosody: TIRED, ...change }))).toBeUndefined();
		expect(baseline.size).toBe(5);
	});

	it('needs prosody, and no certainty of the model', () => {
		const { prosody: _, ...without } = result();
		const baseline = filled();
		expect(baseline.score(without)).toBeUndefined();
		expect(baseline.score(result({ label: 'unsure', unsureReason: 'low-confidence' }))).toBeDefined();
	});

	it('stays small over a long session and still knows how it began', () => {
		const baseline = filled(1000);
		expect(baseline.size).toBeLessThanOrEqual(64);
		for (let index = 0; index < 600; index++) baseline.score(result({ prosody: TIRED }));
		expect(baseline.size).toBeLessThanOrEqual(64);
		// Most of the session was livelier: to be tired for its last third is still to be tired.
		expect(baseline.score(result({ prosody: TIRED }))).toBeGreaterThan(0.6);
	});
});

describe('the fatigue step', () => {
	function set(enabled = true) {
		const events: SesEvent[] = [];
		const step = fatigue((event) => events.push(event), { enabled });
		let passed = 0;
		const run = compose([step, { name: 'behind', run: () => void passed++ }]);
		const say = (change: Partial<EmotionResult> = {}, signal = new AbortController().signal) =>
			run({ result: result(change), guildId: 'g', channelId: 'c', locale: 'en', at: 7, signal } as EmotionContext);
		return { events, step, say, passed: () => passed };
	}

	it('tells the feed from the sixth utterance on, for each speaker and session apart', async () => {
		const { events, say, passed } = set();
		for (let index = 0; index < 5; index++) {
			for (const speakerId of ['a', 'b']) for (const sessionId of ['s', 't']) await say({ speakerId, sessionId });
		}
		expect(events).toEqual([]);
		await say({ speakerId: 'a', utteranceId: 'sixth', prosody: TIRED });
		expect(events).toEqual([
			{
				type: 'fatigue',
				at: 7,
				sessionId: 's',
				speakerId: 'a',
				utteranceId: 'sixth',
				experimental: { fatigue: 0.8 },
			},
		]);
		expect(passed()).toBe(21);
	});

	it('forgets a speaker who withdraws, and nobody else; and a session that ends', async () => {
		const { events, step, say } = set();
		for (let index = 0; index < 5; index++) for (const speakerId of ['a', 'b']) await say({ speakerId });
		step.forget?.('s', 'a');
		await say({ speakerId: 'a' });
		expect(events).toEqual([]);
		await say({ speakerId: 'b' });
		expect(events).toHaveLength(1);
		step.forget?.('s');
		await say({ speakerId: 'b' });
		expect(events).toHaveLength(1);
	});

	it('forgets who has been silent while hundreds of others spoke', async () => {
		const { events, say } = set();
		for (let index = 0; index < 5; index++) await say({ speakerId: 'a' });
		for (let index = 0; index < 300; index++) await say({ speakerId: `other ${index}` });
		await say({ speakerId: 'a' });
		expect(events).toEqual([]);
	});

	it('is silent when it is switched off, and for one who has withdrawn', async () => {
		const off = set(false);
		for (let index = 0; index < 8; index++) await off.say();
		expect([off.events, off.passed()]).toEqual([[], 8]);
		const on = set();
		for (let index = 0; index < 8; index++) await on.say({}, AbortSignal.abort());
		expect(on.events).toEqual([]);
	});
});
