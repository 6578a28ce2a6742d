import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../src/audio/index.ts';
import { carry, listen, lostAtEdges, type Sender, send, type Turn, turnMs } from './link.ts';

const NEAR_MS = 100;
const TICK_MS = 100;
const END_MS = 500;
const ROUGH = { loss: 0.1, reorder: 0.05, duplicates: 0.02, jitterMs: 15 };

const times = (segments: readonly Segment[]): [number, number][] =>
	segments.map(({ startMs, endMs }) => [startMs, endMs]);

/** Each turn once, where it was. */
function expectTurns(
	segments: readonly Segment[],
	turns: readonly Turn[],
	sender: Sender = {},
	slackMs: readonly number[] = [],
): void {
	const truth = turns.map((turn) => [turn.startMs, turn.startMs + turnMs(turn, sender)] as const);
	const found = times(segments);
	const isRight =
		found.length === truth.length &&
		truth.every(([startMs, endMs], index) => {
			const [start, end] = found[index] as [number, number];
			const near = NEAR_MS + (slackMs[index] ?? 0);
			return Math.abs(start - startMs) <= near && Math.abs(end - endMs) <= near;
		});
	if (!isRight) expect(found).toEqual(truth);
}

const endOf = (turns: readonly Turn[], sender: Sender = {}): number => {
	const last = turns.at(-1) as Turn;
	return last.startMs + turnMs(last, sender);
};

const senders = fc.record({
	drift: fc.constantFrom(-0.01, 0, 0.01),
	countsPauses: fc.boolean(),
	announcesPauses: fc.boolean(),
});

/** Turns of 0.9 to 5.5 s with pauses between them that end an utterance on any clock. */
const conversations = fc
	.array(fc.record({ syllables: fc.integer({ min: 4, max: 23 }), pauseMs: fc.integer({ min: 700, max: 3000 }) }), {
		minLength: 1,
		maxLength: 3,
	})
	.map((parts) => {
		let startMs = 0;
		return parts.map(({ syllables, pauseMs }): Turn => {
			const turn = { startMs: startMs + pauseMs, syllables };
			// A slow sender takes 1 % longer.
			startMs = turn.startMs + turnMs(turn) * 1.01;
			return turn;
		});
	});

