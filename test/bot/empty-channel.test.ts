import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emptiness } from '../../src/bot/attendance/emptiness.ts';
import { startBench, type TestBench } from '../support/discord.ts';
import { until } from '../support/until.ts';

const AFTER_MS = 1500;

describe('a channel into which a command brought the bot', () => {
	let bench: TestBench;
	beforeEach(async () => {
		bench = await startBench({}, {}, [{ name: 'other', kind: 'voice' }], { options: { leaveEmptyAfterMs: AFTER_MS } });
	});
	afterEach(() => bench[Symbol.asyncDispose]());
	const channels = (): string[] => bench.bot.sessions.all.map(({ channel }) => channel.name);

	it('is left when its last member has been gone for a while, whatever bots are there', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await bench.join('Jukebox', { bot: true });
		await ada.command('emotion join');
		ada.leave();
		await until(() => bench.ended.length === 1);
		expect(channels()).toEqual([]);
		// As if it had never been: it comes again when it is asked.
		await ada.join('lounge');
		await ada.command('emotion join');
		expect(channels()).toEqual(['lounge']);
	});

	it('is not left while anybody is there', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await bench.join('Ben');
		await ada.command('emotion join');
		ada.leave();
		await delay(2 * AFTER_MS);
		expect(channels()).toEqual(['lounge']);
	});

	it('is waited in for its first members', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('emotion join', { channel: bench.discord.channel('other').id });
		const ben = await bench.join('Ben');
		ben.leave();
		await delay(2 * AFTER_MS);
		expect(channels()).toEqual(['other']);
		await ben.join('other');
		ben.leave();
		await until(() => channels().length === 0);
	});
});

describe('emptiness', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	function watch(afterMs: number) {
		const told = vi.fn();
		const emptiness = new Emptiness(afterMs, told);
		return { told, emptiness, see: (members: number) => emptiness.see(members) };
	}

	it('begins anew with everyone who comes back', () => {
		const { told, see } = watch(1000);
		for (let round = 0; round < 5; round++) {
			see(1);
			see(0);
			vi.advanceTimersByTime(999);
		}
		expect(told).not.toHaveBeenCalled();
		see(0);
		vi.advanceTimersByTime(1);
		expect(told).toHaveBeenCalledOnce();
	});

	it('is never told where it is not to be, nor once it is put away', () => {
		const never = watch(0);
		const gone = watch(1000);
		for (const { see } of [never, gone]) {
			see(1);
			see(0);
		}
		gone.emptiness[Symbol.dispose]();
		vi.advanceTimersByTime(1e9);
		expect(never.told).not.toHaveBeenCalled();
		expect(gone.told).not.toHaveBeenCalled();
	});
});
