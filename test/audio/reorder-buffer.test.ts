import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ordered, ReorderBuffer, sequenceDistance } from '../../src/audio/index.ts';
import { packet, shown } from './ordered.ts';

function run(sequences: readonly number[], endMs = 10_000): (number | 'lost' | string)[] {
	const buffer = new ReorderBuffer();
	const out: Ordered[] = [];
	for (const [index, sequence] of sequences.entries()) {
		buffer.push(packet(sequence, index * 20));
		out.push(...buffer.pull(index * 20));
	}
	return shown([...out, ...buffer.pull(endMs)]);
}

describe('sequenceDistance', () => {
	it.each([
		[0, 1, 1],
		[65_535, 0, 1],
		[0, 65_535, -1],
		[65_000, 200, 736],
		[5, 5, 0],
	])('from %i to %i is %i', (from, to, expected) => {
		expect(sequenceDistance(from, to)).toBe(expected);
	});
});

describe('ReorderBuffer', () => {
	it('takes a packet that comes more than a second late for late, not for a new stream', () => {
		const buffer = new ReorderBuffer();
		const out: Ordered[] = [];
		const take = (sequence: number, atMs: number): void => {
			buffer.push(packet(sequence, atMs));
			out.push(...buffer.pull(atMs));
		};
		for (let index = 0; index < 300; index++) {
			if (index !== 100) take(1000 + index, index * 20);
			if (index === 200) take(1100, index * 20 + 1);
		}
		expect(shown(out).filter((each) => typeof each !== 'number')).toEqual(['lost']);
		expect(out).toHaveLength(300);
		expect(buffer.takeStrays()).toBe(1);
		expect(buffer.size).toBe(0);
	});

	it('lets packets in order through at once', () => {
		const buffer = new ReorderBuffer();
		for (const sequence of [7, 8, 9]) {
			buffer.push(packet(sequence));
			expect(shown(buffer.pull(0))).toEqual([sequence]);
		}
	});

	it('puts swapped packets back in order', () => {
		expect(run([1, 3, 2, 4, 6, 5, 7])).toEqual([1, 2, 3, 4, 5, 6, 7]);
	});

	it('goes on over the wrap of the sequence number', () => {
		expect(run([65_534, 65_535, 1, 0, 2])).toEqual([65_534, 65_535, 0, 1, 2]);
	});

	it('waits for five packets behind a gap, then calls it lost', () => {
		const buffer = new ReorderBuffer();
		buffer.push(packet(1));
		buffer.pull(0);
		for (const sequence of [3, 4, 5, 6]) {
			buffer.push(packet(sequence));
			expect(buffer.pull(0)).toEqual([]);
		}
		buffer.push(packet(7));
		expect(shown(buffer.pull(0))).toEqual(['lost', 3, 4, 5, 6, 7]);
	});

	it('does not wait longer than 100 ms', () => {
		const buffer = new ReorderBuffer();
		buffer.push(packet(1, 0));
		buffer.pull(0);
		buffer.push(packet(4, 50));
		expect(buffer.pull(149)).toEqual([]);
		expect(shown(buffer.pull(150))).toEqual(['lost', 'lost', 4]);
	});

	it('tells duplicates from late packets', () => {
		const buffer = new ReorderBuffer();
		expect(buffer.push(packet(10))).toBe('accepted');
		buffer.pull(0);
		expect(buffer.push(packet(10))).toBe('duplicate');
		buffer.push(packet(12, 0));
		expect(buffer.push(packet(12, 0))).toBe('duplicate');
		expect(shown(buffer.pull(1000))).toEqual(['lost', 12]);
		expect(buffer.push(packet(11, 1000))).toBe('late');
	});

	it('takes a far jump as a new stream, with nothing lost', () => {
		expect(run([1, 2, 40_000, 40_001])).toEqual([1, 2, 'new 40000', 40_001]);
		expect(run([40_000, 3, 4])).toEqual([40_000, 'new 3', 4]);
	});

	it('hands out each packet at most once and in order, whatever the network does', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 65_535 }),
				fc.array(fc.record({ drop: fc.boolean(), twice: fc.boolean(), delay: fc.integer({ min: 0, max: 3 }) }), {
					minLength: 1,
					maxLength: 200,
				}),
				(first, fates) => {
					const arrivals = fates
						.flatMap(({ drop, twice, delay }, index) =>
							drop && index > 0
								? []
								: twice
									? [
											{ index, at: index + delay },
											{ index, at: index + delay + 1 },
										]
									: [{ index, at: index + delay }],
						)
						.sort((a, b) => a.at - b.at);
					const buffer = new ReorderBuffer();
					const out: Ordered[] = [];
					for (const { index, at } of arrivals) {
						buffer.push(packet(first + index, at * 20));
						out.push(...buffer.pull(at * 20));
					}
					out.push(...buffer.pull(Number.POSITIVE_INFINITY));
					const heard = out.flatMap((item) =>
						item.kind === 'packet' ? [sequenceDistance(first, item.packet.sequence)] : [],
					);
					expect(new Set(heard).size).toBe(heard.length);
					expect(heard).toEqual([...heard].sort((a, b) => a - b));
					expect(buffer.size).toBe(0);
				},
			),
		);
	});
});
