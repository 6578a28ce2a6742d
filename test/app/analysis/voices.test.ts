import { describe, expect, it } from 'vitest';
import { type Separation, separateVoices, VoiceListener } from '../../../src/app/analysis/index.ts';
import { clipsOf, conversation, mixed, type Turn } from '../report/calls.ts';

/** Actors of the samples; odd ones are men. None of them is in what the voice space was learnt from. */
const ACTORS = ['02', '07', '08', '16'];

function separate(pcm: Int16Array): Separation {
	const listener = new VoiceListener();
	// Blocks of an odd length, as files give them.
	for (let at = 0; at < pcm.length; at += 5001) listener.push(pcm.subarray(at, at + 5001));
	listener.flush();
	return separateVoices(listener.units);
}

/** Share of the speech that is given to the wrong voice, voice A being the one that speaks first. */
function errorOf({ spans }: Separation & { status: 'separated' }, turns: readonly Turn[]): number {
	let [wrong, total] = [0, 0];
	for (const { startMs, endMs, voice } of spans) {
		const middle = (startMs + endMs) / 2;
		const turn = turns.find((each) => middle >= each.startMs && middle < each.endMs);
		if (!turn) continue;
		total += endMs - startMs;
		if ((voice === 'A') !== (turn.party === 0)) wrong += endMs - startMs;
	}
	return wrong / total;
}

describe('telling two voices of one channel apart', () => {
	it('gives at most a tenth of the speech to the wrong voice where it says that it can', {
		timeout: 180_000,
	}, async () => {
		const errors: Record<string, number> = {};
		const pairs = ACTORS.flatMap((one, index) => ACTORS.slice(index + 1).map((other) => [one, other] as const));
		for (const [one, other] of pairs) {
			const call = conversation(await clipsOf(one), await clipsOf(other), 16);
			const found = separate(mixed(call));
			if (found.status === 'separated') errors[`${one}+${other}`] = errorOf(found, call.turns);
		}
		const separated = Object.values(errors);
		// Those of a man and a woman who do not shout all the time are told apart in any case.
		expect(Object.keys(errors)).toEqual(expect.arrayContaining(['02+07', '07+08']));
		expect(separated.reduce((sum, error) => sum + error, 0) / separated.length, JSON.stringify(errors)).toBeLessThan(
			0.1,
		);
		for (const error of separated) expect(error, JSON.stringify(errors)).toBeLessThan(0.25);
	});

	it('says that it cannot where there is but one voice', { timeout: 400_000 }, async () => {
		for (const actor of ['02', '08']) {
			const clips = await clipsOf(actor);
			const found = separate(mixed(conversation(clips, clips, 14)));
			expect(found, actor).toMatchObject({ status: 'not-separated' });
		}
	});

	it('says that it cannot where there is next to no speech', async () => {
		const [first = new Int16Array(0)] = await clipsOf('07');
		expect(separate(first)).toEqual({ status: 'not-separated', confidence: 0, reason: 'short' });
		expect(separate(new Int16Array(16_000))).toMatchObject({ status: 'not-separated' });
	});
});
