import { describe, expect, it } from 'vitest';
import { ReorderBuffer } from '../../src/audio/index.ts';
import { seeded } from '../support/signals.ts';

interface Sent {
	readonly sequence: number;
	readonly sentMs: number;
	readonly arrivalMs: number;
}

interface Carried {
	/** How long each packet was held, in milliseconds, beside when it was sent. */
	readonly held: readonly { readonly sentMs: number; readonly heldMs: number }[];
	/** When each packet was sent that came after its place had been given up. */
	readonly late: readonly number[];
}

/** Lets packets through a buffer by the millisecond, with a pull every 100 ms as a session has it. */
function carry(sent: readonly Sent[]): Carried {
	const buffer = new ReorderBuffer();
	const arrivals = sent.toSorted((a, b) => a.arrivalMs - b.arrivalMs);
	const bySequence = new Map(sent.map((packet) => [packet.sequence & 0xffff, packet]));
	const held: { sentMs: number; heldMs: number }[] = [];
	const late: number[] = [];
	const release = (nowMs: number): void => {
		for (const item of buffer.pull(nowMs)) {
			if (item.kind === 'lost') continue;
			const { sentMs, arrivalMs } = bySequence.get(item.packet.sequence) as Sent;
			held.push({ sentMs, heldMs: nowMs - arrivalMs });
		}
	};
	let tickMs = 0;
	for (const { sequence, sentMs, arrivalMs } of arrivals) {
		for (; tickMs <= arrivalMs; tickMs += 100) release(tickMs);
		const packet = { sequence: sequence & 0xffff, timestamp: sequence * 960, arrivalMs, payload: new Uint8Array(1) };
		if (buffer.push(packet) === 'late') late.push(sentMs);
		release(arrivalMs);
	}
	return { held, late };
}

/** A packet every 20 ms for `seconds`; `delayMs` says by how much each is late, or that it is lost. */
const stream = (seconds: number, delayMs: (sentMs: number) => number | undefined): Sent[] =>
	Array.from({ length: seconds * 50 }, (_, index) => ({ index, delay: delayMs(index * 20) })).flatMap(
		({ index, delay }) =>
			delay === undefined
				? []
				: [{ sequence: 65_000 + index, sentMs: index * 20, arrivalMs: Math.round(index * 20 + delay) }],
	);

const percentile = (values: readonly number[], share: number): number =>
	values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] as number;

const between = ({ held }: Carried, fromMs: number, toMs: number): number[] =>
	held.filter(({ sentMs }) => sentMs >= fromMs && sentMs < toMs).map(({ heldMs }) => heldMs);

describe('the delay that the jitter buffer adds', () => {
	it('is none on a clean link', () => {
		expect(Math.max(...carry(stream(60, () => 30)).held.map(({ heldMs }) => heldMs))).toBe(0);
	});

	it('stays under 120 ms at the 95th percentile on a link with usual jitter and some loss', () => {
		const random = seeded(4);
		const carried = carry(stream(120, () => (random() < 0.01 ? undefined : 30 + random() * 30)));
		expect(percentile(between(carried, 0, 120_000), 0.95)).toBeLessThan(120);
		expect(carried.late).toEqual([]);
	});

	it('grows under jitter, so that what comes late is still heard, and shrinks when it is over', () => {
		const random = seeded(9);
		const carried = carry(
			stream(90, (sentMs) => {
				const isRough = sentMs >= 20_000 && sentMs < 50_000;
				// Every tenth packet is held up on the rough stretch; every hundredth is lost all the time.
				if (random() < 0.01) return undefined;
				return isRough && random() < 0.1 ? 30 + 150 + random() * 100 : 30;
			}),
		);
		const lateAfter = (fromMs: number): number => carried.late.filter((sentMs) => sentMs >= fromMs).length;
		// About 150 packets were held up by more than the buffer waits at first.
		expect(carried.late.length).toBeGreaterThan(0);
		expect(carried.late.length).toBeLessThan(10);
		expect(lateAfter(25_000)).toBe(0);
		const rough = percentile(between(carried, 25_000, 50_000), 0.95);
		const calm = percentile(between(carried, 62_000, 90_000), 0.99);
		expect(rough).toBeGreaterThan(100);
		expect(rough).toBeLessThanOrEqual(400);
		// A loss costs what it did before: five packets.
		expect(calm).toBeLessThanOrEqual(100);
	});

	it('never waits longer than it may, nor for more than it may, however bad the link is', () => {
		const random = seeded(2);
		const { held } = carry(stream(60, () => (random() < 0.3 ? undefined : random() * 3000)));
		// A pull may come 100 ms after the packet was due.
		expect(Math.max(...held.map(({ heldMs }) => heldMs))).toBeLessThanOrEqual(500);
		const buffer = new ReorderBuffer();
		buffer.push({ sequence: 0, timestamp: 0, arrivalMs: 0, payload: new Uint8Array(1) });
		buffer.pull(0);
		for (let index = 2; index < 500; index++) {
			buffer.push({ sequence: index, timestamp: 0, arrivalMs: 0, payload: new Uint8Array(1) });
			buffer.pull(0);
			expect(buffer.size).toBeLessThanOrEqual(64);
		}
	});
});
