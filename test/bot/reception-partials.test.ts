import { describe, expect, it } from 'vitest';
import type { OpusDecoder } from '../../src/audio/index.ts';
import { Ears } from '../../src/bot/reception/ears.ts';
import type { PartialUtterance, Utterance } from '../../src/domain/index.ts';
import { babble } from '../support/signals.ts';

const [ADA, BEN] = ['1', '2'] as [string, string];
const VOICE = babble(4800).map(({ pcm }) => pcm as Int16Array);

/** A codec whose packets are the numbers of frames. */
const decoder = (): OpusDecoder => ({
	decode: (payload) => VOICE[payload[0] as number],
	conceal: () => new Int16Array(320),
	dispose: () => {},
});

async function open(partialEveryMs = 2000) {
	const refused = new Set<string>();
	const utterances: Utterance[] = [];
	const partials: PartialUtterance[] = [];
	const ears = new Ears({
		sessionId: 's',
		tuning: { openDecoder: async () => decoder(), segmenter: { partialEveryMs } },
		mayHear: (userId) => !refused.has(userId),
		onUtterance: (utterance) => void utterances.push(utterance),
		onPartial: (partial) => void partials.push(partial),
		onChange: () => {},
		onFailure: (error) => expect.unreachable(String(error)),
	});
	ears.sync(new Set([ADA, BEN]), 0);
	// Decoders open in a turn of their own.
	await new Promise((resolve) => setImmediate(resolve));
	const speak = (userId: string, fromMs: number, toMs: number): void => {
		for (let atMs = fromMs; atMs < toMs; atMs += 20) {
			const sequence = atMs / 20;
			const payload = Buffer.of(sequence % 200, 0);
			const packet = { userId, ssrc: Number(userId), sequence, timestamp: sequence * 960, payload, atMs };
			ears.packet(packet, atMs);
			if (atMs % 100 === 0) ears.tick(atMs);
		}
	};
	const wait = (fromMs: number, toMs: number): void => {
		for (let atMs = fromMs; atMs < toMs; atMs += 100) ears.tick(atMs);
	};
	return { ears, refused, utterances, partials, speak, wait };
}

describe('partial results of ears', () => {
	it('bear the id of the utterance that is open, and tell of overlap', async () => {
		const { utterances, partials, speak, wait } = await open();
		speak(ADA, 0, 4900);
		wait(4900, 6000);
		speak(ADA, 6000, 8300);
		wait(8300, 9500);
		expect(partials.map(({ id, sequence, speakerId }) => [id, sequence, speakerId])).toEqual([
			['s-1', 1, ADA],
			['s-1', 2, ADA],
			['s-2', 1, ADA],
		]);
		expect(partials.every(({ pcm }) => pcm.length === 32_000)).toBe(true);
		expect(utterances.map(({ id }) => id)).toEqual(['s-1', 's-2']);
		expect(utterances.every((utterance) => !('partial' in utterance))).toBe(true);
		expect(partials[0]?.overlapMs).toBe(0);
	});

	it('are none from the withdrawal of consent on, in the middle of an utterance or told of late', async () => {
		const { ears, refused, utterances, partials, speak, wait } = await open();
		speak(ADA, 0, 3000);
		expect(partials).toHaveLength(1);
		// The gate knows first.
		refused.add(ADA);
		speak(ADA, 3000, 5000);
		ears.withdraw(ADA);
		speak(ADA, 5000, 8000);
		wait(8000, 9500);
		expect(partials).toHaveLength(1);
		expect(utterances).toEqual([]);
	});

	it('begin a new utterance with a new consent', async () => {
		const { ears, partials, utterances, speak, wait } = await open();
		speak(ADA, 0, 3000);
		ears.withdraw(ADA);
		ears.sync(new Set([ADA]), 3000);
		await new Promise((resolve) => setImmediate(resolve));
		speak(ADA, 3000, 5500);
		wait(5500, 7000);
		expect(partials.map(({ id, sequence }) => [id, sequence])).toEqual([
			['s-1', 1],
			['s-2', 1],
		]);
		expect(utterances.map(({ id }) => id)).toEqual(['s-2']);
		expect(partials[1]?.startMs).toBeGreaterThanOrEqual(3000);
	});

	it('are none where they are switched off', async () => {
		const { utterances, partials, speak, wait } = await open(0);
		speak(ADA, 0, 5000);
		wait(5000, 6500);
		expect(partials).toEqual([]);
		expect(utterances).toHaveLength(1);
	});
});
