import { describe, expect, it } from 'vitest';
import { ReorderBuffer, type ReorderOptions } from '../../src/audio/index.ts';
import { packet, shown } from './ordered.ts';

/** A buffer that has just let packet 1000 through. */
function started(options: Partial<ReorderOptions> = {}): ReorderBuffer {
	const buffer = new ReorderBuffer(options);
	buffer.push(packet(1000));
	buffer.pull(0);
	return buffer;
}

/** Has it wait for packet 1001 until `atMs`; it is then told that the link delivers that late. */
function disturb(buffer: ReorderBuffer, behindMs: number, atMs = 0): void {
	buffer.push(packet(1002, atMs));
	buffer.pull(atMs);
	buffer.push(packet(1001, atMs + behindMs));
	buffer.pull(atMs + behindMs);
}

/** Every how many packets behind a gap the gap counts as lost, at one and the same moment. */
function patience(buffer: ReorderBuffer, next: number, nowMs: number): number {
	for (let count = 1; ; count++) {
		buffer.push(packet(next + count, nowMs));
		if (buffer.pull(nowMs).length > 0) return count;
	}
}

describe('the options of a reorder buffer', () => {
	it.each([
		[{ depth: 0 }],
		[{ depth: 51 }],
		[{ depth: 2.5 }],
		[{ maxWaitMs: -1 }],
		[{ maxWaitMs: 1001 }],
		[{ adaptiveWaitMs: 1001 }],
		[{ maxWaitMs: 200, adaptiveWaitMs: 199 }],
		[{ depht: 5 }],
	])('may not be %j', (options) => {
		expect(() => new ReorderBuffer(options as Partial<ReorderOptions>)).toThrow();
	});

	it('may be as large and as small as it gets', () => {
		expect(patience(started({ depth: 1 }), 1001, 0)).toBe(1);
		expect(patience(started({ depth: 50 }), 1001, 0)).toBe(50);
		const hasty = started({ maxWaitMs: 0, adaptiveWaitMs: 0 });
		hasty.push(packet(1002, 5));
		expect(shown(hasty.pull(5))).toEqual(['lost', 1002]);
	});

	it('name the wait that they contradict', () => {
		expect(() => new ReorderBuffer({ maxWaitMs: 500, adaptiveWaitMs: 300 })).toThrow(/adaptiveWaitMs.*maxWaitMs/s);
	});

	it('may ask for a wait that is longer than the adaptive one would be', () => {
		const buffer = started({ maxWaitMs: 600 });
		buffer.push(packet(1002, 10));
		expect(buffer.pull(609)).toEqual([]);
		expect(shown(buffer.pull(610))).toEqual(['lost', 1002]);
	});

	it('keep the adaptive wait of 400 ms with a shorter one', () => {
		const buffer = started({ maxWaitMs: 50 });
		disturb(buffer, 1000);
		buffer.push(packet(1004, 2000));
		expect(buffer.pull(2399)).toEqual([]);
		expect(shown(buffer.pull(2400))).toEqual(['lost', 1004]);
	});
});

