import type { RtpHeader } from './rtp.ts';

const EXTENSION_FLAG = 0x10;
const PADDING_FLAG = 0x20;
const PREAMBLE_BYTES = 4;
const WORD_BYTES = 4;
const MAX_PADDING_BYTES = 255;

/** An RTP header extension (RFC 3550 §5.3.1). */
export interface HeaderExtension {
	/** 0xBEDE: one-byte elements (RFC 8285), 0x1000: two-byte; anything else is unknown to all. */
	readonly profile: number;
	/** Filled up with zeros to whole 32-bit words. */
	readonly data: Buffer;
}

/** A packet as it leaves for its receivers: the part in clear, and the payload to be sealed. */
export interface OutgoingPacket {
	readonly header: RtpHeader;
	readonly clear: Buffer;
	readonly payload: Buffer;
}

/**
 * How one sender's packets look to the others: SSRC, numbers, extension and padding may differ from
 * what the sender wrote. A selective forwarding unit is free to do so, since the header is sealed
 * anew for each receiver and the end-to-end layer does not cover it.
 */
export class RtpShape {
	/** Under which the others hear the sender. */
	ssrc: number;
	extension: HeaderExtension | undefined;
	/** RTP padding behind each payload, 0 to 255 bytes. */
	paddingBytes = 0;
	#sequenceOffset = 0;
	#timestampOffset = 0;
	#wanted: { readonly sequence?: number | undefined; readonly timestamp?: number | undefined } | undefined;
	#last: RtpHeader | undefined;

	constructor(ssrc: number) {
		this.ssrc = ssrc;
	}

	/** The next packet has these numbers, and what follows counts on from them. */
	renumber(wanted: { readonly sequence?: number | undefined; readonly timestamp?: number | undefined }): void {
		this.#wanted = wanted;
	}

	/** @param header of `packet`, as the sender wrote it */
	apply(packet: Buffer, header: RtpHeader, payload: Buffer): OutgoingPacket {
		if (this.#wanted !== undefined) {
			const { sequence, timestamp } = this.#wanted;
			if (sequence !== undefined) this.#sequenceOffset = sequence - header.sequence;
			if (timestamp !== undefined) this.#timestampOffset = timestamp - header.timestamp;
			this.#wanted = undefined;
		}
		const ownClear = packet.subarray(0, header.clearBytes);
		const outgoing = this.#number(header);
		this.#last = outgoing;
		const isUnchanged = outgoing.ssrc === header.ssrc && this.#sequenceOffset === 0 && this.#timestampOffset === 0;
		if (isUnchanged && this.extension === undefined && this.paddingBytes === 0) {
			return { header, clear: ownClear, payload };
		}
		return dress(outgoing, ownClear, payload, this);
	}

	/**
	 * A packet that is padding and nothing else, with the sequence number after the last packet's; the
	 * packets that follow move up by one.
	 *
	 * @returns undefined while nothing has been sent yet
	 */
	padding(bytes: number): OutgoingPacket | undefined {
		const last = this.#last;
		if (last === undefined) return undefined;
		const header = { ...last, sequence: (last.sequence + 1) & 0xffff, clearBytes: 12 };
		this.#last = header;
		this.#sequenceOffset++;
		const clear = writeHeader(header);
		clear.writeUInt8(clear.readUInt8(0) | PADDING_FLAG, 0);
		return { header, clear, payload: paddingOf(bytes) };
	}

	#number({ sequence, timestamp, clearBytes }: RtpHeader): RtpHeader {
		return {
			sequence: (sequence + this.#sequenceOffset) & 0xffff,
			timestamp: (timestamp + this.#timestampOffset) >>> 0,
			ssrc: this.ssrc,
			clearBytes,
		};
	}
}

/** Version 2, no extras, payload type 120 as Discord uses for Opus. @returns 12 bytes */
export function writeHeader(
	{ sequence, timestamp, ssrc }: Pick<RtpHeader, 'sequence' | 'timestamp' | 'ssrc'>,
	payloadType = 120,
): Buffer {
	const header = Buffer.alloc(12);
	header.writeUInt8(0x80, 0);
	header.writeUInt8(payloadType & 0x7f, 1);
	header.writeUInt16BE(sequence, 2);
	header.writeUInt32BE(timestamp, 4);
	header.writeUInt32BE(ssrc, 8);
	return header;
}

/** `clear` with the numbers of `header`, and extension and padding where they are wanted. */
export function dress(
	header: RtpHeader,
	clear: Buffer,
	payload: Buffer,
	extras: { readonly extension?: HeaderExtension | undefined; readonly paddingBytes?: number | undefined },
): OutgoingPacket {
	const head = Buffer.from(clear);
	head.writeUInt16BE(header.sequence, 2);
	head.writeUInt32BE(header.timestamp, 4);
	head.writeUInt32BE(header.ssrc, 8);
	const flags = head.readUInt8(0);
	// A packet has one extension at most; the sender's own stays.
	const extension = (flags & EXTENSION_FLAG) === 0 ? extras.extension : undefined;
	// Padding on top of padding would need the sender's count; that packet stays as it is.
	const padding = (flags & PADDING_FLAG) === 0 && extras.paddingBytes ? paddingOf(extras.paddingBytes) : undefined;
	head.writeUInt8(flags | (extension ? EXTENSION_FLAG : 0) | (padding ? PADDING_FLAG : 0), 0);
	const body = extension && Buffer.alloc(Math.ceil(extension.data.length / WORD_BYTES) * WORD_BYTES);
	if (body !== undefined) extension?.data.copy(body);
	const clearParts = extension && body ? [head, preamble(extension.profile, body.length)] : [head];
	const whole = Buffer.concat(clearParts);
	return {
		header: { ...header, clearBytes: whole.length },
		clear: whole,
		payload: body || padding ? Buffer.concat([body ?? NOTHING, payload, padding ?? NOTHING]) : payload,
	};
}

const NOTHING = Buffer.alloc(0);

function preamble(profile: number, bytes: number): Buffer {
	const preamble = Buffer.alloc(PREAMBLE_BYTES);
	preamble.writeUInt16BE(profile, 0);
	preamble.writeUInt16BE(bytes / WORD_BYTES, 2);
	return preamble;
}

/** The last byte counts the padding, itself included (RFC 3550 §5.1). */
function paddingOf(bytes: number): Buffer {
	if (!(bytes >= 1 && bytes <= MAX_PADDING_BYTES)) {
		throw new RangeError(`RTP padding has 1 to ${MAX_PADDING_BYTES} bytes, got ${bytes}`);
	}
	const padding = Buffer.alloc(bytes);
	padding.writeUInt8(bytes, bytes - 1);
	return padding;
}
