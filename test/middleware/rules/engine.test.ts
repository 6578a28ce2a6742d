import { describe, expect, it } from 'vitest';
import type { GuildSettings, HeatState } from '../../../src/domain/index.ts';
import type { RuleSession } from '../../../src/middleware/index.ts';
import { Course, type CourseOptions, EVENING, MINUTE, oneRule, SAY } from './course.ts';

describe('how long it must be so', () => {
	it('is counted from when it began, and begins anew when it was not so', () => {
		const course = new Course(oneRule('when: { heat: { state: hot } }, for: 1m')).start();
		course.heat('hot').pass(50_000).heat('warm').heat('hot');
		expect(course.pass(50_000).fired).toEqual([]);
		expect(course.pass(20_000).fired).toEqual([113]);
	});

	it('has slack once it is so, so that a figure at a bound does not flicker', () => {
		const run = (slack: string): number[] => {
			const course = new Course(oneRule(`when: { heat: { atLeast: 0.5${slack} } }, for: 5s, cooldown: 0s`)).start();
			for (let round = 0; round < 20; round++) course.heat('warm', round % 2 ? 0.45 : 0.52);
			return course.fired;
		};
		expect(run('')).toEqual([]);
		expect(run(', slack: 0.1')).toEqual([6]);
	});

	it('is over when the figure leaves the slack, too', () => {
		const course = new Course(oneRule('when: { heat: { atLeast: 0.5, slack: 0.1 } }, cooldown: 0s')).start();
		for (const score of [0.5, 0.41, 0.39, 0.45, 0.5]) course.heat('warm', score);
		expect(course.fired).toEqual([1, 5]);
	});
});

describe('a rule that holds', () => {
	it('fires once, and again only when it has been otherwise', () => {
		const course = new Course(oneRule('when: { heat: { state: hot } }, cooldown: 1m')).start();
		course
			.heat('hot')
			.pass(10 * MINUTE)
			.heat('calm')
			.heat('hot');
		expect(course.fired).toEqual([1, 603]);
	});

	it('fires again after its cooldown where it may', () => {
		const course = new Course(oneRule('when: { heat: { state: hot } }, cooldown: 1m, repeat: true')).start();
		course.heat('hot').pass(3 * MINUTE);
		expect(course.fired).toEqual([1, 61, 121, 181]);
		expect(course.heldBack).toEqual([]);
	});

	it('is held back by its cooldown, which is told once, and fires when that is over if it still holds', () => {
		const course = new Course(oneRule('when: { heat: { state: hot } }, cooldown: 2m')).start();
		course
			.heat('hot')
			.heat('calm')
			.heat('hot')
			.pass(3 * MINUTE);
		expect(course.heldBack).toEqual(['cooldown']);
		expect(course.fired).toEqual([1, 123]);
	});

	it('has lost its moment when the cooldown is over, if it was one', () => {
		const course = new Course(oneRule('when: { heat: { to: hot } }, cooldown: 2m')).start();
		course
			.heat('hot')
			.heat('calm')
			.heat('hot')
			.pass(3 * MINUTE);
		expect(course.heldBack).toEqual(['cooldown']);
		expect(course.fired).toEqual([1]);
	});

	it('keeps to its budget of an hour, in a channel and in all channels of a server', () => {
		const course = new Course(oneRule('when: { heat: { to: hot } }, cooldown: 0s, perHour: { channel: 2, guild: 3 }'));
		const [one, other] = [Course.session('s1', 'c1'), Course.session('s2', 'c2')];
		course.start(one).start(other);
		const flare = (session: RuleSession): void => void course.heat('hot', 1, session).heat('calm', 0, session);
		for (const session of [one, one, one, other, other]) flare(session);
		expect(course.fired).toHaveLength(3);
		expect(course.heldBack).toEqual(['budget', 'budget']);
		course.pass(60 * MINUTE);
		flare(one);
		expect(course.fired).toHaveLength(4);
	});

	it('has a cooldown for all channels of a server where it names one, and none for other servers', () => {
		const course = new Course(oneRule('when: { heat: { to: hot } }, cooldown: { channel: 1m, guild: 10m }'));
		const sessions = [Course.session('s1', 'c1'), Course.session('s2', 'c2'), Course.session('s3', 'c3', 'h')];
		for (const session of sessions) course.start(session);
		for (const session of sessions) course.heat('hot', 1, session);
		expect(course.decisions.map(({ session, heldBack }) => [session.channelId, heldBack])).toEqual([
			['c1', undefined],
			['c2', 'cooldown'],
			['c3', undefined],
		]);
	});

	it('keeps its cooldown when the bot leaves the channel and comes back', () => {
		const course = new Course(oneRule('when: { heat: { to: hot } }, cooldown: 10m')).start().heat('hot');
		course.engine.end('s', course.at);
		const later = Course.session('later');
		course.start(later).heat('hot', 1, later);
		expect(course.fired).toEqual([1]);
	});

	it('is looked at only where it belongs', () => {
		const channel = '100000000000000001';
		const course = new Course(oneRule(`when: { heat: { to: hot } }, where: { channels: ["${channel}"] }`));
		const there = Course.session('s2', channel);
		course.start().start(there).heat('hot').heat('hot', 1, there);
		expect(course.decisions.map(({ session }) => session.channelId)).toEqual([channel]);

		const guild = '300000000000000001';
		const server = new Course(oneRule(`when: { heat: { to: hot } }, where: { guilds: ["${guild}"] }`));
		const home = Course.session('s2', 'c2', guild);
		server.start().start(home).heat('hot').heat('hot', 1, home);
		expect(server.decisions.map(({ session }) => session.guildId)).toEqual([guild]);
	});
});

