import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assignment, Coordinator } from '../../src/bot/fleet/coordinator.ts';

const ACCOUNTS = ['main', 'second', 'third'];
const CHANNELS = ['a', 'b', 'c', 'd', 'e'];

/**
 * A world to carry out what the coordinator decides, and the bookkeeping of who may be where that the
 * properties are checked against; it knows nothing of how the coordinator works.
 */
class World {
	readonly coordinator = new Coordinator(ACCOUNTS);
	readonly present = new Set<string>();
	readonly wanted = new Set<string>();
	/** Who sits where. */
	readonly seats = new Map<string, string>();
	/** Accounts that failed in a channel since it was wanted. */
	readonly unfit = new Map<string, Set<string>>();

	seat(assignments: readonly Assignment[]): void {
		for (const { channelId, accountId } of assignments) {
			expect(this.seats.has(channelId)).toBe(false);
			expect([...this.seats.values()]).not.toContain(accountId);
			this.seats.set(channelId, accountId);
		}
	}

	want(channelId: string): void {
		this.wanted.add(channelId);
		const accountId = this.coordinator.want(channelId);
		if (accountId !== undefined && !this.seats.has(channelId)) this.seat([{ channelId, accountId }]);
		expect(this.seats.get(channelId)).toBe(accountId);
	}

	drop(channelId: string): void {
		this.wanted.delete(channelId);
		this.unfit.delete(channelId);
		this.seats.delete(channelId);
		this.seat(this.coordinator.drop(channelId));
	}

	join(accountId: string): void {
		this.present.add(accountId);
		this.seat(this.coordinator.joined(accountId));
	}

	die(accountId: string): void {
		this.present.delete(accountId);
		for (const unfit of this.unfit.values()) unfit.delete(accountId);
		for (const [channelId, sitting] of this.seats) if (sitting === accountId) this.seats.delete(channelId);
		this.seat(this.coordinator.gone(accountId));
	}

	fail(channelId: string): void {
		const accountId = this.seats.get(channelId);
		if (accountId === undefined) return;
		this.seats.delete(channelId);
		this.unfit.set(channelId, (this.unfit.get(channelId) ?? new Set()).add(accountId));
		this.seat(this.coordinator.failed({ channelId, accountId }));
	}

	move(accountId: string, into: string): void {
		const from = [...this.seats].find(([, sitting]) => sitting === accountId)?.[0];
		if (from === undefined || from === into) return;
		const taken = this.seats.has(into);
		expect(this.coordinator.moved(accountId, into)).toBe(!taken);
		this.seats.delete(from);
		this.wanted.delete(from);
		this.unfit.delete(from);
		if (!taken) {
			this.wanted.add(into);
			this.seats.set(into, accountId);
		}
		// What the executor does next: the old channel is left, and whoever waits is served.
		this.seat(this.coordinator.drop(from));
	}

	check(): void {
		expect(new Map(this.coordinator.assignments.map(({ channelId, accountId }) => [channelId, accountId]))).toEqual(
			this.seats,
		);
		// Never one account in two channels; two in one channel cannot even be written down.
		expect(new Set(this.seats.values()).size).toBe(this.seats.size);
		for (const [channelId, accountId] of this.seats) {
			expect(this.wanted).toContain(channelId);
			expect(this.present).toContain(accountId);
		}
		const waiting = [...this.wanted].filter((channelId) => !this.seats.has(channelId));
		expect(new Set(this.coordinator.waiting)).toEqual(new Set(waiting));
		const free = [...this.present].filter((accountId) => ![...this.seats.values()].includes(accountId));
		for (const channelId of waiting) {
			// Whoever is free has tried this channel and failed there.
			expect(free.filter((accountId) => !this.unfit.get(channelId)?.has(accountId))).toEqual([]);
		}
	}
}

const account = fc.constantFrom(...ACCOUNTS);
const channel = fc.constantFrom(...CHANNELS);
const step = fc.oneof(
	{ weight: 3, arbitrary: channel.map((id) => ({ text: `want ${id}`, run: (world: World) => world.want(id) })) },
	{ weight: 2, arbitrary: channel.map((id) => ({ text: `drop ${id}`, run: (world: World) => world.drop(id) })) },
	{ weight: 3, arbitrary: account.map((id) => ({ text: `${id} joins`, run: (world: World) => world.join(id) })) },
	{ weight: 1, arbitrary: account.map((id) => ({ text: `${id} dies`, run: (world: World) => world.die(id) })) },
	{ weight: 2, arbitrary: channel.map((id) => ({ text: `fail in ${id}`, run: (world: World) => world.fail(id) })) },
	{
		weight: 1,
		arbitrary: fc
			.tuple(account, channel)
			.map(([who, into]) => ({ text: `${who} is moved to ${into}`, run: (world: World) => world.move(who, into) })),
	},
);

describe('the coordinator of accounts', () => {
	it('has never two of ours in one channel nor one in two, and lets no channel wait while an account is free', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const world = new World();
				for (const { run } of steps) {
					run(world);
					world.check();
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it('prefers the main account, and hands its channel over when it dies', () => {
		const coordinator = new Coordinator(ACCOUNTS);
		coordinator.joined('second');
		coordinator.joined('main');
		expect(coordinator.want('a')).toBe('main');
		expect(coordinator.want('b')).toBe('second');
		expect(coordinator.want('c')).toBeUndefined();
		expect(coordinator.waiting).toEqual(['c']);
		expect(coordinator.drop('b')).toEqual([{ channelId: 'c', accountId: 'second' }]);
		expect(coordinator.gone('main')).toEqual([]);
		expect(coordinator.waiting).toEqual(['a']);
		expect(coordinator.joined('third')).toEqual([{ channelId: 'a', accountId: 'third' }]);
	});

	it('asks an account that failed in a channel again once the channel is wanted anew', () => {
		const coordinator = new Coordinator(ACCOUNTS);
		coordinator.joined('main');
		coordinator.want('a');
		expect(coordinator.failed({ channelId: 'a', accountId: 'main' })).toEqual([]);
		expect(coordinator.want('a')).toBeUndefined();
		coordinator.drop('a');
		expect(coordinator.want('a')).toBe('main');
	});

	it('takes no notice of a failure of somebody who has been replaced', () => {
		const coordinator = new Coordinator(ACCOUNTS);
		coordinator.joined('main');
		coordinator.joined('second');
		coordinator.want('a');
		expect(coordinator.gone('main')).toEqual([{ channelId: 'a', accountId: 'second' }]);
		expect(coordinator.failed({ channelId: 'a', accountId: 'main' })).toEqual([]);
		expect(coordinator.accountOf('a')).toBe('second');
	});
});
