import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/domain/index.ts';
import { Backlog } from '../../src/inference/queue/backlog.ts';
import { AnswerMemory } from '../../src/inference/queue/memory.ts';

describe('Backlog', () => {
	it('lets lanes take turns, each in its own order', () => {
		const backlog = new Backlog<{ lane: string; n: number }>();
		for (let n = 0; n < 4; n++) backlog.add({ lane: 'talkative', n });
		backlog.add({ lane: 'quiet', n: 4 });
		backlog.add({ lane: 'shy', n: 5 });
		expect(backlog.take(4).map(({ n }) => n)).toEqual([0, 4, 5, 1]);
		expect(backlog.take(9).map(({ n }) => n)).toEqual([2, 3]);
		expect(backlog.size).toBe(0);
	});

	it('gives parts when nothing else waits, and never in one lot with wholes', () => {
		const backlog = new Backlog<{ lane: string; priority: Priority }>();
		for (const priority of ['partial', 'normal', 'partial', 'raised'] as const) backlog.add({ lane: 'a', priority });
		expect(backlog.take(4).map(({ priority }) => priority)).toEqual(['raised', 'normal']);
		expect(backlog.take(4).map(({ priority }) => priority)).toEqual(['partial', 'partial']);
	});

	it('gives out exactly what was added and not removed, whatever the order of events', () => {
		const step = fc.oneof(
			fc.record({ do: fc.constant('add' as const), lane: fc.constantFrom('a', 'b', 'c') }),
			fc.record({ do: fc.constant('remove' as const), pick: fc.nat(50) }),
			fc.record({ do: fc.constant('take' as const), count: fc.nat(4) }),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const backlog = new Backlog<{ lane: string; n: number }>();
				const waiting: { lane: string; n: number }[] = [];
				for (const [n, action] of steps.entries()) {
					if (action.do === 'add') {
						const item = { lane: action.lane, n };
						backlog.add(item);
						waiting.push(item);
					} else if (action.do === 'remove') {
						const item = waiting[action.pick];
						if (item) waiting.splice(action.pick, 1);
						expect(backlog.remove(item ?? { lane: 'a', n: -1 })).toBe(item !== undefined);
					} else {
						for (const item of backlog.take(action.count)) {
							// The first of its lane, always.
							expect(waiting.find(({ lane }) => lane === item.lane)).toBe(item);
							waiting.splice(waiting.indexOf(item), 1);
						}
					}
					expect(backlog.size).toBe(waiting.length);
				}
			}),
		);
	});
});

describe('AnswerMemory', () => {
	it('forgets what was asked for the longest time ago', () => {
		const memory = new AnswerMemory<number>(2);
		memory.set('a', 1);
		memory.set('b', 2);
		expect(memory.get('a')).toBe(1);
		memory.set('c', 3);
		expect(['a', 'b', 'c'].map((id) => memory.get(id))).toEqual([1, undefined, 3]);
	});
});
