/** One page of an Ogg stream (RFC 3533 §6), its checksum verified. */
export interface OggPage {
	readonly serial: number;
	/** Counts the pages of a logical stream. */
	readonly sequence: number;
	/** First page of its logical stream. */
	readonly begins: boolean;
	readonly ends: boolean;
	/** What the codec counts up to the last packet that ends here, or `undefined` when none does. */
	readonly granule: number | undefined;
	/** Packets, or parts of such: the first may continue one, the last may go on in the next page. */
	readonly pieces: readonly Buffer[];
	readonly continued: boolean;
	readonly unfinished: boolean;
}

const CAPTURE = 'OggS';
const HEADER_BYTES = 27;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
	let value = index << 24;
	for (let bit = 0; bit < 8; bit++) value = value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
	return value;
});

/** CRC of a page, with its own checksum field taken as zero. */
function checksum(page: Buffer): number {
	let crc = 0;
	for (let index = 0; index < page.length; index++) {
		const byte = index >= 22 && index < 26 ? 0 : (page[index] as number);
		crc = (crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 0xff] as number);
	}
	return crc >>> 0;
}

/**
 * Finds the pages in a byte stream; what is damaged or no page is passed over.
 *
 * prism-media's OggDemuxer is not used for files: it gives up at the first stray byte, waits for ever
 * (and holds all that follows) when a packet runs over a page's end, checks no checksum, knows one
 * stream only and keeps the granule positions to itself, without which neither the end can be
 * trimmed nor a gap be told.
 */
export async function* oggPages(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<OggPage> {
	let buffer: Buffer = Buffer.alloc(0);
	for await (const chunk of bytes) {
		buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
		const scan = scanPages(buffer);
		yield* scan.pages;
		buffer = buffer.subarray(scan.used);
	}
	// At the end, a capture pattern that announced more than came may have hidden a page behind it.
	while (buffer.length > HEADER_BYTES) {
		buffer = buffer.subarray(1);
		const scan = scanPages(buffer);
		yield* scan.pages;
		buffer = buffer.subarray(scan.used);
	}
}

function scanPages(buffer: Buffer): { pages: OggPage[]; used: number } {
	const pages: OggPage[] = [];
	let at = 0;
	while (true) {
		const found = buffer.indexOf(CAPTURE, at, 'latin1');
		if (found < 0) return { pages, used: Math.max(at, buffer.length - CAPTURE.length + 1) };
		at = found;
		const size = pageSize(buffer, at);
		if (size === undefined || at + size > buffer.length) return { pages, used: at };
		const page = parsePage(buffer.subarray(at, at + size));
		if (page) pages.push(page);
		at += page ? size : 1;
	}
}

function pageSize(buffer: Buffer, at: number): number | undefined {
	if (at + HEADER_BYTES > buffer.length) return undefined;
	const segments = buffer[at + 26] as number;
	if (at + HEADER_BYTES + segments > buffer.length) return undefined;
	let size = HEADER_BYTES + segments;
	for (let index = 0; index < segments; index++) size += buffer[at + HEADER_BYTES + index] as number;
	return size;
}

function parsePage(page: Buffer): OggPage | undefined {
	const version = page[4] as number;
	const stored = page.readUInt32LE(22);
	// Some bots that record calls leave the checksum out.
	if (version !== 0 || (stored !== 0 && stored !== checksum(page))) return undefined;
	const flags = page[5] as number;
	const granule = page.readBigInt64LE(6);
	const segments = page[26] as number;
	const pieces: Buffer[] = [];
	let start = HEADER_BYTES + segments;
	let length = 0;
	let unfinished = false;
	for (let index = 0; index < segments; index++) {
		const lace = page[HEADER_BYTES + index] as number;
		length += lace;
		unfinished = lace === 255;
		if (!unfinished || index === segments - 1) {
			pieces.push(page.subarray(start, start + length));
			start += length;
			length = 0;
		}
	}
	return {
		serial: page.readUInt32LE(14),
		sequence: page.readUInt32LE(18),
		begins: (flags & 2) !== 0,
		ends: (flags & 4) !== 0,
		granule: granule < 0n ? undefined : Number(granule),
		pieces,
		continued: (flags & 1) !== 0,
		unfinished,
	};
}

/** Puts the packets of one logical stream together from its pages. */
export class PacketAssembler {
	#part: Buffer[] | undefined;

	/** @returns the packets that end on this page */
	push(page: OggPage): Buffer[] {
		const packets: Buffer[] = [];
		for (const [index, piece] of page.pieces.entries()) {
			const isFirst = index === 0;
			const goesOn = page.unfinished && index === page.pieces.length - 1;
			if (isFirst && page.continued) {
				// The beginning was on a page that is missing: what is left of the packet is of no use.
				if (!this.#part) {
					if (goesOn) return packets;
					continue;
				}
				this.#part.push(piece);
			} else {
				this.#part = [piece];
			}
			if (goesOn) return packets;
			packets.push(this.#part.length === 1 ? (this.#part[0] as Buffer) : Buffer.concat(this.#part));
			this.#part = undefined;
		}
		return packets;
	}
}
