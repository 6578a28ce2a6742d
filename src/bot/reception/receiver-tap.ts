import type { VoiceConnection } from '@discordjs/voice';
import { onNewServer } from './new-server.ts';
import { RecentSequences } from './recent-sequences.ts';

/** An Opus packet with the RTP header that @discordjs/voice does not hand out. */
export interface TappedPacket {
	readonly userId: string;
	readonly ssrc: number;
	readonly sequence: number;
	readonly timestamp: number;
	readonly payload: Buffer;
}

export interface ReceiverTapHandlers {
	/** A decrypted packet of a member whom we subscribed to. */
	packet(packet: TappedPacket): void;
	/** A copy of a packet of such a member. */
	duplicate(userId: string): void;
	/** A packet of such a member that could not be decrypted. */
	undecryptable(userId: string): void;
	/** A packet of anyone else; it stays encrypted. */
	ignored(): void;
}

/** The parts of the receiver that are public in JavaScript, though not in its types. */
interface ReceiverInternals {
	parsePacket(packet: Buffer, mode: string, nonce: Buffer, secretKey: Uint8Array, userId: string): Buffer | null;
	onUdpMessage(message: Buffer): void;
}

/** Ends every frame that DAVE encrypted (protocol whitepaper, "magic marker"). */
const DAVE_MARKER = 0xfafa;
const RTP_HEADER_BYTES = 12;
const RTP_VERSION = 2;

const isRtp = (message: Buffer): boolean =>
	message.length > RTP_HEADER_BYTES && (message[0] as number) >> 6 === RTP_VERSION;

/**
 * Takes packets straight out of a connection's receiver, each with its sequence number.
 *
 * Must be called right after `joinVoiceChannel`, before the UDP socket exists. The receiver's own
 * streams carry no headers, die on the first failed decryption and grow without bound when they are
 * not read, so nothing is ever pushed into them; a subscription still has to exist for a member,
 * since the receiver decrypts for nobody else. That is the gate: no subscription, no plain text.
 */
export function tapReceiver(connection: VoiceConnection, handlers: ReceiverTapHandlers): void {
	const receiver = connection.receiver;
	const internals = receiver as unknown as ReceiverInternals;
	const parsePacket = internals.parsePacket.bind(receiver);
	const onUdpMessage = internals.onUdpMessage.bind(receiver);
	const taken = new RecentSequences();

	internals.parsePacket = (message, mode, nonce, secretKey, userId) => {
		const ssrc = message.readUInt32BE(8);
		const sequence = message.readUInt16BE(2);
		if (taken.has(ssrc, sequence)) {
			handlers.duplicate(userId);
			return null;
		}
		let payload: Buffer | null;
		try {
			payload = parsePacket(message, mode, nonce, secretKey, userId);
		} catch {
			// An error here would destroy the member's stream; it is one packet, and it is counted.
			payload = null;
		}
		if (payload === null || isStillEncrypted(connection, payload)) {
			handlers.undecryptable(userId);
			return null;
		}
		taken.add(ssrc, sequence);
		handlers.packet({ userId, ssrc, sequence, timestamp: message.readUInt32BE(4), payload });
		return null;
	};

	onNewServer(connection, () => {
		// It deals its SSRCs anew; the old ones would pass for members whom they no longer are.
		(receiver.ssrcMap as unknown as { map: Map<number, unknown> }).map.clear();
		taken.clear();
	});

	internals.onUdpMessage = (message) => {
		// Keep-alive echoes and IP discovery share the socket, and anyone may send to it: a datagram that
		// is no RTP packet would make the receiver read past its end, and the process with it.
		if (!isRtp(message)) return;
		const speaker = receiver.ssrcMap.get(message.readUInt32BE(8));
		if (!speaker || !receiver.subscriptions.has(speaker.userId)) handlers.ignored();
		onUdpMessage(message);
	};
}

/** While its DAVE session is not ready, or the socket is resuming, the receiver hands out ciphertext as Opus. */
function isStillEncrypted(connection: VoiceConnection, payload: Buffer): boolean {
	if (payload.length < 2 || payload.readUInt16BE(payload.length - 2) !== DAVE_MARKER) return false;
	const networking = connection.state.status === 'ready' ? connection.state.networking.state : undefined;
	const dave = networking && 'dave' in networking ? networking.dave : undefined;
	return !dave?.session?.ready || dave.protocolVersion === 0;
}
