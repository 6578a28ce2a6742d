const FIXED_HEADER_BYTES = 12;
const EXTENSION_PREAMBLE_BYTES = 4;
const VERSION = 2;

/** What the voice server reads of an RTP header (RFC 3550 §5.1). */
export interface RtpHeader {
	readonly sequence: number;
	readonly timestamp: number;
	readonly ssrc: number;
	/** Fixed header, CSRCs and extension preamble: what `rtpsize` leaves in clear. */
	readonly clearBytes: number;
}

/** @returns undefined for anything that is not a whole RTP header */
export function parseRtpHeader(packet: Buffer): RtpHeader | undefined {
	if (packet.length < FIXED_HEADER_BYTES) return undefined;
	const flags = packet.readUInt8(0);
	if (flags >> 6 !== VERSION) return undefined;
	const hasExtension = (flags & 0x10) !== 0;
	const clearBytes = FIXED_HEADER_BYTES + 4 * (flags & 0x0f) + (hasExtension ? EXTENSION_PREAMBLE_BYTES : 0);
	if (packet.length < clearBytes) return undefined;
	return {
		sequence: packet.readUInt16BE(2),
		timestamp: packet.readUInt32BE(4),
		ssrc: packet.readUInt32BE(8),
		clearBytes,
	};
}

/** A client's keepalive, every few seconds; Discord's servers do not say what is in it. */
export const KEEPALIVE_BYTES = 8;

const DISCOVERY_BYTES = 74;
const DISCOVERY_REQUEST = 1;
const DISCOVERY_REPLY = 2;
const DISCOVERY_BODY_BYTES = 70;

/** @returns the SSRC that asks for its public address, or undefined when this is no discovery request */
export function parseDiscovery(packet: Buffer): number | undefined {
	if (packet.length !== DISCOVERY_BYTES) return undefined;
	if (packet.readUInt16BE(0) !== DISCOVERY_REQUEST || packet.readUInt16BE(2) !== DISCOVERY_BODY_BYTES) return undefined;
	return packet.readUInt32BE(4);
}

/** `u16 type | u16 length | u32 ssrc | char address[64] | u16 port`. */
export function discoveryReply(ssrc: number, address: string, port: number): Buffer {
	const reply = Buffer.alloc(DISCOVERY_BYTES);
	reply.writeUInt16BE(DISCOVERY_REPLY, 0);
	reply.writeUInt16BE(DISCOVERY_BODY_BYTES, 2);
	reply.writeUInt32BE(ssrc, 4);
	reply.write(address, 8, 63, 'utf8');
	reply.writeUInt16BE(port, DISCOVERY_BYTES - 2);
	return reply;
}
