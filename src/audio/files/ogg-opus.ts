import type { FileHandle } from 'node:fs/promises';
import { OpusDecoder } from 'opus-decoder';
import { SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { opusPacketMs } from '../opus-decoder.ts';
import { type OggPage, oggPages, PacketAssembler } from './ogg.ts';
import { isOpusHead, type OpusHead, parseOpusHead } from './opus-head.ts';
import { type SampleSource, UnreadableError } from './source.ts';

/** Granule positions of Opus count samples at this rate, whatever was recorded. */
const GRANULE_RATE_HZ = 48_000;
const GRANULES_PER_SAMPLE = GRANULE_RATE_HZ / SAMPLE_RATE_HZ;

/** A longer hole in the granule positions is a clock that was set anew, not a pause. */
const LONGEST_GAP_S = 3600;
const TAIL_BYTES = 256 * 1024;

type Planes = Float32Array[];

const lengthOf = (planes: Planes): number => planes[0]?.length ?? 0;

/**
 * Opens an Ogg/Opus recording and reads its header. Decodes to 16 kHz directly.
 *
 * @param bytes the whole file from its beginning
 * @throws {UnreadableError} when no Opus stream begins in it
 */
export async function openOggOpus(
	bytes: AsyncIterable<Buffer>,
	durationOf: (serial: number, head: OpusHead) => Promise<number | undefined>,
): Promise<SampleSource> {
	const pages = oggPages(bytes);
	for await (const page of keepOpen(pages)) {
		const packet = page.pieces[0];
		if (!page.begins || !packet || !isOpusHead(packet)) continue;
		const head = parseOpusHead(packet);
		return {
			format: 'Ogg/Opus',
			channels: head.channels,
			rateHz: SAMPLE_RATE_HZ,
			durationMs: await durationOf(page.serial, head),
			samples: () => decodePages(pages, page.serial, head),
			[Symbol.asyncDispose]: async () => void (await pages.return(undefined)),
		};
	}
	throw new UnreadableError('no Opus stream begins in it');
}

/** Lets `for await` leave a generator without ending it. */
const keepOpen = <T>(generator: AsyncGenerator<T>): AsyncIterable<T> => ({
	[Symbol.asyncIterator]: () => ({ next: () => generator.next() }),
});

async function* decodePages(
	pages: AsyncGenerator<OggPage>,
	firstSerial: number,
	firstHead: OpusHead,
): AsyncGenerator<Planes> {
	let link = await OpusLink.open(firstSerial, firstHead, firstHead.channels);
	let heard = 0;
	try {
		for await (const page of pages) {
			const packet = page.pieces[0];
			// Streams side by side all begin before any audio; one that begins later is the next of a chain.
			if (page.begins && packet && isOpusHead(packet) && (link.hasAudio || link.hasEnded)) {
				link[Symbol.dispose]();
				link = await OpusLink.open(page.serial, parseOpusHead(packet), firstHead.channels);
			} else if (page.serial === link.serial) {
				for (const planes of link.push(page)) {
					heard += lengthOf(planes);
					yield planes;
				}
			}
		}
	} finally {
		link[Symbol.dispose]();
	}
	if (heard === 0) throw new UnreadableError('no audio in it can be decoded');
}

/** One logical stream: a recording, or one link of a chain of such. */
class OpusLink {
	readonly serial: number;
	hasAudio = false;
	hasEnded = false;
	readonly #head: OpusHead;
	readonly #decoder: OpusDecoder<typeof SAMPLE_RATE_HZ>;
	readonly #packets = new PacketAssembler();
	/** How many channels are asked for: those of the first link. */
	readonly #channels: number;
	/** Granule position up to which was decoded; unknown until the first page with audio. */
	#granule: number | undefined;
	#headersLeft = 1;
	#toSkip: number;

	private constructor(serial: number, head: OpusHead, channels: number, decoder: OpusDecoder<typeof SAMPLE_RATE_HZ>) {
		this.serial = serial;
		this.#head = head;
		this.#channels = channels;
		this.#decoder = decoder;
		this.#toSkip = Math.round(head.preSkip / GRANULES_PER_SAMPLE);
	}

	static async open(serial: number, head: OpusHead, channels: number): Promise<OpusLink> {
		const decoder = new OpusDecoder({
			sampleRate: SAMPLE_RATE_HZ,
			channels: head.channels,
			streamCount: head.streams,
			coupledStreamCount: head.coupledStreams,
			channelMappingTable: [...head.channelMapping],
		});
		await decoder.ready;
		return new OpusLink(serial, head, channels, decoder);
	}

	/** @returns the page's audio, behind the silence that stands for what is missing before it */
	*push(page: OggPage): Generator<Planes> {
		if (page.ends) this.hasEnded = true;
		const packets = this.#packets.push(page);
		if (this.#headersLeft > 0 && packets.length > 0) {
			// The comment header may run over many pages (cover pictures); it is the first packet to end.
			packets.shift();
			this.#headersLeft--;
		}
		if (packets.length === 0) return;
		let planes = this.#decode(packets);
		const decoded = lengthOf(planes) * GRANULES_PER_SAMPLE;
		const isFirst = !this.hasAudio;
		this.hasAudio = true;
		if (page.granule === undefined) {
			if (this.#granule !== undefined) this.#granule += decoded;
		} else if (page.ends) {
			const start = this.#granule ?? Math.max(0, page.granule - decoded);
			const surplus = Math.ceil((start + decoded - page.granule) / GRANULES_PER_SAMPLE);
			if (surplus > 0) planes = planes.map((plane) => plane.subarray(0, Math.max(0, plane.length - surplus)));
			yield* this.#silence(page.granule - decoded - start, isFirst);
		} else {
			if (this.#granule !== undefined) yield* this.#silence(page.granule - decoded - this.#granule, isFirst);
			this.#granule = page.granule;
		}
		const skipped = Math.min(this.#toSkip, lengthOf(planes));
		this.#toSkip -= skipped;
		if (skipped < lengthOf(planes)) yield planes.map((plane) => plane.subarray(skipped));
	}

	[Symbol.dispose](): void {
		this.#decoder.free();
	}

	#decode(packets: readonly Buffer[]): Planes {
		const parts: Planes[] = [];
		for (const packet of packets) {
			const planes = this.#decodePacket(packet);
			if (planes) parts.push(planes);
		}
		const length = parts.reduce((sum, planes) => sum + lengthOf(planes), 0);
		// A link with fewer channels than the first is heard on all, one with more on as many as there are.
		return Array.from({ length: this.#channels }, (_, channel) => {
			const joined = new Float32Array(length);
			let at = 0;
			for (const planes of parts) {
				const plane = planes[Math.min(channel, planes.length - 1)] as Float32Array;
				joined.set(plane, at);
				at += plane.length;
			}
			if (this.#head.gain !== 1)
				for (let index = 0; index < length; index++) joined[index] = (joined[index] as number) * this.#head.gain;
			return joined;
		});
	}

	/** @returns nothing for what is no Opus packet; the next page's position then says how much is missing */
	#decodePacket(packet: Buffer): Planes | undefined {
		// Packets of several streams are framed differently; only libopus can tell whether they are sound.
		if (packet.length === 0 || (this.#head.streams === 1 && opusPacketMs(packet) === undefined)) return undefined;
		try {
			const { channelData, samplesDecoded, errors } = this.#decoder.decodeFrame(packet);
			return errors.length > 0 || samplesDecoded === 0 ? undefined : channelData;
		} catch {
			return undefined;
		}
	}

	/** Lost pages and pauses in sending leave holes in the granule positions; times must stay true. */
	*#silence(granules: number, isFirst: boolean): Generator<Planes> {
		// A recording may begin in the middle of a stream (RFC 7845 §4.3): no hole then.
		if (isFirst || granules <= 0 || granules > LONGEST_GAP_S * GRANULE_RATE_HZ) return;
		let left = Math.round(granules / GRANULES_PER_SAMPLE);
		while (left > 0) {
			const length = Math.min(left, SAMPLE_RATE_HZ);
			left -= length;
			yield Array.from({ length: this.#channels }, () => new Float32Array(length));
		}
	}
}

/**
 * Length of an Ogg/Opus file by the last position in it, in milliseconds; `undefined` for a chain,
 * or when the end is missing. A stream that began in the middle of another reads too long.
 */
export async function oggOpusDurationMs(
	handle: FileHandle,
	fileBytes: number,
	serial: number,
	head: OpusHead,
): Promise<number | undefined> {
	const start = Math.max(0, fileBytes - TAIL_BYTES);
	const tail = Buffer.alloc(fileBytes - start);
	const { bytesRead } = await handle.read(tail, 0, tail.length, start);
	let last: OggPage | undefined;
	for await (const page of oggPages([tail.subarray(0, bytesRead)])) {
		if (page.granule !== undefined) last = page;
	}
	if (last?.granule === undefined || last.serial !== serial) return undefined;
	return Math.max(0, last.granule - head.preSkip) / (GRANULE_RATE_HZ / 1000);
}
