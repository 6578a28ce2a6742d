import { describe, expect, it } from 'vitest';
import { compose, type EmotionContext, speakerBaseline } from '../../src/middleware/index.ts';
import { SpreadSample } from '../../src/middleware/spread-sample.ts';
import { angerAgainst, VoiceBaseline } from '../../src/middleware/usual-voice.ts';
import { contextOf, resultAt } from './conversation.ts';

describe('VoiceBaseline', () => {
	it('is a median: outbursts leave it where it is', () => {
		const baseline = new VoiceBaseline();
		expect(baseline.read()).toBeUndefined();
		for (let turn = 0; turn < 9; turn++) baseline.add(resultAt(turn, 'a', 'neutral'));
		const before = baseline.read();
		for (let turn = 0; turn < 4; turn++) baseline.add(resultAt(turn, 'a', 'anger', { share: 0.95 }));
		expect(baseline.read()).toEqual({ ...before, utterances: 13 });
		expect(before?.anger).toBeLessThan(0.05);
	});
});

describe('angerAgainst', () => {
	const usual = (anger: number, utterances = 100) => ({ anger, utterances, valence: 0, arousal: 0 });

	it('excuses what a voice always sounds like, the better it is known, and never more than 0.19', () => {
		expect(angerAgainst(0.6, undefined)).toBe(0.6);
		expect(angerAgainst(0.6, usual(0.1))).toBe(0.6);
		expect(angerAgainst(0.6, usual(0.3, 5))).toBeCloseTo(0.6 - 0.75 * 0.5 * 0.2);
		expect(angerAgainst(0.6, usual(0.3, 1))).toBeGreaterThan(angerAgainst(0.6, usual(0.3, 50)));
		expect(0.9 - angerAgainst(0.9, usual(0.95, 10_000))).toBeLessThanOrEqual(0.19);
		expect(angerAgainst(0.05, usual(0.35))).toBe(0);
	});
});

describe('speaker baseline', () => {
	it('leaves how the speaker sounded before this utterance, and forgets who withdraws', async () => {
		const step = speakerBaseline();
		const seen: (EmotionContext['usual'] | null)[] = [];
		const run = compose([step, { name: 'behind', run: ({ usual }: EmotionContext) => void seen.push(usual ?? null) }]);
		const say = (who: string, label?: 'unsure') =>
			run(contextOf(resultAt(1000, who, 'anger', label ? { label } : {}), 1000));
		await say('a');
		await say('b');
		await say('a', 'unsure');
		await say('a');
		expect(seen.map((usual) => usual?.utterances ?? 0)).toEqual([0, 0, 1, 1]);
		step.forget?.('s', 'a');
		await say('a');
		await say('b');
		expect(seen.slice(-2).map((usual) => usual?.utterances ?? 0)).toEqual([0, 1]);
	});
});

describe('SpreadSample', () => {
	it('stays bounded and spread over all that came', () => {
		const sample = new SpreadSample<number>(8);
		for (let item = 0; item < 1000; item++) sample.add(item);
		expect(sample.seen).toBe(1000);
		expect(sample.items.length).toBeLessThanOrEqual(8);
		expect(sample.items.length).toBeGreaterThanOrEqual(4);
		expect(sample.items[0]).toBe(0);
		const gaps = sample.items.slice(1).map((item, index) => item - (sample.items[index] as number));
		expect(new Set(gaps).size).toBe(1);
	});
});
