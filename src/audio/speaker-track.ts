import { SAMPLE_RATE_HZ } from '../domain/index.ts';
import { FRAME_MS, FRAME_SAMPLES, type Frame } from './frame.ts';
import type { OpusDecoder } from './opus-decoder.ts';
import { type Ordered, ReorderBuffer, type ReorderOptions, type SequencedPacket } from './reorder-buffer.ts';
import { type Segment, Segmenter, type SegmenterOptions } from './segmenter.ts';

/** Packets of one speaker by what became of them. */
export interface TrackCounters {
	heard: number;
	lost: number;
	late: number;
	duplicate: number;
	undecodable: number;
	concealed: number;
}

export interface SpeakerTrackOptions {
	readonly decoder: OpusDecoder;
	/** When the track begins, in milliseconds since the start of the session. */
	readonly startMs: number;
	readonly segmenter?: Partial<SegmenterOptions>;
	readonly reorder?: Partial<ReorderOptions>;
}

/** When nothing arrives for longer than this, the speaker has stopped; a shorter stall is the network's. */
const PAUSE_MS = 300;
const RTP_TICKS_PER_MS = 48;
const ENGINE_SAMPLES_PER_MS = SAMPLE_RATE_HZ / 1000;
/** A pause that time stamps claim is believed up to here; a larger one is a new encoder. */
const LONGEST_CLAIMED_PAUSE_MS = 10_000;
/** Concealment fades to silence by itself; making up more than this is of no use. */
const MOST_CONCEALED = 10;

/**
 * One speaker's way from packets to segments: order, decode, conceal, keep the time line, cut.
 *
 * The time line is that of arrival, common to all speakers of a session: RTP time stamps of different
 * senders have no common zero, and some clients stop theirs while they are silent. Within a burst the
 * time stamps tell a pause from a stall of the network: what they count through was silence.
 */
export class SpeakerTrack {
	readonly counters: TrackCounters = { heard: 0, lost: 0, late: 0, duplicate: 0, undecodable: 0, concealed: 0 };
	readonly #decoder: OpusDecoder;
	readonly #segmenter: Segmenter;
	readonly #reorder: ReorderBuffer;
	readonly #startMs: number;
	/** Frames on the time line so far. */
	#frames = 0;
	/** Samples that do not fill a frame yet. */
	#rest = new Int16Array(0);
	#lastArrivalMs: number;
	/** RTP time stamp that follows what was played so far, when it is known. */
	#expectedTimestamp: number | undefined;
	#concealedInRow = 0;

	constructor(options: SpeakerTrackOptions) {
		this.#decoder = options.decoder;
		this.#segmenter = new Segmenter(options.segmenter);
		this.#reorder = new ReorderBuffer(options.reorder);
		this.#startMs = options.startMs;
		this.#lastArrivalMs = options.startMs;
	}

	/** Takes one packet. @returns the segments that it completes, timed since the start of the session */
	push(packet: SequencedPacket): Segment[] {
		const arrival = this.#reorder.push(packet);
		if (arrival !== 'accepted') {
			this.counters[arrival]++;
			return [];
		}
		return this.#play(this.#reorder.pull(packet.arrivalMs));
	}

