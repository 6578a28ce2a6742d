import OpusScript from 'opusscript';

export interface PageSpec {
	readonly serial?: number;
	readonly sequence: number;
	readonly granule: number | bigint;
	readonly begins?: boolean;
	readonly ends?: boolean;
	readonly continued?: boolean;
	readonly packets: readonly Buffer[];
	/** The last packet goes on in the next page: its length must be a multiple of 255. */
	readonly unfinished?: boolean;
	/** Leave the checksum at zero, as some writers do. */
	readonly withoutChecksum?: boolean;
}

/** Bit by bit, unlike the table that it is there to check. */
function crc(bytes: Buffer): number {
	let value = 0;
	for (const byte of bytes) {
		value ^= byte << 24;
		for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
	}
	return value >>> 0;
}

export function buildPage(spec: PageSpec): Buffer {
	const laces = spec.packets.flatMap((packet, index) => {
		const full = new Array<number>(Math.floor(packet.length / 255)).fill(255);
		const goesOn = spec.unfinished && index === spec.packets.length - 1;
		return goesOn ? full : [...full, packet.length % 255];
	});
	if (laces.length > 255) throw new RangeError('too much for one page');
	const header = Buffer.alloc(27);
	header.write('OggS');
	header[5] = (spec.continued ? 1 : 0) | (spec.begins ? 2 : 0) | (spec.ends ? 4 : 0);
	header.writeBigInt64LE(BigInt(spec.granule), 6);
	header.writeUInt32LE(spec.serial ?? 1, 14);
	header.writeUInt32LE(spec.sequence, 18);
	header[26] = laces.length;
	const page = Buffer.concat([header, Buffer.from(laces), ...spec.packets]);
	if (!spec.withoutChecksum) page.writeUInt32LE(crc(page), 22);
	return page;
}

export interface HeadSpec {
	readonly channels?: number;
	readonly preSkip?: number;
	readonly gainDb?: number;
	readonly version?: number;
	readonly family?: number;
	/** Of families other than 0: streams, coupled streams, mapping. */
	readonly layout?: readonly number[];
}

export function opusHead({
	channels = 1,
	preSkip = 312,
	gainDb = 0,
	version = 1,
	family = 0,
	layout = [],
}: HeadSpec = {}): Buffer {
	const head = Buffer.alloc(19);
	head.write('OpusHead');
	head[8] = version;
	head[9] = channels;
	head.writeUInt16LE(preSkip, 10);
	head.writeUInt32LE(48_000, 12);
	head.writeInt16LE(Math.round(gainDb * 256), 16);
	head[18] = family;
	return Buffer.concat([head, Buffer.from(layout)]);
}

export const opusTags = (padding = 0): Buffer =>
	Buffer.concat([Buffer.from('OpusTags'), Buffer.from([4, 0, 0, 0]), Buffer.from('test'), Buffer.alloc(4 + padding)]);

const FRAME = 960;

/** 20 ms Opus packets of signals at 48 kHz, full scale ±1. */
export function encode(...channels: readonly Float32Array[]): Buffer[] {
	// One encoder at a time: opusscript's share a heap and harm each other.
	const encoder = new OpusScript(48_000, channels.length, OpusScript.Application.AUDIO);
	encoder.setBitrate(96_000);
	const packets: Buffer[] = [];
	const frames = Math.ceil((channels[0] as Float32Array).length / FRAME);
	for (let frame = 0; frame < frames; frame++) {
		const pcm = Buffer.alloc(FRAME * channels.length * 2);
		for (let n = 0; n < FRAME; n++) {
			for (const [channel, signal] of channels.entries()) {
				const sample = Math.round((signal[frame * FRAME + n] ?? 0) * 32_767);
				pcm.writeInt16LE(sample, (n * channels.length + channel) * 2);
			}
		}
		packets.push(encoder.encode(pcm, FRAME));
	}
	encoder.delete();
	return packets;
}

export interface StreamSpec {
	readonly serial?: number;
	readonly head?: HeadSpec;
	readonly tagPadding?: number;
	readonly packets: readonly Buffer[];
	readonly packetsPerPage?: number;
	/** Granule position before the first packet. */
	readonly startGranule?: number;
	/** Granule position of the last page, to trim the end. */
	readonly endGranule?: number;
	readonly withoutEnd?: boolean;
	readonly withoutChecksum?: boolean;
}

/** The pages of an Ogg/Opus stream: head, tags, audio. */
export function oggOpusPages(spec: StreamSpec): Buffer[] {
	const { serial = 1, packets, packetsPerPage = 10, startGranule = 0 } = spec;
	const common = { serial, ...(spec.withoutChecksum ? { withoutChecksum: true } : {}) };
	const pages = [
		buildPage({ ...common, sequence: 0, granule: 0, begins: true, packets: [opusHead(spec.head)] }),
		buildPage({ ...common, sequence: 1, granule: 0, packets: [opusTags(spec.tagPadding)] }),
	];
	for (let first = 0; first < packets.length; first += packetsPerPage) {
		const chosen = packets.slice(first, first + packetsPerPage);
		const isLast = first + packetsPerPage >= packets.length;
		const granule = startGranule + (first + chosen.length) * FRAME;
		pages.push(
			buildPage({
				...common,
				sequence: pages.length,
				granule: isLast ? (spec.endGranule ?? granule) : granule,
				ends: isLast && !spec.withoutEnd,
				packets: chosen,
			}),
		);
	}
	return pages;
}
