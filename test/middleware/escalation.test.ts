import { describe, expect, it } from 'vitest';
import type { HeatState, SesEvent } from '../../src/domain/index.ts';
import { compose, type EmotionContext, escalation } from '../../src/middleware/index.ts';

/** When alerts are raised, in seconds, while a channel goes through `course`: a state every ten seconds. */
async function alertsOf(course: readonly (HeatState | 'barely hot')[], cooldownMs: number): Promise<number[]> {
	const events: SesEvent[] = [];
	const step = escalation(
		{ say: async () => true },
		(event) => events.push(event),
		() => '',
		{ cooldownMs },
	);
	const run = compose([step]);
	let previous: HeatState = 'calm';
	for (const [index, each] of course.entries()) {
		const state = each === 'barely hot' ? 'hot' : each;
		await run({
			result: { sessionId: 's' },
			at: index * 10_000,
			heat: { state, previous, score: 0.6, contributors: 2, reasons: [], evident: each === 'hot' },
		} as unknown as EmotionContext);
		previous = state;
	}
	return events.map(({ at }) => at / 1000);
}

describe('escalation', () => {
	it('alerts once for as long as a channel stays hot, however long that is', async () => {
		expect(await alertsOf(['calm', 'warm', 'hot', 'hot', 'hot', 'hot', 'hot'], 20_000)).toEqual([20]);
	});

	it('alerts each time a channel becomes hot, but not within the cooldown', async () => {
		expect(await alertsOf(['hot', 'cooling', 'hot', 'cooling', 'calm', 'warm', 'hot'], 30_000)).toEqual([0, 60]);
	});

	it('alerts of what began within the cooldown as soon as that is over', async () => {
		expect(await alertsOf(['hot', 'cooling', 'calm', 'hot', 'hot', 'hot', 'hot', 'hot'], 50_000)).toEqual([0, 50]);
	});

	it('waits until the reasons carry an alert again when the channel is only still hot', async () => {
		expect(await alertsOf(['hot', 'calm', 'hot', 'barely hot', 'barely hot', 'hot', 'hot'], 30_000)).toEqual([0, 50]);
	});

	it('does not alert of what was over before the cooldown was', async () => {
		expect(await alertsOf(['hot', 'calm', 'hot', 'cooling', 'calm', 'calm'], 40_000)).toEqual([0]);
	});
});
