import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InFlight, mapBounded } from '../../../src/app/analysis/bounded.ts';

describe('mapBounded', () => {
	it('keeps the order, and never has more under way than it may', async () => {
		let running = 0;
		let most = 0;
		const items = Array.from({ length: 40 }, (_, index) => index);
		const results = await mapBounded(items, 5, async (item) => {
			most = Math.max(most, ++running);
			await wait(item % 4);
			running--;
			return item * 2;
		});
		expect(results).toEqual(items.map((item) => item * 2));
		expect(most).toBe(5);
	});

	it('takes nothing more after a failure, and waits for what was begun', async () => {
		const finished: number[] = [];
		const work = mapBounded([0, 1, 2, 3, 4, 5], 2, async (item) => {
			if (item === 1) throw new Error('one');
			await wait(10);
			finished.push(item);
		});
		await expect(work).rejects.toThrow('one');
		expect(finished).toEqual([0]);
	});
});

describe('InFlight', () => {
	it('holds its user back when it is full', async () => {
		const gates: PromiseWithResolvers<number>[] = [];
		const inFlight = new InFlight<number>(2);
		const open = (): Promise<void> => {
			const gate = Promise.withResolvers<number>();
			return inFlight.add(() => {
				gates.push(gate);
				return gate.promise;
			});
		};
		await open();
		await open();
		const third = open();
		await wait(5);
		expect(gates).toHaveLength(2);
		gates[1]?.resolve(2);
		await third;
		expect(gates).toHaveLength(3);
		gates[0]?.resolve(1);
		gates[2]?.resolve(3);
		expect(await inFlight.results()).toEqual([1, 2, 3]);
	});

	it('passes a failure on, once all is over', async () => {
		const inFlight = new InFlight<number>(1);
		let isOver = false;
		await inFlight.add(() => Promise.reject(new Error('lost')));
		await expect(
			inFlight.add(async () => {
				isOver = true;
				return 1;
			}),
		).rejects.toThrow('lost');
		expect(isOver).toBe(false);
		await inFlight.idle();
		await expect(inFlight.results()).rejects.toThrow('lost');
	});
});