describe('the patience of a reorder buffer', () => {
	it('is told by a packet that came in time, late by what came before it', () => {
		const buffer = started();
		// Within the wait of 100 ms; next time it may be 100 ms · 1.25 + 20 ms.
		disturb(buffer, 99);
		buffer.push(packet(1004, 500));
		expect(buffer.pull(643)).toEqual([]);
		expect(shown(buffer.pull(644))).toEqual(['lost', 1004]);
	});

	it('is told by a packet that came too late, counted from the first behind it', () => {
		const buffer = started();
		buffer.push(packet(1003, 40));
		buffer.push(packet(1002, 60));
		expect(shown(buffer.pull(140))).toEqual(['lost', 1002, 1003]);
		expect(buffer.push(packet(1001, 200))).toBe('late');
		// 160 ms after the first that should have come later.
		buffer.push(packet(1005, 500));
		expect(buffer.pull(719)).toEqual([]);
		expect(shown(buffer.pull(720))).toEqual(['lost', 1005]);
	});

	it('is told by what came too late over the wrap of the sequence number, too', () => {
		const buffer = new ReorderBuffer();
		buffer.push(packet(65_534, 0));
		buffer.pull(0);
		buffer.push(packet(65_537, 0));
		expect(shown(buffer.pull(100))).toEqual(['lost', 'lost', 1]);
		expect(buffer.push(packet(65_536, 160))).toBe('late');
		buffer.push(packet(65_539, 500));
		expect(buffer.pull(719)).toEqual([]);
		expect(shown(buffer.pull(720))).toEqual(['lost', 3]);
	});

	it('is not stretched by what had to come first', () => {
		const buffer = started();
		buffer.push(packet(1002, 0));
		buffer.push(packet(1004, 85));
		// Ten milliseconds behind 1004; 1002 waits for another.
		buffer.push(packet(1003, 95));
		expect(shown(buffer.pull(100))).toEqual(['lost', 1002, 1003, 1004]);
		buffer.push(packet(1006, 500));
		expect(buffer.pull(599)).toEqual([]);
		expect(shown(buffer.pull(600))).toEqual(['lost', 1006]);
	});

	it('is not stretched by a late packet that nobody had given up', () => {
		const buffer = started();
		expect(buffer.push(packet(999, 5000))).toBe('late');
		buffer.push(packet(1002, 5000));
		expect(shown(buffer.pull(5100))).toEqual(['lost', 1002]);
	});

	it('holds as many more packets as come in the time that it waits longer', () => {
		const buffer = started();
		disturb(buffer, 100);
		// 145 ms instead of 100: three frames begin in the 45 ms.
		expect(patience(buffer, 1003, 500)).toBe(8);
	});

	it('never holds more than 64', () => {
		const buffer = started({ depth: 50, maxWaitMs: 100, adaptiveWaitMs: 1000 });
		disturb(buffer, 3000);
		expect(patience(buffer, 1003, 4000)).toBe(64);
	});

	it('goes by the oldest of those that wait', () => {
		const buffer = started();
		buffer.push(packet(1004, 30));
		buffer.push(packet(1003, 90));
		expect(buffer.pull(129)).toEqual([]);
		expect(shown(buffer.pull(130))).toEqual(['lost', 'lost', 1003, 1004]);
	});

	it('counts anew for each gap', () => {
		const buffer = started();
		buffer.push(packet(1002, 0));
		buffer.push(packet(1004, 60));
		expect(shown(buffer.pull(100))).toEqual(['lost', 1002]);
		expect(buffer.size).toBe(1);
		expect(buffer.pull(159)).toEqual([]);
		expect(shown(buffer.pull(160))).toEqual(['lost', 1004]);
		expect(buffer.size).toBe(0);
	});
});

describe('what a reorder buffer remembers of what has left', () => {
	/** Goes on in order from `from` for `count` packets. */
	function go(buffer: ReorderBuffer, from: number, count: number): void {
		for (let index = 0; index < count; index++) {
			buffer.push(packet(from + index));
			buffer.pull(0);
		}
	}

	it('tells a second copy apart for a second', () => {
		const buffer = started();
		go(buffer, 1001, 49);
		expect(buffer.push(packet(1000, 1000))).toBe('duplicate');
	});

	it('takes the first copy of what was given up for late, and the second for a duplicate', () => {
		const buffer = started();
		buffer.push(packet(1002, 0));
		expect(shown(buffer.pull(100))).toEqual(['lost', 1002]);
		expect(buffer.push(packet(1001, 110))).toBe('late');
		expect(buffer.push(packet(1001, 120))).toBe('duplicate');
		expect(buffer.push(packet(999, 130))).toBe('late');
		expect(buffer.push(packet(999, 140))).toBe('duplicate');
	});

	it('is over after a second: what an earlier stream had is no duplicate in a later one', () => {
		const buffer = started();
		go(buffer, 1001, 99);
		for (const [from, atMs] of [
			[30_000, 5000],
			[1060, 8000],
		] as const) {
			buffer.push(packet(from, atMs));
			expect(shown(buffer.pull(atMs + 100))).toEqual([`new ${from}`]);
			go(buffer, from + 1, 20);
		}
		expect(buffer.push(packet(1080, 9000))).toBe('duplicate');
		// It was there in the first stream alone.
		expect(buffer.push(packet(1045, 9000))).toBe('late');
	});
});