	/** Lets time pass: what waited too long leaves the buffer, and silence closes what is open. */
	tick(nowMs: number): Segment[] {
		const segments = this.#play(this.#reorder.pull(nowMs));
		if (nowMs - this.#lastArrivalMs > PAUSE_MS) this.#catchUp(nowMs, segments);
		return segments;
	}

	/** Ends the track and closes what is open. */
	flush(): Segment[] {
		const segments = this.#play(this.#reorder.pull(Number.POSITIVE_INFINITY));
		this.#keep(this.#segmenter.flush(), segments);
		return segments;
	}

	dispose(): void {
		this.#decoder.dispose();
	}

	#play(ordered: readonly Ordered[]): Segment[] {
		const segments: Segment[] = [];
		for (const item of ordered) {
			if (item.kind === 'lost') {
				this.counters.lost++;
				if (this.#concealedInRow < MOST_CONCEALED) this.#conceal(segments);
				continue;
			}
			const { packet } = item;
			if (item.restarted) this.#expectedTimestamp = undefined;
			if (packet.arrivalMs - this.#lastArrivalMs > PAUSE_MS) this.#catchUp(packet.arrivalMs, segments);
			else this.#pause(packet, segments);
			this.#lastArrivalMs = Math.max(this.#lastArrivalMs, packet.arrivalMs);
			this.#expectedTimestamp = packet.timestamp;
			const pcm = this.#decoder.decode(packet.payload);
			if (pcm) {
				this.counters.heard++;
				this.#concealedInRow = 0;
				this.#append(pcm, false, segments);
			} else {
				this.counters.undecodable++;
				this.#conceal(segments);
			}
		}
		return segments;
	}

	#conceal(segments: Segment[]): void {
		this.counters.concealed++;
		this.#concealedInRow++;
		this.#append(this.#decoder.conceal(), true, segments);
	}

	/** Fills in the silence that the sender's time stamps counted through. */
	#pause(packet: SequencedPacket, segments: Segment[]): void {
		if (this.#expectedTimestamp === undefined) return;
		// Time stamps wrap at 32 bits.
		const claimedMs = ((packet.timestamp - this.#expectedTimestamp) | 0) / RTP_TICKS_PER_MS;
		if (claimedMs < FRAME_MS || claimedMs > LONGEST_CLAIMED_PAUSE_MS) return;
		const frames = Math.min(Math.round(claimedMs / FRAME_MS), this.#behind(packet.arrivalMs));
		if (frames > 0) this.#silence(frames, segments);
	}

	#append(pcm: Int16Array, concealed: boolean, segments: Segment[]): void {
		if (this.#expectedTimestamp !== undefined) {
			const ticks = (pcm.length / ENGINE_SAMPLES_PER_MS) * RTP_TICKS_PER_MS;
			this.#expectedTimestamp = (this.#expectedTimestamp + ticks) % 2 ** 32;
		}
		if (this.#rest.length === 0 && pcm.length === FRAME_SAMPLES) {
			this.#advance({ pcm, concealed }, segments);
			return;
		}
		// Packets may hold 2.5 to 120 ms; frames are always 20.
		const joined = new Int16Array(this.#rest.length + pcm.length);
		joined.set(this.#rest);
		joined.set(pcm, this.#rest.length);
		const whole = joined.length - (joined.length % FRAME_SAMPLES);
		for (let start = 0; start < whole; start += FRAME_SAMPLES) {
			this.#advance({ pcm: joined.subarray(start, start + FRAME_SAMPLES), concealed }, segments);
		}
		this.#rest = joined.slice(whole);
	}

	#advance(frame: Frame, segments: Segment[]): void {
		this.#frames++;
		this.#keep(this.#segmenter.push(frame), segments);
	}

	/** Fills the time line with silence up to `nowMs`. */
	#catchUp(nowMs: number, segments: Segment[]): void {
		const behind = this.#behind(nowMs);
		if (behind > 0) this.#silence(behind, segments);
	}

	/** By how many frames the time line lags behind the clock. */
	#behind(nowMs: number): number {
		return Math.floor((nowMs - this.#startMs) / FRAME_MS) - this.#frames;
	}

	#silence(frames: number, segments: Segment[]): void {
		this.#rest = new Int16Array(0);
		this.#frames += frames;
		this.#keep(this.#segmenter.skip(frames), segments);
	}

	#keep(segment: Segment | undefined, segments: Segment[]): void {
		if (!segment) return;
		segments.push({
			...segment,
			startMs: segment.startMs + this.#startMs,
			endMs: segment.endMs + this.#startMs,
		});
	}
}
