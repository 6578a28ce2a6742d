import { describe, expect, it, vi } from 'vitest';
import type { OpusDecoder } from '../../src/audio/index.ts';
import { Ears, type ReceptionChange } from '../../src/bot/reception/ears.ts';
import type { Utterance } from '../../src/domain/index.ts';
import { babble } from '../support/signals.ts';

const [ADA, BEN, CY] = ['1', '2', '3'] as [string, string, string];
const VOICE = babble(4800).map(({ pcm }) => pcm as Int16Array);

/** A codec whose packets are the numbers of frames; `FF` is none. */
const decoder = (): OpusDecoder => ({
	decode: (payload) => (payload[0] === 0xff ? undefined : VOICE[payload[0] as number]),
	conceal: () => new Int16Array(320),
	dispose: () => {},
});

async function open(openDecoder: () => Promise<OpusDecoder> = async () => decoder()) {
	const refused = new Set<string>();
	const utterances: Utterance[] = [];
	const changes: ReceptionChange[] = [];
	const failures: unknown[] = [];
	const ears = new Ears({
		sessionId: 's',
		tuning: { openDecoder },
		mayHear: (userId) => !refused.has(userId),
		onUtterance: (utterance) => void utterances.push(utterance),
		onChange: (change) => void changes.push(change),
		onFailure: (error) => void failures.push(error),
	});
	/** Packets of a member, one every 20 ms from `fromMs` on. */
	const packet = (userId: string, index: number, atMs: number, { ssrc = Number(userId), first = index % 200 } = {}) =>
		ears.packet({ userId, ssrc, sequence: index, timestamp: index * 960, payload: Buffer.of(first, 0), atMs }, atMs);
	/** @param turns who speaks from when to when */
	const live = (toMs: number, turns: readonly (readonly [userId: string, fromMs: number, toMs: number])[]): void => {
		for (let now = 0; now < toMs; now += 20) {
			for (const [userId, fromMs, untilMs] of turns) {
				if (now >= fromMs && now < untilMs) packet(userId, (now - fromMs) / 20, now);
			}
			if (now % 100 === 0) ears.tick(now);
		}
	};
	await Promise.resolve();
	return { ears, utterances, changes, failures, refused, packet, live };
}

/** Decoders open in a turn of their own. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ears', () => {
	it('mark what was said at the same time, on both sides, and only that', async () => {
		const { ears, utterances, live } = await open();
		ears.sync(new Set([ADA, BEN]), 0);
		await settled();
		live(9000, [
			[ADA, 1000, 4000],
			[BEN, 3000, 5000],
			[ADA, 6500, 8000],
		]);
		const overlaps = utterances.map(({ speakerId, startMs, overlapMs }) => [speakerId, startMs < 5000, overlapMs]);
		expect(overlaps).toHaveLength(3);
		for (const [speakerId, isEarly, overlapMs] of overlaps) {
			if (!isEarly) expect([speakerId, overlapMs]).toEqual([ADA, 0]);
			else expect(Math.abs((overlapMs as number) - 1000)).toBeLessThanOrEqual(120);
		}
	});

	it('count speech of somebody who left since, and none of somebody who withdrew', async () => {
		for (const withdraws of [false, true]) {
			const { ears, utterances, live, refused } = await open();
			ears.sync(new Set([ADA, BEN]), 0);
			await settled();
			live(2400, [
				[ADA, 500, 3000],
				[BEN, 500, 2300],
			]);
			if (withdraws) {
				refused.add(BEN);
				ears.withdraw(BEN);
			} else ears.sync(new Set([ADA]), 2400);
			ears.close(2400);
			const ada = utterances.find(({ speakerId }) => speakerId === ADA);
			if (withdraws) expect([utterances.length, ada?.overlapMs]).toEqual([1, 0]);
			else expect(ada?.overlapMs).toBeGreaterThan(1500);
		}
	});

	it('say that somebody is not heard, count why, and tell when they are', async () => {
		const { ears, changes, packet } = await open();
		ears.sync(new Set([ADA]), 0);
		await settled();
		for (let now = 0; now < 6000; now += 20) {
			packet(ADA, now / 20, now, { first: 0xff });
			if (now % 100 === 0) ears.tick(now);
		}
		expect(changes).toEqual([{ userId: ADA, status: 'deaf', cause: 'not-opus' }]);
		expect(ears.health).toMatchObject([{ speakerId: ADA, deaf: 'not-opus', heard: 0, undecryptable: 300 }]);
		packet(ADA, 300, 6000);
		ears.tick(6000);
		expect(changes.at(-1)).toEqual({ userId: ADA, status: 'heard' });
		expect(ears.health[0]).not.toHaveProperty('deaf');
	});

	it('ask again for a decoder that could not be opened, and count what was dropped meanwhile', async () => {
		let tries = 0;
		const { ears, failures, packet, utterances, live } = await open(async () => {
			if (++tries === 1) throw new Error('no memory');
			return decoder();
		});
		ears.sync(new Set([ADA]), 0);
		for (let index = 0; index < 120; index++) packet(ADA, index, index * 20);
		expect(ears.health).toMatchObject([{ dropped: 70 }]);
		await vi.waitFor(() => expect(ears.health[0]?.heard).toBe(50), { timeout: 10_000 });
		expect(failures).toHaveLength(1);
		live(6000, [[ADA, 3000, 4500]]);
		expect(utterances.length).toBeGreaterThan(0);
	});

	it('follow a member to another SSRC, whose numbers begin anew, and take no stragglers of the old one for it', async () => {
		const { ears, packet } = await open();
		ears.sync(new Set([ADA]), 0);
		await settled();
		for (let index = 0; index < 50; index++) packet(ADA, index, index * 20, { ssrc: 7 });
		for (let index = 0; index < 50; index++) {
			packet(ADA, 9000 + index, 1000 + index * 20, { ssrc: 8 });
			if (index === 3) packet(ADA, 50, 1060, { ssrc: 7 });
		}
		expect(ears.health).toMatchObject([{ heard: 100, lost: 0, late: 1 }]);
	});

	it('keep counts of those who left and of nobody who withdrew, and not without bound', async () => {
		const { ears, packet, refused } = await open();
		ears.sync(new Set([ADA, BEN]), 0);
		await settled();
		packet(ADA, 1, 0);
		packet(BEN, 1, 0);
		ears.sync(new Set([BEN]), 100);
		refused.add(BEN);
		ears.withdraw(BEN);
		expect(ears.health).toMatchObject([{ speakerId: ADA, heard: 1 }]);
		ears.sync(new Set([ADA]), 200);
		await settled();
		packet(ADA, 2, 300);
		expect(ears.health).toMatchObject([{ speakerId: ADA, heard: 2 }]);
		for (let member = 0; member < 3000; member++) ears.sync(new Set([`${CY}${member}`]), 400);
		expect(ears.health.length).toBeLessThanOrEqual(1001);
	});
});
