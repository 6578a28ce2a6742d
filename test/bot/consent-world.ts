import fc from 'fast-check';
import type { OpusDecoder } from '../../src/audio/index.ts';
import { ConsentGate } from '../../src/bot/index.ts';
import { Ears } from '../../src/bot/reception/ears.ts';
import { ReceiverTap } from '../../src/bot/reception/receiver-tap.ts';
import type { Utterance } from '../../src/domain/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { babble } from '../support/signals.ts';
import { bareCall, sealRtp } from './reception-support.ts';

const GUILD = '100000000000000001';
export const MEMBERS = ['200000000000000001', '200000000000000002', '200000000000000003'];
const VOICE = babble(2400).map(({ pcm }) => pcm as Int16Array);
const MARK = 0xf8;

/** A payload that says whose it is, and which packet of all that were ever sent. */
function marked(owner: number, serial: number): Buffer {
	const payload = Buffer.alloc(6, MARK);
	payload[1] = owner;
	payload.writeUInt32BE(serial, 2);
	return payload;
}

/** The same in the shape that DAVE gives a frame: tag, nonce, size of the trailer, marker. */
const inShape = (payload: Buffer): Buffer => Buffer.concat([payload, Buffer.alloc(8), Buffer.of(1, 12, 0xfa, 0xfa)]);

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
export async function openWorld({
	decoderIsSlow,
	isEncrypted,
	inLumps,
}: {
	decoderIsSlow: boolean;
	isEncrypted: boolean;
	inLumps: boolean;
}) {
	const store = await openStore({ file: ':memory:', key: '00'.repeat(32) });
	const gate = new ConsentGate(store.consents, store.moods);
	await gate.load(GUILD);
	const call = bareCall();
	const truths = MEMBERS.map((): Truth => ({ since: undefined, present: false }));
	const faults: string[] = [];
	const counted = { decoded: 0, utterances: 0, partials: 0, ignored: 0, decrypted: 0, held: 0 };
	let nowMs = 0;
	let serial = 0;
	const sequences = MEMBERS.map((_, index) => 65_500 + index);
	const ssrcs = MEMBERS.map((_, index) => 10 + index);
	let lastSsrc = 100;
	let openDecoders = 0;
	/** Packets by serial number that were sent by somebody who was in the channel. */
	const wasPresent = new Set<number>();

	/** Consent must stand now and have stood when it was said, by somebody who was there. */
	const judge = (payload: Uint8Array, deed: string): number => {
		const [owner, number] = [payload[1] as number, Buffer.from(payload).readUInt32BE(2)];
		const { since } = truths[owner] as Truth;
		const isRight = since !== undefined && number >= since && wasPresent.has(number);
		if (!isRight) faults.push(`packet ${number} of member ${owner} was ${deed}`);
		return number;
	};
	const openDecoder = (): OpusDecoder => ({
		decode: (payload) => {
			const number = judge(payload, 'decoded');
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
		inLumps,
	});
	/** Whether the group has its keys; while it has not, frames wait. */
	const session = {
		ready: true,
		canPassthrough: () => false,
		getUserIds: () => MEMBERS,
		decrypt: (userId: string, _: number, frame: Buffer): Buffer => {
			if (MEMBERS[frame[1] as number] !== userId) throw new Error('no valid cryptor');
			judge(frame, 'decrypted');
			counted.decrypted++;
			return Buffer.from(frame.subarray(0, 6));
		},
	};
	if (isEncrypted) {
		const pendingTransitions = new Map<number, number>();
		call.dave = { protocolVersion: 1, pendingTransitions, session, recoverFromInvalidTransition: () => {} };
	}
	call.move();
	// As a session has it.
	const sync = (): void => {
		tap.read();
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
		const payload = marked(owner, serial);
		call.datagram(sealRtp(shape, isEncrypted ? inShape(payload) : payload, call.key, undefined, serial));
		serial++;
		counted.held = Math.max(counted.held, tap.held.frames);
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
					if (deed.patient) announce(owner);
					return;
				case 'keys':
					session.ready = !session.ready;
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
	'keys',
	'speak',
	'speak',
	'speak',
	'speak',
	'wait',
] as const;

export interface Deed {
	readonly kind: (typeof KINDS)[number];
	readonly owner: number;
	readonly packets: number;
	readonly patient: boolean;
}

export const deeds = fc.array(
	fc.record({
		kind: fc.constantFrom(...KINDS),
		owner: fc.nat(MEMBERS.length - 1),
		packets: fc.integer({ min: 1, max: 60 }),
		// Whether the next deed waits for what this one asked the store for.
		patient: fc.nat(3).map((draw) => draw > 0),
	}),
	{ minLength: 4, maxLength: 40 },
);