describe('all rules together', () => {
	const TWO = `rules:
  - { name: first, ${SAY}, when: { heat: { state: hot } }, cooldown: 0s }
  - { name: second, ${SAY}, when: { heat: { state: hot } }, cooldown: 0s }
  - { name: hook, then: [{ webhook: { url: https://example.org, secret: env:S } }], when: { heat: { state: hot } } }
`;

	it('leave time between two replies in a channel, and what nobody sees is not among them', () => {
		const course = new Course(TWO, { cooldownMs: 20_000 }).start().heat('hot').pass(30_000);
		expect(course.decisions.map(({ rule, heldBack, at }) => [rule.name, heldBack, (at - EVENING) / 1000])).toEqual([
			['first', undefined, 1],
			['second', 'channel-cooldown', 1],
			['hook', undefined, 1],
			['second', undefined, 21],
		]);
	});

	it('keep to the budget of a channel', () => {
		const course = new Course(TWO, { perHour: 1 })
			.start()
			.heat('hot')
			.pass(59 * MINUTE);
		expect(course.fired).toEqual([1, 1]);
		expect(course.heldBack).toEqual(['channel-budget']);
		expect(course.pass(2 * MINUTE).fired).toHaveLength(3);
	});

	it('keep quiet while most is unsure', () => {
		const course = new Course(`silentWhile: { unsure: { within: 5m, utterances: 4, atLeast: 0.6 } }\n${TWO}`).start();
		course.say('abab', 'unsure').heat('hot');
		expect(course.decisions.map(({ rule, heldBack }) => [rule.name, heldBack])).toEqual([
			['first', 'silent'],
			['second', 'silent'],
			['hook', undefined],
		]);
		course.say('abcabc', 'anger');
		expect(course.fired).toHaveLength(3);
	});

	it('do not take laughter for being unsure', () => {
		const course = new Course(`silentWhile: { unsure: { utterances: 4, atLeast: 0.6 } }\n${TWO}`).start();
		course.say('abab', 'unsure', { sound: 'laughter' }).heat('hot');
		expect(course.heldBack).toEqual([]);
	});

	it.each<[GuildSettings, string]>([
		[{ paused: true }, 'paused'],
		[{ replies: false }, 'replies-off'],
	])('are silent where the community wants it so: %o', (settings, heldBack) => {
		const course = new Course(oneRule('when: { heat: { state: hot } }'), { settings }).start().heat('hot');
		expect(course.decisions.map((each) => each.heldBack)).toEqual([heldBack]);
		course.settings = {};
		expect(course.pass(5000).fired).toHaveLength(1);
	});

	it('that only try do not take from the budget of the others', () => {
		const rules = TWO.replace('name: first,', 'name: first, dryRun: true,');
		const course = new Course(rules, { perHour: 1 }).start().heat('hot');
		expect(course.decisions.map(({ rule, heldBack }) => [rule.name, rule.dryRun, heldBack])).toEqual([
			['first', true, undefined],
			['second', false, undefined],
			['hook', false, undefined],
		]);
	});
});

