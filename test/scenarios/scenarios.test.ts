import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, totalsOf } from './report.ts';
import { openTheatre, type Theatre } from './theatre.ts';

/** Minutes of processor time on a machine where others work, too. */
const PATIENCE_MS = 20 * 60_000;

describe('scripted conversations', () => {
	let theatre: Theatre;
	const outcomes = new Map<string, Outcome>();

	beforeAll(async () => {
		theatre = await openTheatre();
		for (const scenario of theatre.scenarios) outcomes.set(scenario.name, await theatre.play(scenario));
	}, PATIENCE_MS);
	afterAll(() => theatre[Symbol.asyncDispose]());

	const outcomeOf = (name: string): Outcome => {
		const outcome = outcomes.get(name);
		if (!outcome) throw new RangeError(`There is no scenario ${name}.`);
		return outcome;
	};

	it('are at least thirty, half of them written without tuning in mind, in several languages', () => {
		expect(outcomes.size).toBeGreaterThanOrEqual(30);
		expect(outcomes.size).toBe(theatre.scenarios.length);
		const heldOut = [...outcomes.values()].filter(({ set }) => set === 'held-out');
		expect(heldOut.length).toBeGreaterThanOrEqual(outcomes.size / 3);
		const voices = new Set(
			theatre.scenarios.flatMap(({ members }) => members.flatMap(({ voice }) => voice?.slice(0, 3) ?? [])),
		);
		expect(voices).toEqual(new Set(['crm', 'emo', 'nem']));
	});

	it('that turn into quarrels are found within half a minute, nine of ten of them', () => {
		const { quarrels, foundShare } = totalsOf([...outcomes.values()]);
		expect(quarrels).toBeGreaterThanOrEqual(15);
		expect(foundShare).toBeGreaterThanOrEqual(0.9);
	});

	it('that are none raise at most one alarm an hour', () => {
		const { peacefulHours, falseAlarmsPerHour } = totalsOf([...outcomes.values()]);
		expect(peacefulHours).toBeGreaterThanOrEqual(1);
		expect(falseAlarmsPerHour).toBeLessThanOrEqual(1);
	});

	it('of members who agreed to nothing, and of bots, leave nothing to hear', () => {
		const [ada, ...others] = theatre.scenarios.find(({ name }) => name === 'quarrel-of-the-unheard')?.members ?? [];
		expect([ada?.consents, ...others.map(({ consents }) => consents)]).toEqual([true, false, false]);
		for (const name of ['quarrel-of-the-unheard', 'bot-plays-a-quarrel']) {
			expect(outcomeOf(name)).toMatchObject({ alertsAtMs: [], falseAlarms: 0 });
			expect(outcomeOf(name).peak).toBeLessThan(0.3);
			expect(outcomeOf(name).utterances).toBeGreaterThan(10);
		}
	});

	it('find nothing in noise and music', () => {
		for (const name of ['noise-only', 'nothing-but-music']) expect(outcomeOf(name).peak).toBe(0);
	});

	it('that are a quarrel for minutes stay hot, are warned of once, and those that end cool down', () => {
		const always = outcomeOf('always-angry');
		expect(always.endedWell).toBe(true);
		expect(always.alertsAtMs).toHaveLength(1);
		const states = outcomeOf('quarrel-calms-down').states.map(({ state }) => state);
		expect(states.slice(states.indexOf('hot'))).toEqual(['hot', 'cooling', 'calm']);
	});

	it(
		'come out the same when they are played again',
		async () => {
			const scenario = theatre.scenarios.find(({ name }) => name === 'quarrel-from-the-start');
			expect(scenario && (await theatre.play(scenario))).toEqual(outcomeOf('quarrel-from-the-start'));
		},
		PATIENCE_MS,
	);
});
