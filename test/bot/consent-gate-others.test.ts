import { expect, it, vi } from 'vitest';
import { ConsentGate } from '../../src/bot/index.ts';
import type { ConsentRecord, ConsentStore, MoodStore } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';

const HOME = '100000000000000001';
const AWAY = '100000000000000002';
const ADA = '200000000000000001';
const BEN = '200000000000000002';

async function open() {
	const store = await openStore({ file: ':memory:', key: '00'.repeat(32) });
	const gate = new ConsentGate(store.consents, store.moods);
	const told: string[] = [];
	gate.onChange(({ action, userId }) => void told.push(`${action} ${userId}`));
	return { store, gate, told, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

it('a withdrawal touches nobody else, and no other server', async () => {
	await using world = await open();
	for (const [guild, user] of [
		[HOME, ADA],
		[AWAY, ADA],
		[HOME, BEN],
	] as const) {
		await world.gate.give(guild, user);
	}
	const signals = [world.gate.signalFor(HOME, BEN), world.gate.signalFor(AWAY, ADA)];
	const done = world.gate.withdraw(HOME, ADA);
	// While it is being stored, and after.
	for (const _ of ['before', 'after']) {
		expect(world.gate.mayHear(HOME, ADA)).toBe(false);
		expect(world.gate.mayHear(HOME, BEN)).toBe(true);
		expect(world.gate.mayHear(AWAY, ADA)).toBe(true);
		await done;
	}
	expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
});

it('consent to an older notice is none', async () => {
	const outdated: ConsentRecord = { guildId: HOME, userId: ADA, version: 0, givenAt: 0, receipt: 'r' };
	const consents = { list: async () => [outdated], get: async () => outdated } as unknown as ConsentStore;
	const gate = new ConsentGate(consents, {} as MoodStore);
	await gate.load(HOME);
	expect(gate.mayHear(HOME, ADA)).toBe(false);
	expect(await gate.receipt(HOME, ADA)).toBeUndefined();
});

it('the receipt is that of the consent, and gone with it', async () => {
	await using world = await open();
	const given = await world.gate.give(HOME, ADA);
	expect(await world.gate.receipt(HOME, ADA)).toEqual(given);
	await world.gate.withdraw(HOME, ADA);
	expect(await world.gate.receipt(HOME, ADA)).toBeUndefined();
});

it('withdrawing tells how many entries went, and that there was nothing to withdraw', async () => {
	const consents = {
		give: async () => ({ guildId: HOME, userId: ADA, version: 1, givenAt: 0, receipt: 'r' }),
		withdraw: async (_: string, userId: string) => userId === ADA,
	} as unknown as ConsentStore;
	const gate = new ConsentGate(consents, { erase: async () => 7 } as unknown as MoodStore);
	// Stored by an earlier run and not read yet: consent all the same.
	expect(await gate.withdraw(HOME, ADA)).toBe(7);
	expect(await gate.withdraw(HOME, BEN)).toBeUndefined();
	expect(await gate.erase(HOME, ADA)).toBe(7);
});

it('two withdrawals at once are over when both are', async () => {
	await using world = await open();
	await world.gate.give(HOME, ADA);
	const [first, second] = [world.gate.withdraw(HOME, ADA), world.gate.withdraw(HOME, ADA)];
	const again = world.gate.give(HOME, ADA);
	expect(world.gate.mayHear(HOME, ADA)).toBe(false);
	await Promise.all([first, second, again]);
	expect(world.gate.mayHear(HOME, ADA)).toBe(true);
	expect(world.told).toEqual([`given ${ADA}`, `withdrawn ${ADA}`, `given ${ADA}`]);
});

it('a consent that a withdrawal has overtaken is not told as given', async () => {
	await using world = await open();
	const given = world.gate.give(HOME, ADA);
	const withdrawn = world.gate.withdraw(HOME, ADA);
	await Promise.all([given, withdrawn]);
	expect(world.told).toEqual([]);
	expect(world.gate.mayHear(HOME, ADA)).toBe(false);
});

it('entries that could not be deleted are an error, and the member is not heard', async () => {
	const consents = {
		give: async () => ({ guildId: HOME, userId: ADA, version: 1, givenAt: 0, receipt: 'r' }),
		withdraw: async () => true,
	} as unknown as ConsentStore;
	const moods = { erase: () => Promise.reject(new Error('disk full')) } as unknown as MoodStore;
	const gate = new ConsentGate(consents, moods);
	await gate.give(HOME, ADA);
	await expect(gate.withdraw(HOME, ADA)).rejects.toThrow('disk full');
	expect(gate.mayHear(HOME, ADA)).toBe(false);
});

it('what has been said last counts from then on, though a consent before it is only stored now', async () => {
	await using world = await open();
	await world.gate.give(HOME, ADA);
	const words = [world.gate.withdraw(HOME, ADA), world.gate.give(HOME, ADA), world.gate.withdraw(HOME, ADA)];
	const heard: boolean[] = [];
	for (const word of words) {
		await word;
		heard.push(world.gate.mayHear(HOME, ADA));
	}
	expect(heard).toEqual([false, false, false]);
	expect(world.told).toEqual([`given ${ADA}`, `withdrawn ${ADA}`]);
});

it('of several who withdraw at once nobody is heard, whether or not it could be stored', async () => {
	await using world = await open();
	for (const user of [ADA, BEN]) await world.gate.give(HOME, user);
	vi.spyOn(world.store.consents, 'withdraw').mockRejectedValueOnce(new Error('disk full'));
	await expect(world.gate.withdraw(HOME, ADA)).rejects.toThrow('disk full');
	const done = world.gate.withdraw(HOME, BEN);
	expect([ADA, BEN].map((user) => world.gate.mayHear(HOME, user))).toEqual([false, false]);
	await done;
	expect([ADA, BEN].map((user) => world.gate.mayHear(HOME, user))).toEqual([false, false]);
});
