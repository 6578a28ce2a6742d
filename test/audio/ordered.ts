import type { Ordered, SequencedPacket } from '../../src/audio/index.ts';

const PAYLOAD = new Uint8Array();

export const packet = (sequence: number, arrivalMs = 0): SequencedPacket => ({
	sequence: sequence & 0xffff,
	timestamp: sequence * 960,
	arrivalMs,
	payload: PAYLOAD,
});

/** What left a buffer, by sequence number. */
export const shown = (ordered: readonly Ordered[]): (number | 'lost' | string)[] =>
	ordered.map((item) => {
		if (item.kind !== 'packet') return item.kind;
		return item.restarted ? `new ${item.packet.sequence}` : item.packet.sequence;
	});
