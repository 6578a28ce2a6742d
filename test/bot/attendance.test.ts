import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Follower } from '../../src/bot/attendance/follower.ts';
import { type Appointment, Scheduler } from '../../src/bot/attendance/scheduler.ts';
import type { ClaimOutcome } from '../../src/bot/sessions.ts';
import { DAYS, isOpen, isTimeZone, type WeeklyWindow } from '../../src/domain/index.ts';

const at = (iso: string): number => Date.parse(iso);

describe('a weekly window', () => {
	const evening: WeeklyWindow = { days: ['mon', 'fri'], from: '20:00', to: '22:00', timeZone: 'Europe/Berlin' };

	it.each([
		['begins on the minute', '2026-11-23T19:00:00Z', true],
		['is not open a moment earlier', '2026-11-23T18:59:59Z', false],
		['is open until the last moment', '2026-11-23T20:59:59Z', true],
		['ends on the minute', '2026-11-23T21:00:00Z', false],
		['is closed on other days', '2026-11-24T19:30:00Z', false],
		['goes by the summer’s clock in summer', '2026-07-06T18:00:00Z', true],
		['goes by the summer’s clock in summer, an hour before too', '2026-07-06T17:59:00Z', false],
	])('%s', (_, moment, open) => expect(isOpen(evening, at(moment))).toBe(open));

	const night: WeeklyWindow = { days: ['sat'], from: '22:00', to: '04:00', timeZone: 'America/New_York' };

	it.each([
		['belongs to the day on which it begins', '2026-11-22T03:30:00Z', true],
		['goes on after midnight', '2026-11-22T08:59:00Z', true],
		['ends on the day after', '2026-11-22T09:00:00Z', false],
		['is not open on the morning of its own day', '2026-11-21T08:00:00Z', false],
		['is an hour longer in the night that has two of them', '2026-11-01T08:30:00Z', true],
	])('over midnight %s', (_, moment, open) => expect(isOpen(night, at(moment))).toBe(open));

	it('from 00:00 to 24:00 is a whole day', () => {
		const day: WeeklyWindow = { days: ['sun'], from: '00:00', to: '24:00', timeZone: 'UTC' };
		expect(isOpen(day, at('2026-11-22T00:00:00Z'))).toBe(true);
		expect(isOpen(day, at('2026-11-22T23:59:59Z'))).toBe(true);
		expect(isOpen(day, at('2026-11-23T00:00:00Z'))).toBe(false);
	});

	it('is open for exactly its length on each of its days where clocks do not change', () => {
		const time = fc
			.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
			.map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
		fc.assert(
			fc.property(fc.subarray([...DAYS], { minLength: 1 }), time, time, (days, from, to) => {
				fc.pre(from !== to);
				const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
				const length = (minutes(to) - minutes(from) + 1440) % 1440;
				const window: WeeklyWindow = { days, from, to, timeZone: 'Asia/Kolkata' };
				let open = 0;
				const start = at('2026-11-22T18:30:00Z');
				for (let minute = 0; minute < 7 * 1440; minute += 1) if (isOpen(window, start + minute * 60_000)) open++;
				expect(open).toBe(days.length * length);
			}),
			{ numRuns: 5 },
		);
	});

	it('knows time zones', () => {
		expect(isTimeZone('Europe/Warsaw')).toBe(true);
		expect(isTimeZone('Europe/Atlantis')).toBe(false);
	});
});

/** What was asked of the sessions, in order; `outcome` is what they answer. */
function recorder() {
	const asked: string[] = [];
	const state: { outcome: ClaimOutcome } = { outcome: 'joined' };
	return {
		asked,
		state,
		join: async (_: string, channelId: string) => {
			asked.push(`join ${channelId}`);
			return state.outcome;
		},
		leave: async (_: string, channelId: string) => void asked.push(`leave ${channelId}`),
		onFailure: (error: unknown) => {
			throw error;
		},
	};
}

