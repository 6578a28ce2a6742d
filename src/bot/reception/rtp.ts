const FIXED_HEADER_BYTES = 12;
const EXTENSION_PREAMBLE_BYTES = 4;
const VERSION = 2;
/** Voice fits into an Ethernet frame; what is larger is no voice packet, whatever its header says. */
const MOST_BYTES = 2048;

/** Discord's payload type for Opus. */
export const OPUS_PAYLOAD_TYPE = 120;

/** An RTP header (RFC 3550 §5.1) as the `rtpsize` modes leave it in clear. */
export interface RtpHeader {
	readonly payloadType: number;
	readonly sequence: number;
	/** Samples at 48 kHz, 32 bit. */
	readonly timestamp: number;
	readonly ssrc: number;
	/** Fixed header, contributing sources and the preamble of the extension. */
	readonly clearBytes: number;
	/** Of the extension's body, which stands encrypted before the payload; any profile. */
	readonly extensionBytes: number;
	readonly isPadded: boolean;
}

/** @returns undefined for what is no whole RTP packet: garbage, truncated, oversized */
export function parseRtp(message: Buffer): RtpHeader | undefined {
	if (message.length <= FIXED_HEADER_BYTES || message.length > MOST_BYTES) return undefined;
	const flags = message[0] as number;
	if (flags >> 6 !== VERSION) return undefined;
	const hasExtension = (flags & 0x10) !== 0;
	const sourcesEnd = FIXED_HEADER_BYTES + 4 * (flags & 0x0f);
	const clearBytes = sourcesEnd + (hasExtension ? EXTENSION_PREAMBLE_BYTES : 0);
	if (message.length <= clearBytes) return undefined;
	return {
		payloadType: (message[1] as number) & 0x7f,
		sequence: message.readUInt16BE(2),
		timestamp: message.readUInt32BE(4),
		ssrc: message.readUInt32BE(8),
		clearBytes,
		extensionBytes: hasExtension ? 4 * message.readUInt16BE(sourcesEnd + 2) : 0,
		isPadded: (flags & 0x20) !== 0,
	};
}

/**
 * The payload inside what was encrypted, without the extension before it and the padding behind it.
 *
 * @returns an empty buffer for padding alone (a probe for bandwidth); undefined when the lengths do not fit
 */
export function rtpPayload(plain: Buffer, { extensionBytes, isPadded }: RtpHeader): Buffer | undefined {
	// The last byte of the padding counts all of it, itself included.
	const paddingBytes = isPadded ? (plain[plain.length - 1] ?? 0) : 0;
	if ((isPadded && paddingBytes === 0) || extensionBytes + paddingBytes > plain.length) return undefined;
	return plain.subarray(extensionBytes, plain.length - paddingBytes);
}
