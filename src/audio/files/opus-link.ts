import { OpusDecoder } from 'opus-decoder';
import { SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { opusPacketMs } from '../opus-decoder.ts';
import { type OggPage, PacketAssembler } from './ogg.ts';
import type { OpusHead } from './opus-head.ts';

/** Granule positions of Opus count samples at this rate, whatever was recorded. */
export const GRANULE_RATE_HZ = 48_000;
const GRANULES_PER_SAMPLE = GRANULE_RATE_HZ / SAMPLE_RATE_HZ;

/** A longer hole in the granule positions is a clock that was set anew, not a pause. */
const LONGEST_GAP_S = 3600;

type Planes = Float32Array[];

const lengthOf = (planes: Planes): number => planes[0]?.length ?? 0;

/** One logical stream: a recording, or one link of a chain of such. */
export class OpusLink {
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
	/** Number of the page that audio should begin on. */
	#audioFrom = 0;
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
			this.#audioFrom = page.sequence + 1;
		}
		if (packets.length === 0) return;
		let planes = this.#decode(packets);
		const decoded = lengthOf(planes) * GRANULES_PER_SAMPLE;
		this.hasAudio = true;
		const start = this.#granule ?? this.#firstGranule(page, decoded);
		if (page.granule === undefined) {
			this.#granule = start + decoded;
		} else {
			this.#granule = page.granule;
			yield* this.#silence(page.granule - decoded - start);
			const surplus = Math.ceil((start + decoded - page.granule) / GRANULES_PER_SAMPLE);
			if (page.ends && surplus > 0) {
				planes = planes.map((plane) => plane.subarray(0, Math.max(0, plane.length - surplus)));
			}
		}
		const skipped = Math.min(this.#toSkip, lengthOf(planes));
		this.#toSkip -= skipped;
		if (skipped < lengthOf(planes)) yield planes.map((plane) => plane.subarray(skipped));
	}

	/**
	 * Where the audio begins: at 0, unless the recording began in the middle of a stream (RFC 7845 §4.3).
	 * When the first page is missing, what it held is a hole like any other.
	 */
	#firstGranule(page: OggPage, decoded: number): number {
		if (page.granule === undefined || page.sequence !== this.#audioFrom) return 0;
		return Math.max(0, page.granule - decoded);
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
	*#silence(granules: number): Generator<Planes> {
		if (granules > LONGEST_GAP_S * GRANULE_RATE_HZ) return;
		let left = Math.round(granules / GRANULES_PER_SAMPLE);
		while (left > 0) {
			const length = Math.min(left, SAMPLE_RATE_HZ);
			left -= length;
			yield Array.from({ length: this.#channels }, () => new Float32Array(length));
		}
	}
}