describe('following members in', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	const JOIN_MS = 3000;
	const LEAVE_MS = 30_000;

	function setUp() {
		const sessions = recorder();
		const follower = new Follower({ joinDelayMs: JOIN_MS, leaveDelayMs: LEAVE_MS, ...sessions });
		const see = (consenting: number, minMembers: number | undefined = 2): void =>
			follower.see({ guildId: 'g', channelId: 'a', consenting, minMembers });
		return { ...sessions, follower, see, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
	}

	it('comes when enough who agreed stay, and goes when none of them is left', async () => {
		const { asked, see, pass } = setUp();
		see(1);
		await pass(10 * JOIN_MS);
		expect(asked).toEqual([]);
		see(2);
		await pass(JOIN_MS - 1);
		expect(asked).toEqual([]);
		await pass(1);
		expect(asked).toEqual(['join a']);
		// Fewer than it takes to come are enough to stay.
		see(1);
		await pass(10 * LEAVE_MS);
		see(0);
		await pass(LEAVE_MS - 1);
		expect(asked).toEqual(['join a']);
		await pass(1);
		expect(asked).toEqual(['join a', 'leave a']);
	});

	it('is not moved by somebody who looks in, or whose connection breaks off', async () => {
		const { asked, see, pass } = setUp();
		see(2);
		await pass(JOIN_MS / 2);
		see(1);
		await pass(JOIN_MS);
		expect(asked).toEqual([]);
		see(2);
		await pass(JOIN_MS);
		see(0);
		await pass(LEAVE_MS / 2);
		see(1);
		await pass(10 * LEAVE_MS);
		expect(asked).toEqual(['join a']);
	});

	it('stays away when it was sent away, until the members meet anew', async () => {
		const { asked, follower, see, pass } = setUp();
		see(2);
		await pass(JOIN_MS);
		follower.dismissed('a');
		see(3);
		await pass(10 * JOIN_MS);
		expect(asked).toEqual(['join a']);
		see(1);
		see(2);
		await pass(JOIN_MS);
		expect(asked).toEqual(['join a', 'join a']);
	});

	it('does not knock again and again where it cannot come in', async () => {
		const { asked, state, see, pass } = setUp();
		state.outcome = 'failed';
		see(2);
		await pass(JOIN_MS);
		for (let turn = 0; turn < 5; turn++) {
			see(2 + turn);
			await pass(10 * JOIN_MS);
		}
		expect(asked).toEqual(['join a']);
	});

	it('leaves at once when it is not to follow any more', async () => {
		const { asked, follower, see, pass } = setUp();
		see(2);
		await pass(JOIN_MS);
		follower.see({ guildId: 'g', channelId: 'a', consenting: 2, minMembers: undefined });
		await pass(0);
		expect(asked).toEqual(['join a', 'leave a']);
	});

	it('asks to join and to leave in turns, whatever happens', async () => {
		const step = fc.record({
			consenting: fc.integer({ min: 0, max: 3 }),
			minMembers: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
			waitMs: fc.constantFrom(0, 100, JOIN_MS, LEAVE_MS),
			dismissed: fc.boolean(),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
				const { asked, follower, pass } = setUp();
				let there = false;
				let seen = 0;
				for (const { waitMs, dismissed, ...view } of steps) {
					if (dismissed) {
						follower.dismissed('a');
						there = false;
					}
					follower.see({ guildId: 'g', channelId: 'a', ...view });
					await pass(waitMs);
					for (const call of asked.slice(seen)) {
						expect(call).toBe(there ? 'leave a' : 'join a');
						there = !there;
					}
					seen = asked.length;
				}
				follower[Symbol.dispose]();
			}),
			{ numRuns: 300 },
		);
	});
});

describe('the schedule', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	const MINUTE = 60_000;
	const appointment = (from: string, to: string): Appointment => ({
		guild: 'g',
		channel: 'a',
		days: ['mon'],
		from,
		to,
		timeZone: 'UTC',
	});

	function setUp(appointments: Appointment[], outcome: ClaimOutcome = 'joined') {
		vi.setSystemTime(at('2026-11-23T19:30:00Z'));
		const sessions = recorder();
		sessions.state.outcome = outcome;
		const scheduler = new Scheduler({ appointments, clock: Date.now, ...sessions });
		return { ...sessions, scheduler, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
	}

	it('comes when a window opens and goes when it closes', async () => {
		const { asked, pass } = setUp([appointment('20:00', '21:00')]);
		await pass(29 * MINUTE);
		expect(asked).toEqual([]);
		await pass(MINUTE);
		expect(asked).toEqual(['join a']);
		await pass(59 * MINUTE);
		expect(asked).toEqual(['join a']);
		await pass(MINUTE);
		expect(asked).toEqual(['join a', 'leave a']);
	});

	it('comes at once when it is started in the middle of a window', async () => {
		const { asked, pass } = setUp([appointment('19:00', '20:00')]);
		await pass(0);
		expect(asked).toEqual(['join a']);
	});

	it('stays through windows that overlap', async () => {
		const { asked, pass } = setUp([appointment('19:00', '20:00'), appointment('19:45', '21:00')]);
		await pass(80 * MINUTE);
		expect(asked).toEqual(['join a']);
		await pass(10 * MINUTE);
		expect(asked).toEqual(['join a', 'leave a']);
	});

	it('stays away for the rest of a window in which it was sent away', async () => {
		const { asked, scheduler, pass } = setUp([appointment('19:00', '20:00')]);
		await pass(MINUTE);
		scheduler.dropped('a', 'dismissed');
		await pass(7 * 24 * 60 * MINUTE - 40 * MINUTE);
		expect(asked).toEqual(['join a']);
		await pass(20 * MINUTE);
		expect(asked).toEqual(['join a', 'join a']);
	});

	it('tries again after a while where it could not come in', async () => {
		const { asked, state, scheduler, pass } = setUp([appointment('19:00', '20:00')], 'failed');
		await pass(4 * MINUTE);
		expect(asked).toEqual(['join a']);
		state.outcome = 'joined';
		await pass(3 * MINUTE);
		expect(asked).toEqual(['join a', 'join a']);
		await pass(10 * MINUTE);
		expect(asked).toHaveLength(2);
		scheduler.dropped('a', 'lost');
		await pass(4 * MINUTE);
		expect(asked).toHaveLength(2);
		await pass(2 * MINUTE);
		expect(asked).toHaveLength(3);
	});
});
