import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ConsentGate } from '../../src/bot/index.ts';
import type { ConsentStore, MoodStore } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { collectGarbage } from '../support/gc.ts';

const GUILD = '100000000000000001';
const ADA = '200000000000000001';

async function open() {
	const store = await openStore({ file: ':memory:', key: '00'.repeat(32) });
	const gate = new ConsentGate(store.consents, store.moods);
	const told: string[] = [];
	gate.onChange(({ action }) => void told.push(action));
	return { store, gate, told, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

describe('ConsentGate', () => {
	it('lets nobody be heard before the consents were read', async () => {
		await using world = await open();
		await world.store.consents.give(GUILD, ADA);
		expect(world.gate.mayHear(GUILD, ADA)).toBe(false);
		await world.gate.load(GUILD);
		expect(world.gate.mayHear(GUILD, ADA)).toBe(true);
	});

	it('stops at once on a withdrawal, before anything is stored', async () => {
		await using world = await open();
		await world.gate.give(GUILD, ADA);
		const signal = world.gate.signalFor(GUILD, ADA);
		const done = world.gate.withdraw(GUILD, ADA);
		expect(world.gate.mayHear(GUILD, ADA)).toBe(false);
		expect(signal.aborted).toBe(true);
		expect(world.told).toEqual(['given', 'withdrawn']);
		expect(await done).toBe(0);
	});

	it('aborts what is under way when the member erases, and goes on listening', async () => {
		await using world = await open();
		await world.gate.give(GUILD, ADA);
		const signal = world.gate.signalFor(GUILD, ADA);
		await world.gate.erase(GUILD, ADA);
		expect(signal.aborted).toBe(true);
		expect(world.gate.mayHear(GUILD, ADA)).toBe(true);
		expect(world.gate.signalFor(GUILD, ADA).aborted).toBe(false);
	});

	it('holds nothing of members whose work is done, and aborts what is not', async () => {
		await using world = await open();
		const kept = world.gate.signalFor(GUILD, ADA);
		for (let member = 0; member < 1000; member++) world.gate.signalFor(GUILD, `3${member}`);
		await vi.waitFor(
			async () => {
				await collectGarbage();
				expect(world.gate.working).toBe(1);
			},
			{ timeout: 10_000 },
		);
		expect(world.gate.signalFor(GUILD, ADA)).toBe(kept);
		await world.gate.erase(GUILD, ADA);
		expect(kept.aborted).toBe(true);
	});

	it('does not listen again while a withdrawal could not be stored', async () => {
		const full = new Error('disk full');
		const consents = {
			give: async () => ({ guildId: GUILD, userId: ADA, version: 1, givenAt: 0, receipt: 'r' }),
			list: async () => [{ guildId: GUILD, userId: ADA, version: 1, givenAt: 0, receipt: 'r' }],
			withdraw: () => Promise.reject(full),
		} as unknown as ConsentStore;
		const erased: string[] = [];
		const moods = { erase: async (_: string, userId: string) => erased.push(userId) } as unknown as MoodStore;
		const gate = new ConsentGate(consents, moods);
		await gate.give(GUILD, ADA);
		await expect(gate.withdraw(GUILD, ADA)).rejects.toBe(full);
		expect(erased).toEqual([ADA]);
		await gate.load(GUILD);
		expect(gate.mayHear(GUILD, ADA)).toBe(false);
	});

	it('takes the next word of a member whose withdrawal could not be stored', async () => {
		await using world = await open();
		const full = new Error('disk full');
		const { consents } = world.store;
		await world.gate.give(GUILD, ADA);
		vi.spyOn(consents, 'withdraw').mockRejectedValueOnce(full).mockRejectedValueOnce(full);
		await expect(world.gate.withdraw(GUILD, ADA)).rejects.toBe(full);
		expect(world.gate.mayHear(GUILD, ADA)).toBe(false);
		await world.gate.give(GUILD, ADA);
		expect(world.gate.mayHear(GUILD, ADA)).toBe(true);
		await expect(world.gate.withdraw(GUILD, ADA)).rejects.toBe(full);
		await world.gate.withdraw(GUILD, ADA);
		await world.gate.give(GUILD, ADA);
		expect(world.gate.mayHear(GUILD, ADA)).toBe(true);
		expect(world.told).toEqual(['given', 'withdrawn', 'given', 'withdrawn', 'given']);
	});

	it('ends as the last word had it, however the words cross', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.constantFrom('give', 'withdraw', 'load', 'erase'), { minLength: 1, maxLength: 12 }),
				fc.boolean(),
				async (words, agreedBefore) => {
					await using world = await open();
					if (agreedBefore) await world.store.consents.give(GUILD, ADA);
					await world.gate.load(GUILD);
					await Promise.all(
						words.map((word) => (word === 'load' ? world.gate.load(GUILD) : world.gate[word](GUILD, ADA))),
					);
					const last = words.findLast((word) => word === 'give' || word === 'withdraw');
					const expected = last === undefined ? agreedBefore : last === 'give';
					expect(world.gate.mayHear(GUILD, ADA)).toBe(expected);
					expect((await world.store.consents.get(GUILD, ADA)) !== undefined).toBe(expected);
				},
			),
			{ numRuns: 60 },
		);
	});
});
