import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpusDecoder } from '../../src/audio/index.ts';
import { ConsentGate } from '../../src/bot/index.ts';
import { Ears } from '../../src/bot/reception/ears.ts';
import { ReceiverTap } from '../../src/bot/reception/receiver-tap.ts';
import type { Utterance } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { babble } from '../support/signals.ts';
import { bareCall, sealRtp } from './reception-support.ts';

const GUILD = '100000000000000001';
const MEMBERS = ['200000000000000001', '200000000000000002', '200000000000000003'];
const VOICE = babble(2400).map(({ pcm }) => pcm as Int16Array);
const MARK = 0xf8;

/** A payload that says whose it is, and which packet of all that were ever sent. */
function marked(owner: number, serial: number): Buffer {
	const payload = Buffer.alloc(6, MARK);
	payload[1] = owner;
	payload.writeUInt32BE(serial, 2);
	return payload;
}

interface Truth {
	/** Serial number of the first packet that the member may be heard with; undefined without consent. */
	since: number | undefined;
	present: boolean;
}

/**
 * The real gate, tap and ears on a bare call, beside a truth that is kept separately: who has agreed, by
 * when consent and withdrawal were asked for, and who is there. Every decoded frame and every utterance is
 * held against it.
 */
async function openWorld(decoderIsSlow: boolean) {
	const store = await openStore({ file: ':memory:', key: '00'.repeat(32) });
	const gate = new ConsentGate(store.consents, store.moods);
	await gate.load(GUILD);
	const call = bareCall();
	const truths = MEMBERS.map((): Truth => ({ since: undefined, present: false }));
	const faults: string[] = [];
	const counted = { decoded: 0, utterances: 0, partials: 0, ignored: 0 };
	let nowMs = 0;
	let serial = 0;
	const sequences = MEMBERS.map((_, index) => 65_500 + index);
	const ssrcs = MEMBERS.map((_, index) => 10 + index);
	let lastSsrc = 100;
	let openDecoders = 0;
	/** Packets by serial number that were sent by somebody who was in the channel. */
	const wasPresent = new Set<number>();

	const openDecoder = (): OpusDecoder => ({
		decode: (payload) => {
			const [owner, number] = [payload[1] as number, Buffer.from(payload).readUInt32BE(2)];
			const { since } = truths[owner] as Truth;
			// Consent must stand now and have stood when it was said, by somebody who was there.
			const isRight = since !== undefined && number >= since && wasPresent.has(number);
			if (!isRight) faults.push(`packet ${number} of member ${owner} was decoded`);
			counted.decoded++;
			return VOICE[number % VOICE.length] as Int16Array;
		},
		conceal: () => new Int16Array(320),
		dispose: () => void openDecoders--,
	});
	const ears = new Ears({
		sessionId: 's',
		tuning: {
			// Often, so that many fall into the midst of a change of mind.
			segmenter: { partialEveryMs: 300, minDurationMs: 400 },
			openDecoder: async () => {
				if (decoderIsSlow) await new Promise((resolve) => setImmediate(resolve));
				openDecoders++;
				return openDecoder();
			},
		},
		mayHear: (userId) => gate.mayHear(GUILD, userId),
		onUtterance: ({ speakerId }: Utterance) => {
			counted.utterances++;
			if (truths[MEMBERS.indexOf(speakerId)]?.since === undefined) faults.push('an utterance without consent');
		},
		onPartial: ({ speakerId }: Utterance) => {
			counted.partials++;
			if (truths[MEMBERS.indexOf(speakerId)]?.since === undefined) faults.push('a partial without consent');
		},
		onChange: () => {},
		onFailure: (error) => void faults.push(String(error)),
	});
	const tap = new ReceiverTap(call.connection, {
		mayHear: (userId) => ears.mayHear(userId),
		heard: () => ears.userIds,
		packet: (packet) => ears.packet(packet, packet.atMs),
		duplicate: (userId) => ears.duplicate(userId),
		undecryptable: (userId, layer) => ears.undecryptable(userId, layer, nowMs),
		speaking: (userId, isSpeaking) => ears.speaking(userId, isSpeaking),
		ignored: () => void counted.ignored++,
		malformed: () => void faults.push('malformed'),
		now: () => nowMs,
	});
	call.move();
	// As a session has it.
	const sync = (): void => {
		const wanted = MEMBERS.filter((userId, index) => truths[index]?.present && gate.mayHear(GUILD, userId));
		for (const userId of ears.sync(new Set(wanted), nowMs)) tap.forget(userId);
	};
	gate.onChange(({ action, userId }) => {
		if (action === 'withdrawn') {
			ears.withdraw(userId);
			tap.forget(userId);
		}
		sync();
	});
	const send = (owner: number, isCopy = false): void => {
		if (!isCopy) sequences[owner] = ((sequences[owner] as number) + 1) & 0xffff;
		const shape = { ssrc: ssrcs[owner] as number, sequence: sequences[owner] as number };
		if (truths[owner]?.present) wasPresent.add(serial);
		call.datagram(sealRtp(shape, marked(owner, serial), call.key, undefined, serial));
		serial++;
	};
	const announce = (owner: number): void =>
		call.say({ op: 5, d: { user_id: MEMBERS[owner], ssrc: ssrcs[owner], speaking: 1 } });
	for (const owner of MEMBERS.keys()) announce(owner);

	return {
		gate,
		ears,
		tap,
		counted,
		faults,
		get openDecoders() {
			return openDecoders;
		},
		act: async (deed: Deed): Promise<void> => {
			const { owner } = deed;
			const userId = MEMBERS[owner] as string;
			const truth = truths[owner] as Truth;
			switch (deed.kind) {
				case 'give':
					// Nothing counts that was said before it was asked for; the gate may well take longer.
					truth.since ??= serial;
					await gate.give(GUILD, userId);
					return;
				case 'withdraw': {
					truth.since = undefined;
					const done = gate.withdraw(GUILD, userId);
					// The very next packet.
					send(owner);
					if (deed.patient) await done;
					return;
				}
				case 'hasty give and withdraw': {
					truth.since ??= serial;
					const given = gate.give(GUILD, userId);
					send(owner);
					truth.since = undefined;
					await Promise.all([given, gate.withdraw(GUILD, userId)]);
					return;
				}
				case 'erase':
					await gate.erase(GUILD, userId);
					return;
				case 'join':
					truth.present = true;
					sync();
					return;
				case 'leave':
					truth.present = false;
					sync();
					return;
				case 'new ssrc':
					ssrcs[owner] = ++lastSsrc;
					announce(owner);
					return;
				case 'speak':
					for (let index = 0; index < deed.packets; index++) {
						if (index % 7 !== 3) send(owner);
						if (index % 11 === 5) send(owner, true);
						nowMs += 20;
						if (nowMs % 100 === 0) {
							tap.tick();
							ears.tick(nowMs);
						}
						if (deed.patient && index === 10) await Promise.resolve();
					}
					return;
				case 'wait':
					for (let waited = 0; waited < 1500; waited += 100) {
						nowMs += 100;
						tap.tick();
						ears.tick(nowMs);
					}
					await new Promise((resolve) => setImmediate(resolve));
			}
		},
		[Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
	};
}

const KINDS = [
	'give',
	'withdraw',
	'hasty give and withdraw',
	'erase',
	'join',
	'leave',
	'new ssrc',
	'speak',
	'speak',
	'speak',
	'speak',
	'wait',
] as const;

interface Deed {
	readonly kind: (typeof KINDS)[number];
	readonly owner: number;
	readonly packets: number;
	readonly patient: boolean;
}

const deeds = fc.array(
	fc.record({
		kind: fc.constantFrom(...KINDS),
		owner: fc.nat(MEMBERS.length - 1),
		packets: fc.integer({ min: 1, max: 60 }),
		// Whether the next deed waits for what this one asked the store for.
		patient: fc.nat(3).map((draw) => draw > 0),
	}),
	{ minLength: 4, maxLength: 40 },
);

describe('without consent', () => {
	it('no frame is ever decoded and no utterance handed on, whoever joins, agrees, withdraws, leaves and speaks', async () => {
		const total = { decoded: 0, utterances: 0, partials: 0, ignored: 0 };
		await fc.assert(
			fc.asyncProperty(deeds, fc.subarray([...MEMBERS.keys()]), fc.boolean(), async (life, agreed, decoderIsSlow) => {
				await using world = await openWorld(decoderIsSlow);
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
				for (const name of ['decoded', 'utterances', 'partials', 'ignored'] as const)
					total[name] += world.counted[name];
			}),
			{ numRuns: 300 },
		);
		// It is no proof if nobody was heard.
		expect(total.decoded).toBeGreaterThan(5000);
		expect(total.utterances).toBeGreaterThan(50);
		expect(total.partials).toBeGreaterThan(20);
		expect(total.ignored).toBeGreaterThan(5000);
	});

	it('nothing is left of a member who withdrew, and a bounded report of one who left', async () => {
		await using world = await openWorld(false);
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
