import { ReorderBuffer, type SequencedPacket } from '../../src/audio/index.ts';
import { cleanNetwork, faultyNetwork, type NetworkPolicy } from '../../src/sim/index.ts';
import type { Comparison, Suite } from '../harness/index.ts';
import { arrivalsOf, FAULTS } from '../support/arrivals.ts';
import { speechPackets } from '../support/speech.ts';

const PAUSE_MS = 1000;
/** Sequence numbers have 16 bits; so many slots are more than ever wait. */
const SLOTS = 256;
const MOST_WAITING = 5;
/** In one measured call, which would be too short for the clock otherwise. */
const PASSES = 40;

/** @returns how many packets left, in order */
function throughBuffer(packets: readonly SequencedPacket[]): number {
	const buffer = new ReorderBuffer();
	let left = 0;
	for (const packet of packets) {
		buffer.push(packet);
		for (const { kind } of buffer.pull(packet.arrivalMs)) if (kind === 'packet') left++;
	}
	for (const { kind } of buffer.pull(Number.POSITIVE_INFINITY)) if (kind === 'packet') left++;
	return left;
}

/** A ring with a fixed depth: no times, no adapting, no telling late from double, nothing said of what is lost. */
function throughRing(packets: readonly SequencedPacket[]): number {
	const slots = new Array<SequencedPacket | undefined>(SLOTS);
	let next = packets[0]?.sequence ?? 0;
	let waiting = 0;
	let left = 0;
	for (const packet of packets) {
		if (((packet.sequence - next) & 0xffff) >= SLOTS || slots[packet.sequence % SLOTS]) continue;
		slots[packet.sequence % SLOTS] = packet;
		waiting++;
		while (waiting > 0 && (slots[next % SLOTS] || waiting >= MOST_WAITING)) {
			if (slots[next % SLOTS]) {
				slots[next % SLOTS] = undefined;
				waiting--;
				left++;
			}
			next = (next + 1) & 0xffff;
		}
	}
	return left + waiting;
}

/** Packets put back in order, beside the least that can do it. */
export const jitter: Suite = {
	name: 'jitter',
	about: 'a packet through the jitter buffer, beside a ring of fixed depth',
	async open(scale) {
		const clips = await speechPackets(scale === 'full' ? 16 : 1);
		const compare = (link: string, network: NetworkPolicy): Comparison => {
			const { packets, distinct, sent } = arrivalsOf(clips, PAUSE_MS, network);
			const repeat = (pass: (packets: readonly SequencedPacket[]) => number) => () => {
				for (let done = 0; done < PASSES; done++) {
					// Some may be too late for it.
					if (pass(packets) < 0.9 * distinct.length) throw new Error('Most packets must come out.');
				}
			};
			return {
				id: `jitter/${link}`,
				per: 'packet sent',
				clock: 'cpu',
				units: PASSES * sent,
				ours: { name: `ReorderBuffer, ${link} link`, work: repeat(throughBuffer) },
				reference: { name: 'a ring of fixed depth', kind: 'floor', work: repeat(throughRing) },
			};
		};
		return {
			comparisons: [compare('clean', cleanNetwork), compare('faulty', faultyNetwork(FAULTS))],
			skipped: [],
			[Symbol.asyncDispose]: async () => {},
		};
	},
};
