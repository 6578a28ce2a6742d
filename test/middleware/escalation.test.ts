import { describe, expect, it } from 'vitest';
import type { AlertRecord, GuildSettings, HeatState, SesEvent } from '../../src/domain/index.ts';
import { compose, type EmotionContext, escalation, escalationOptions } from '../../src/middleware/index.ts';
import { conversation } from './conversation.ts';

/** When alerts are raised, in seconds, while a channel goes through `course`: a state every ten seconds. */
async function alertsOf(course: readonly (HeatState | 'barely hot')[], cooldownMs: number): Promise<number[]> {
	const events: SesEvent[] = [];
	const raised: AlertRecord[] = [];
	const step = escalation(
		{ publish: (event) => events.push(event), raise: async (alert) => void raised.push(alert) },
		{ cooldownMs },
	);
	const run = compose([step]);
	let previous: HeatState = 'calm';
	for (const [index, each] of course.entries()) {
		const state = each === 'barely hot' ? 'hot' : each;
		await run({
			result: { sessionId: 's' },
			at: index * 10_000,
			signal: new AbortController().signal,
			heat: { state, previous, score: 0.6, contributors: 2, speakers: [], reasons: [], evident: each === 'hot' },
		} as unknown as EmotionContext);
		previous = state;
	}
	expect(raised.map(({ alertId }) => alertId)).toEqual(events.map((event) => event.type === 'alert' && event.alertId));
	return events.map(({ at }) => at / 1000);
}

async function quarrel(settings: GuildSettings, options: Parameters<typeof escalation>[1] = {}) {
	const it = conversation({ ...options, settings });
	await it.turn('speaker-three', 'neutral');
	for (let round = 0; round < 6; round++) await it.turn(round % 2 ? 'speaker-one' : 'speaker-two', 'anger');
	const [alert, ...more] = it.raised as [AlertRecord, ...AlertRecord[]];
	expect(more).toEqual([]);
	return { ...it, alert };
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

	it('raises an alert with the heat that led to it, the thresholds, and who contributed', async () => {
		const { alert, heats, now } = await quarrel({});
		// Short enough to be typed.
		expect(alert.alertId).toMatch(/^[\da-f]{8}$/);
		expect(alert).toMatchObject({ guildId: 'g', channelId: 'c', sessionId: 's', mode: 'monitor', contributors: 2 });
		expect(alert.speakers.toSorted()).toEqual(['speaker-one', 'speaker-two']);
		expect(alert.thresholds).toEqual({ warm: 0.3, hot: 0.55 });
		expect(alert.heat[0]).toMatchObject({ state: 'calm', score: 0 });
		expect(alert.heat.at(-1)).toEqual({ at: alert.at, score: alert.score, state: 'hot' });
		expect(alert.heat.every(({ at }, index) => at >= (alert.heat[index - 1]?.at ?? 0) && at <= now())).toBe(true);
		expect(alert.heat.length).toBeLessThanOrEqual(heats.length);
	});

	it('keeps nothing of one who withdraws while it is being raised', async () => {
		const raised: AlertRecord[] = [];
		const step = escalation({ publish: () => {}, raise: async (alert) => void raised.push(alert) });
		const consent = new AbortController();
		const heat = { state: 'hot', score: 0.7, contributors: 2, speakers: ['a', 'b'], reasons: [], evident: true };
		const context = { result: { sessionId: 's', speakerId: 'a' }, at: 0, heat, signal: consent.signal };
		await step.run(context as unknown as EmotionContext, async () => consent.abort());
		expect(raised.map(({ speakers }) => speakers)).toEqual([['b']]);
	});

	it('names nobody on the feed', async () => {
		const { alert, events } = await quarrel({ alerts: { mode: 'live', thresholdShift: 0 } });
		expect(alert.mode).toBe('live');
		const told = events.filter(({ type }) => type === 'alert' || type === 'heat');
		expect(told.length).toBeGreaterThan(1);
		expect(JSON.stringify(told)).not.toContain('speaker-');
	});

	it('goes by what the community chose, and by its options where that is nothing', async () => {
		const live = { mode: 'live', alertChannelId: '123456789012345678' } as const;
		expect((await quarrel({}, live)).alert.mode).toBe('live');
		expect((await quarrel({ alerts: { mode: 'monitor', thresholdShift: 0 } }, live)).alert.mode).toBe('monitor');
	});

	it('keeps an alert and calls nobody while alerts are muted, and calls again after that', async () => {
		const muted = { mode: 'live', thresholdShift: 0, mutedUntil: 10_000_000 } as const;
		expect((await quarrel({ alerts: muted })).alert).toMatchObject({ mode: 'monitor', held: 'muted' });
		const { at } = (await quarrel({})).alert;
		const until = async (mutedUntil: number) => (await quarrel({ alerts: { ...muted, mutedUntil } })).alert;
		expect(await until(at + 1)).toMatchObject({ mode: 'monitor', held: 'muted' });
		const over = await until(at);
		expect(over.mode).toBe('live');
		expect(over).not.toHaveProperty('held');
	});

	it('keeps an alert and calls nobody in quiet hours', async () => {
		// The conversation takes place at a quarter past midnight, universal time.
		const during = (from: string, to: string) =>
			quarrel({ alerts: { mode: 'live', thresholdShift: 0, quietHours: { from, to, timeZone: 'UTC' } } });
		expect((await during('22:00', '06:00')).alert).toMatchObject({ mode: 'monitor', held: 'quiet-hours' });
		expect((await during('06:00', '22:00')).alert.mode).toBe('live');
	});

	it('forgets a session that is over, and not one that a member leaves', async () => {
		const raised: AlertRecord[] = [];
		const step = escalation({ publish: () => {}, raise: async (alert) => void raised.push(alert) });
		const heat = { state: 'hot', score: 0.7, contributors: 2, speakers: ['a'], reasons: [], evident: true };
		const hot = (at: number) => {
			const context = { result: { sessionId: 's', speakerId: 'a' }, at, heat, signal: new AbortController().signal };
			return step.run(context as unknown as EmotionContext, async () => {});
		};
		await hot(0);
		step.forget?.('s', 'a');
		await hot(1000);
		expect(raised).toHaveLength(1);
		step.forget?.('s');
		await hot(2000);
		expect(raised.map((alert) => alert.heat)).toMatchObject([[{ at: 0 }], [{ at: 2000 }]]);
	});

	it('has nothing to say where no step before it followed the heat', async () => {
		const step = escalation({ publish: () => expect.unreachable(), raise: () => expect.unreachable() });
		let reached = false;
		const context = { result: { sessionId: 's' }, at: 0, signal: new AbortController().signal };
		await step.run(context as unknown as EmotionContext, async () => {
			reached = true;
		});
		expect(reached).toBe(true);
	});
});

describe('escalationOptions', () => {
	it.each([
		['the id of a channel', { alertChannelId: 'general' }],
		['the id of a channel', { alertChannelId: '<#123456789012345678>' }],
		['the id of a channel', { alertChannelId: '123456789012345678901' }],
		['is needed in live mode', { mode: 'live' }],
	])('refuses what is not %s: %j', (message, options) => {
		const { error } = escalationOptions.safeParse(options);
		expect(error?.issues).toMatchObject([{ path: ['alertChannelId'], message: expect.stringContaining(message) }]);
	});

	it('takes monitor mode with a channel and without', () => {
		for (const options of [{}, { mode: 'monitor' }, { alertChannelId: '12345678901234567' }]) {
			expect(escalationOptions.parse(options)).toMatchObject({ mode: 'monitor', cooldownMs: 300_000 });
		}
	});
});
