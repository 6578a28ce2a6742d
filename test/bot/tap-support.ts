import { ReceiverTap, type TappedPacket } from '../../src/bot/reception/receiver-tap.ts';
import { AES, bareCall } from './reception-support.ts';

export const ADA = '200000000000000001';
export const BEN = '200000000000000002';
export const OPUS = Buffer.from('f8aabbccdd', 'hex');

/** A tap that hears Ada under SSRC 7, and writes down what comes. */
export function openTap(mode = AES) {
	const call = bareCall(mode);
	const told = { packets: [] as TappedPacket[], duplicate: 0, transport: 0, encryption: 0, ignored: 0, malformed: 0 };
	const speaking: string[] = [];
	const tap = new ReceiverTap(call.connection, {
		mayHear: (userId) => userId === ADA,
		heard: () => [ADA],
		packet: (packet) => void told.packets.push(packet),
		duplicate: () => void told.duplicate++,
		undecryptable: (_, layer) => void told[layer]++,
		speaking: (userId, isSpeaking) => void speaking.push(`${userId} ${isSpeaking}`),
		ignored: () => void told.ignored++,
		malformed: () => void told.malformed++,
	});
	call.move();
	call.say({ op: 5, d: { user_id: ADA, ssrc: 7, speaking: 1 } });
	call.say({ op: 5, d: { user_id: BEN, ssrc: 8, speaking: 1 } });
	return { call, tap, told, speaking };
}
