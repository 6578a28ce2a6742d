import { describe, expect, it } from 'vitest';
import { type Ordered, ReorderBuffer } from '../../src/audio/index.ts';
import { packet, shown } from './ordered.ts';

/** A buffer that has let packet 1000 through and expects 1001. */
function started(): ReorderBuffer {
	const buffer = new ReorderBuffer();
	buffer.push(packet(1000));
	buffer.pull(0);
	return buffer;
}

function take(buffer: ReorderBuffer, sequences: readonly number[], startMs: number): Ordered[] {
	return sequences.flatMap((sequence, index) => {
		buffer.push(packet(sequence, startMs + index * 20));
		return buffer.pull(startMs + index * 20);
	});
}

describe('a stream that begins anew', () => {
	it('further back is found once its packets have waited, and goes on at once from there', () => {
		const buffer = started();
		expect(take(buffer, [5, 6, 7], 1000)).toEqual([]);
		expect(buffer.size).toBe(3);
		expect(buffer.pull(1099)).toEqual([]);
		expect(shown(buffer.pull(1100))).toEqual(['new 5', 6, 7]);
		expect(shown(take(buffer, [8], 1110))).toEqual([8]);
		expect(buffer.takeStrays()).toBe(0);
		expect(buffer.size).toBe(0);
	});

	it('further back is found by the number of its packets, too', () => {
		const buffer = started();
		const together = [5, 6, 7, 8, 9];
		for (const sequence of together) buffer.push(packet(sequence, 1000));
		expect(shown(buffer.pull(1000))).toEqual(['new 5', 6, 7, 8, 9]);
	});

	it('further back is put in order as any other', () => {
		const buffer = started();
		take(buffer, [6, 5, 7], 1000);
		expect(buffer.push(packet(6, 1050))).toBe('duplicate');
		expect(shown(buffer.pull(1100))).toEqual(['new 5', 6, 7]);
	});

	it('is one that lies more than 50 packets away; what is nearer is late, or a gap', () => {
		const behind = started();
		expect(behind.push(packet(951, 10))).toBe('late');
		expect(behind.push(packet(950, 10))).toBe('accepted');
		expect(shown(behind.pull(110))).toEqual(['new 950']);

		const gap = started();
		gap.push(packet(1051, 0));
		expect(shown(gap.pull(100))).toEqual([...Array<string>(50).fill('lost'), 1051]);
		const jump = started();
		jump.push(packet(1052, 0));
		expect(shown(jump.pull(100))).toEqual(['new 1052']);
	});

	it('comes after what is still waited for of the one before', () => {
		const buffer = started();
		buffer.push(packet(1002, 10));
		buffer.push(packet(5, 20));
		expect(shown(buffer.pull(1000))).toEqual(['lost', 1002, 'new 5']);
	});

	it('was none if the present one goes on: its packets are strays', () => {
		const buffer = started();
		take(buffer, [400, 401], 1000);
		expect(shown(take(buffer, [1001], 1050))).toEqual([1001]);
		expect(buffer.takeStrays()).toBe(2);
		expect(buffer.takeStrays()).toBe(0);
		expect(buffer.pull(5000)).toEqual([]);
		take(buffer, [402], 6000);
		take(buffer, [1052], 6010);
		expect(buffer.takeStrays()).toBe(1);
	});

	it('is not ruled out by another jump, which does not show that the present one goes on', () => {
		const buffer = started();
		take(buffer, [400], 1000);
		take(buffer, [2000], 1010);
		expect(shown(buffer.pull(1200))).toEqual(['new 2000', 'new 400']);
		expect(buffer.takeStrays()).toBe(0);
	});

	it('knows nothing of the one before: its first numbers again are no duplicates', () => {
		const buffer = new ReorderBuffer();
		take(
			buffer,
			Array.from({ length: 60 }, (_, index) => 1000 + index),
			0,
		);
		const again = Array.from({ length: 80 }, (_, index) => 1005 + index);
		const heard = [...take(buffer, again, 5000), ...buffer.pull(10_000)];
		expect(shown(heard)).toEqual(['new 1005', ...again.slice(1)]);
	});
});
