import { describe, expect, it } from 'vitest';
import type { EmotionResult, SesEvent, SoundEvents } from '../../src/domain/index.ts';
import { judge } from '../../src/domain/index.ts';
import {
	abstention,
	compose,
	type EmotionContext,
	type EmotionStep,
	eventFeed,
	eventGate,
	qualityGate,
} from '../../src/middleware/index.ts';
import { contextOf, mostly, resultAt } from './conversation.ts';

/** What a step makes of results, one after the other; nothing where it stopped one. */
async function through(step: EmotionStep, results: readonly EmotionResult[]): Promise<(string | undefined)[]> {
	const seen: (string | undefined)[] = [];
	for (const [index, result] of results.entries()) {
		let reached: EmotionContext | undefined;
		const behind: EmotionStep = {
			name: 'behind',
			run: (context) => {
				reached = context;
			},
		};
		await compose([step, behind])(contextOf(result, index * 1000));
		seen.push(reached && (reached.result.unsureReason ?? reached.result.label));
	}
	return seen;
}

const said = (more: Partial<EmotionResult> = {}): EmotionResult => ({ ...resultAt(5000, 'a', 'anger'), ...more });
const atLevel = (levelDb: number, more: Partial<EmotionResult> = {}): EmotionResult => {
	const result = said(more);
	return { ...result, quality: { ...result.quality, levelDb } };
};
const sounds = (some: Partial<SoundEvents>): SoundEvents => ({
	speech: 0.1,
	shouting: 0,
	laughter: 0,
	crying: 0,
	cough: 0,
	music: 0,
	keyboard: 0,
	noise: 0,
	...some,
});

describe('quality gate', () => {
	it.each([
		['short', { durationMs: 200 }],
		['quiet', { levelDb: -70 }],
		['noisy', { snrDb: 1 }],
		['clipped', { clippedShare: 0.3 }],
		['lossy', { lossShare: 0.6 }],
	])('makes %s audio unsure', async (reason, fault) => {
		const result = said();
		expect(await through(qualityGate(), [{ ...result, quality: { ...result.quality, ...fault } }])).toEqual([reason]);
	});

	it('goes by the rules that it is given', async () => {
		const strict = qualityGate({ minSnrDb: 40 });
		expect(await through(strict, [said()])).toEqual(['noisy']);
	});

	it('lets interruptions pass, and not what others spoke into all the while', async () => {
		const gate = qualityGate();
		expect(await through(gate, [said({ overlapMs: 1500 }), said({ speakerId: 'b', overlapMs: 2900 })])).toEqual([
			'anger',
			'overlapped',
		]);
	});

	it('takes it for an echo when it is lower than the speaker is, and for the speaker when it is not', async () => {
		const gate = qualityGate();
		const heard = [atLevel(-20), atLevel(-22), atLevel(-34, { overlapMs: 3000 }), atLevel(-18, { overlapMs: 3000 })];
		expect(await through(gate, heard)).toEqual(['anger', 'anger', 'overlapped', 'anger']);
		gate.forget?.('s', 'a');
		expect(await through(gate, [atLevel(-18, { overlapMs: 3000 })])).toEqual(['overlapped']);
	});
});

describe('event gate', () => {
	it.each(['laughter', 'music', 'crying', 'keyboard', 'cough'] as const)('makes %s unsure', async (sound) => {
		const heard = judge(
			{ ...said(), id: 'u', quality: said().quality },
			{ probabilities: mostly('anger'), events: sounds({ [sound]: 0.6 }), model: 'test@1' },
		);
		expect(heard.label).toBe('anger');
		expect(await through(eventGate(), [heard])).toEqual(['not-speech']);
	});

	it('lets speech pass, whatever else is there', async () => {
		const heard = judge(
			{ ...said(), id: 'u', quality: said().quality },
			{ probabilities: mostly('anger'), events: sounds({ speech: 0.8, music: 0.6 }), model: 'test@1' },
		);
		expect(await through(eventGate(), [heard, said()])).toEqual(['anger', 'anger']);
	});

	it('stops bots', async () => {
		const gate = eventGate(({ result }) => result.speakerId === 'bot');
		expect(await through(gate, [said({ speakerId: 'bot' }), said()])).toEqual([undefined, 'anger']);
	});
});

describe('abstention', () => {
	const sure = (confidence: number): EmotionResult => said({ confidence });
	const undecided = (): EmotionResult => said({ label: 'unsure', unsureReason: 'low-confidence', confidence: 0.3 });

	it('changes nothing in a session that the model knows', async () => {
		expect(await through(abstention(0.4), [sure(0.41), undecided(), sure(0.41), undecided(), sure(0.41)])).toEqual([
			'anger',
			'low-confidence',
			'anger',
			'low-confidence',
			'anger',
		]);
	});

	it('asks for more confidence where the model is undecided of nearly everything', async () => {
		const odd = Array.from({ length: 40 }, undecided);
		const labels = await through(abstention(0.4), [...odd, sure(0.45), sure(0.6)]);
		expect(labels.slice(-2)).toEqual(['low-confidence', 'anger']);
	});

	it('does not count poor audio, and forgets a session', async () => {
		const step = abstention(0.4);
		const short = Array.from({ length: 40 }, () => said({ label: 'unsure', unsureReason: 'short', confidence: 0.3 }));
		expect((await through(step, [...short, sure(0.45)])).at(-1)).toBe('anger');
		const odd = Array.from({ length: 40 }, undecided);
		await through(step, odd);
		step.forget?.('s');
		expect(await through(step, [sure(0.45)])).toEqual(['anger']);
	});
});

describe('event feed', () => {
	it('tells what stands behind the gates', async () => {
		const events: SesEvent[] = [];
		const steps = [eventGate(), eventFeed((event) => events.push(event))];
		await compose(steps)(contextOf(said({ dominantSound: 'laughter' }), 7));
		expect(events).toMatchObject([{ type: 'emotion', at: 7, label: 'unsure', unsureReason: 'not-speech' }]);
	});
});
