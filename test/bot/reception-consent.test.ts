import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deeds, MEMBERS, openWorld } from './consent-world.ts';

const ways = fc.record({ decoderIsSlow: fc.boolean(), isEncrypted: fc.boolean(), inLumps: fc.boolean() });

describe('without consent', () => {
	it('no frame is ever decoded and no utterance handed on, whoever joins, agrees, withdraws, leaves and speaks', async () => {
		const total = { decoded: 0, utterances: 0, partials: 0, ignored: 0, decrypted: 0, held: 0 };
		await fc.assert(
			fc.asyncProperty(deeds, fc.subarray([...MEMBERS.keys()]), ways, async (life, agreed, way) => {
				await using world = await openWorld(way);
				const begin = [...MEMBERS.keys()].map((owner) => ({ kind: 'join' as const, owner }));
				const agree = agreed.map((owner) => ({ kind: 'give' as const, owner }));
				for (const deed of [...begin, ...agree]) await world.act({ ...deed, packets: 0, patient: true });
				for (const deed of life) {
					// Some are not waited for: they cross.
					const done = world.act(deed);
					if (deed.patient) await done;
					else done.catch((error: unknown) => void world.faults.push(String(error)));
				}
				await new Promise((resolve) => setImmediate(resolve));
				for (const owner of MEMBERS.keys()) await world.act({ kind: 'leave', owner, packets: 0, patient: true });
				await new Promise((resolve) => setImmediate(resolve));
				expect(world.faults).toEqual([]);
				// What was held for them went with them.
				expect([world.openDecoders, world.tap.held]).toEqual([0, { frames: 0, streams: 0 }]);
				for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += world.counted[name];
			}),
			{ numRuns: 300 },
		);
		// It is no proof if nobody was heard.
		expect(total.decoded).toBeGreaterThan(2000);
		expect(total.utterances).toBeGreaterThan(30);
		expect(total.partials).toBeGreaterThan(20);
		expect(total.ignored).toBeGreaterThan(5000);
		expect(total.decrypted).toBeGreaterThan(800);
		expect(total.held).toBeGreaterThan(100);
	});

	it('nothing is left of a member who withdrew, and a bounded report of one who left', async () => {
		await using world = await openWorld({ decoderIsSlow: false, isEncrypted: false, inLumps: true });
		for (const kind of ['join', 'give', 'wait', 'speak', 'wait'] as const) {
			await world.act({ kind, owner: 0, packets: 60, patient: true });
		}
		expect(world.ears.health.map(({ speakerId }) => speakerId)).toEqual([MEMBERS[0]]);
		expect(world.counted.utterances).toBe(1);
		await world.act({ kind: 'withdraw', owner: 0, packets: 0, patient: true });
		expect(world.ears.health).toEqual([]);
		expect(world.ears.userIds).toEqual([]);
		expect(world.tap.held).toEqual({ frames: 0, streams: 0 });
	});
});