describe('the clock', () => {
	/** Of each hour of a day, whether a rule would be held back. */
	const quietAt = (rules: string, options: CourseOptions = {}): number[] =>
		Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => {
			const begin = Date.UTC(2026, 6, 15, hour, 30);
			return new Course(rules, { ...options, begin }).start().heat('hot').heldBack.includes('quiet-hours');
		});
	const berlin: GuildSettings = {
		alerts: {
			mode: 'monitor',
			thresholdShift: 0,
			quietHours: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
		},
	};
	const NIGHT = 'when: { heat: { to: hot } }, quietHours: { from: "23:00", to: "02:00" }';

	it('has quiet hours over midnight', () => {
		expect(quietAt(oneRule(NIGHT))).toEqual([0, 1, 23]);
	});

	it('is the community’s, else that of the rules, unless the hours name their own', () => {
		expect(quietAt(oneRule(NIGHT), { settings: berlin })).toEqual([21, 22, 23]);
		expect(quietAt(`timeZone: America/New_York\n${oneRule(NIGHT)}`)).toEqual([3, 4, 5]);
		const own = NIGHT.replace('"02:00"', '"02:00", timeZone: Asia/Kolkata');
		expect(quietAt(oneRule(own), { settings: berlin })).toEqual([17, 18, 19]);
	});

	it('has quiet hours for all rules that have none of their own', () => {
		const rules = `quietHours: { from: "12:00", to: "13:00" }
rules:
  - { name: usual, ${SAY}, when: { heat: { to: hot } } }
  - { name: always, ${SAY}, when: { heat: { to: hot } }, quietHours: none }
`;
		const course = new Course(rules, { begin: Date.UTC(2026, 6, 15, 12, 30) }).start().heat('hot');
		expect(course.decisions.map(({ rule, heldBack }) => [rule.name, heldBack])).toEqual([
			['usual', 'quiet-hours'],
			['always', undefined],
		]);
	});

	it('lets a rule fire when the quiet hours are over, if it still holds', () => {
		const rules = oneRule('when: { heat: { state: hot } }, quietHours: { from: "20:00", to: "20:10" }');
		const course = new Course(rules)
			.start()
			.heat('hot')
			.pass(15 * MINUTE);
		expect(course.heldBack).toEqual(['quiet-hours']);
		expect(course.fired[0]).toBeCloseTo(601, 0);
	});

	it.each<[string, string, GuildSettings, boolean]>([
		['the right day and hour', '{ days: [sun], from: "19:00", to: "21:00" }', {}, true],
		['another day', '{ days: [mon], from: "19:00", to: "21:00" }', {}, false],
		['another hour', '{ from: "21:00", to: "23:00" }', {}, false],
		['an hour of the community', '{ from: "21:00", to: "23:00" }', berlin, true],
		['a night that began the day before', '{ days: [sat], from: "22:00", to: "20:30" }', {}, true],
	])('is something to ask for: %s', (_, time, settings, fires) => {
		const course = new Course(oneRule(`when: { heat: { to: hot }, time: ${time} }`), { settings }).start().heat('hot');
		expect(course.fired).toHaveLength(fires ? 1 : 0);
	});
});

it('decides the same each time', () => {
	const rules = oneRule(
		'when: { any: [{ heat: { state: hot } }, { mood: { of: sadness, atLeast: 0.4 } }] }, cooldown: 1m, repeat: true',
	);
	const run = (): unknown[] => {
		const course = new Course(rules).start();
		for (let round = 0; round < 200; round++) {
			course.say('abcd'[round % 4] as string, round % 3 ? 'sadness' : 'calm');
			course.heat((['calm', 'warm', 'hot', 'cooling'] as const)[(round * 7) % 4] as HeatState, (round % 10) / 10);
		}
		return course.decisions.map(({ at, heldBack, figures }) => [at, heldBack, figures]);
	};
	expect(run()).toEqual(run());
	expect(run().length).toBeGreaterThan(5);
});