describe('the time line', () => {
	it('places every turn right on a rough link, whatever the sender makes of time stamps', () => {
		fc.assert(
			fc.property(senders, conversations, fc.integer(), (sender, turns, seed) => {
				const sent = send(turns, sender);
				const arrivals = carry(sent, { ...ROUGH, seed });
				const { segments } = listen(arrivals, endOf(turns, sender) + 1000);
				expectTurns(segments, turns, sender, lostAtEdges(sent, arrivals));
			}),
			{ numRuns: 150 },
		);
	});

	it('is not held up: silence ends an utterance half a second after the last of its packets', () => {
		for (const announcesPauses of [true, false]) {
			const turns = [{ startMs: 530, syllables: 10 }];
			const { atMs } = listen(send(turns, { announcesPauses }), 5000);
			expect(atMs[0]).toBeGreaterThanOrEqual(endOf(turns) + END_MS - 20);
			expect(atMs[0]).toBeLessThanOrEqual(endOf(turns) + END_MS + TICK_MS);
		}
	});

	it('gives a sender that announces its pauses a second to come back when it stops without a word', () => {
		const turns = [
			{ startMs: 500, syllables: 5 },
			{ startMs: 3000, syllables: 10 },
		];
		const { segments, atMs } = listen(send(turns).slice(0, -5), 10_000);
		expectTurns(segments, turns);
		expect(atMs[1]).toBeLessThanOrEqual(endOf(turns) + 1100 + TICK_MS);
	});

	describe('when the network stalls', () => {
		const turns = [
			{ startMs: 500, syllables: 5 },
			{ startMs: 3000, syllables: 17 },
		];

		it.each([300, 600, 1000])('for %i ms, loses, repeats and moves nothing', (stallMs) => {
			const clean = listen(send(turns), 9000);
			fc.assert(
				fc.property(fc.integer({ min: 3020, max: 6900 - stallMs }), fc.boolean(), (fromMs, countsPauses) => {
					const arrivals = carry(send(turns, { countsPauses }), { stalls: [[fromMs, fromMs + stallMs]] });
					const { segments } = listen(arrivals, 9000);
					expectTurns(segments, turns);
					expect(segments.map(({ pcm }) => pcm)).toEqual(clean.segments.map(({ pcm }) => pcm));
				}),
				{ numRuns: 10 },
			);
		});

		it('times what trails in after the turn is over', () => {
			const arrivals = carry(send(turns), { stalls: [[6500, 7300]] });
			const { segments } = listen(arrivals, 9500);
			expectTurns(segments, turns);
		});

		it('amid a pause, neither stretches nor moves what comes after it', () => {
			const conversation = [...turns, { startMs: 8200, syllables: 10 }];
			const { segments } = listen(carry(send(conversation), { stalls: [[7800, 8700]] }), 12_000);
			expectTurns(segments, conversation);
		});

		it('does not swallow a pause that follows', () => {
			const conversation = [
				{ startMs: 500, syllables: 10 },
				{ startMs: 3740, syllables: 8 },
			];
			for (const announcesPauses of [true, false]) {
				const sender = { announcesPauses, countsPauses: false };
				const arrivals = carry(send(conversation, sender), { stalls: [[1000, 1450]] });
				expectTurns(listen(arrivals, 7000).segments, conversation);
			}
		});

		it('cuts in two, at the right times, what it interrupts for longer than a pause of an unknown sender', () => {
			const turn = { startMs: 500, syllables: 17 };
			const arrivals = carry(send([turn], { announcesPauses: false }), { stalls: [[2000, 3000]] });
			const { segments } = listen(arrivals, 7000);
			expectTurns(segments, [
				{ startMs: 500, syllables: 6.5 },
				{ startMs: 2000, syllables: 10.75 },
			]);
		});

		it('keeps an onset that it interrupts', () => {
			const turn = { startMs: 500, syllables: 17 };
			const { segments } = listen(carry(send([turn]), { stalls: [[600, 1500]] }), 7000);
			expectTurns(segments, [turn]);
		});

		it('on top of loss and disorder, stays near the truth', () => {
			fc.assert(
				fc.property(
					fc.integer({ min: 3200, max: 5900 }),
					fc.constantFrom(300, 600, 900),
					fc.integer(),
					(fromMs, stallMs, seed) => {
						const sent = send(turns);
						const arrivals = carry(sent, { ...ROUGH, seed, stalls: [[fromMs, fromMs + stallMs]] });
						expectTurns(listen(arrivals, 9000).segments, turns, {}, lostAtEdges(sent, arrivals));
					},
				),
				{ numRuns: 40 },
			);
		});
	});

	it.each([480, 780, 1000])('is not misled when the process itself was busy for %i ms', (busyMs) => {
		const turns = [{ startMs: 500, syllables: 17 }];
		const sender = { announcesPauses: false };
		for (const fromMs of [700, 2000, 2070]) {
			const arrivals = carry(send(turns, sender), { stalls: [[fromMs + 1, fromMs + busyMs]] });
			const { segments, counters } = listen(arrivals, 7000, { busy: [[fromMs, fromMs + busyMs]] });
			expectTurns(segments, turns);
			expect(counters).toMatchObject({ heard: arrivals.length, lost: 0 });
		}
	});

	it('still ends utterances when ticks are slow', () => {
		const turns = [{ startMs: 500, syllables: 10 }];
		const busy = Array.from({ length: 30 }, (_, index) => [index * 400, (index + 1) * 400] as const);
		const { atMs } = listen(send(turns), 6000, { busy });
		expect(atMs[0]).toBeLessThanOrEqual(endOf(turns) + END_MS + 2 * 400);
	});

	describe('when the sender’s clock drifts', () => {
		const longTurn = { startMs: 500, syllables: 212 };
		const afterPause = (pauseMs: number, sender: Sender): Turn => ({
			startMs: Math.round(longTurn.startMs + turnMs(longTurn, sender) + pauseMs),
			syllables: 8,
		});

		it('fast by 1 %, ends an utterance at a pause of 600 ms after 50 s without one', () => {
			const sender = { drift: 0.01, announcesPauses: false };
			const next = afterPause(600, sender);
			const { segments } = listen(send([longTurn, next], sender), next.startMs + 4000);
			expectTurns(segments.slice(-1), [next], sender);
			expect(Math.abs((segments.at(-2) as Segment).endMs - endOf([longTurn], sender))).toBeLessThanOrEqual(NEAR_MS);
		});

		it('slow by 1 %, bridges a pause of 300 ms after 50 s without one', () => {
			const sender = { drift: -0.01, announcesPauses: false };
			const next = afterPause(300, sender);
			const { segments } = listen(send([longTurn, next], sender), next.startMs + 4000);
			const last = times(segments).at(-1) as [number, number];
			expect(last[0]).toBeLessThan(endOf([longTurn], sender) - NEAR_MS);
			expect(Math.abs(last[1] - endOf([next], sender))).toBeLessThanOrEqual(NEAR_MS);
		});

		it.each([0.01, -0.01])(
			'by %d, keeps up through five minutes without a pause',
			(drift) => {
				const turn = { startMs: 500, syllables: 1250 };
				const { segments } = listen(carry(send([turn], { drift }), { jitterMs: 15 }), 306_000);
				const truth = (mediaMs: number): number => turn.startMs + mediaMs / (1 + drift);
				expect(segments.length).toBeGreaterThan(50);
				for (const [index, { startMs, endMs }] of segments.slice(0, -1).entries()) {
					// Six seconds each, half a second in common, after 60 ms of padding.
					expect(Math.abs(startMs - truth(index * 5500 - 60))).toBeLessThanOrEqual(NEAR_MS);
					expect(Math.abs(endMs - truth(index * 5500 + 5940))).toBeLessThanOrEqual(NEAR_MS);
				}
				expect(Math.abs((segments.at(-1) as Segment).endMs - endOf([turn], { drift }))).toBeLessThanOrEqual(NEAR_MS);
			},
			30_000,
		);
	});

	it('does not believe time stamps that claim more time than passed', () => {
		const turns = [
			{ startMs: 500, syllables: 10 },
			{ startMs: 4000, syllables: 10 },
		];
		const jumped = send(turns).map((packet) => ({
			...packet,
			timestamp: packet.atMs >= 4000 ? (packet.timestamp + 48 * 60_000) % 2 ** 32 : packet.timestamp,
		}));
		expectTurns(listen(jumped, 8000).segments, turns);
	});

	it('goes by arrival when time stamps stand still', () => {
		const turns = [
			{ startMs: 500, syllables: 10 },
			{ startMs: 4000, syllables: 10 },
		];
		const still = send(turns).map((packet) => ({ ...packet, timestamp: 7 }));
		expectTurns(listen(carry(still, { jitterMs: 15 }), 8000).segments, turns);
	});

	it('starts anew by arrival when the stream does', () => {
		const turns = [
			{ startMs: 500, syllables: 10 },
			{ startMs: 4000, syllables: 10 },
		];
		const anew = send(turns).map((packet) =>
			packet.atMs >= 4000
				? { ...packet, sequence: (packet.sequence + 20_000) & 0xffff, timestamp: packet.timestamp - 9e8 }
				: packet,
		);
		expectTurns(listen(anew, 8000).segments, turns);
	});
});
