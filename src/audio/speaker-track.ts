import { SAMPLE_RATE_HZ } from '../domain/index.ts';
import { FRAME_MS, FRAME_SAMPLES } from './frame.ts';
import type { Moment } from './moment.ts';
import type { OpusDecoder } from './opus-decoder.ts';
import { type Ordered, ReorderBuffer, type ReorderOptions, type SequencedPacket } from './reorder-buffer.ts';
import { type Segment, Segmenter } from './segmenter.ts';
import { type SegmenterOptions, segmenterOptions } from './segmenter-options.ts';
import { isSilenceFrame } from './silence-frame.ts';
import { SpeechActivity } from './speech-activity.ts';
import { TimeLine } from './time-line.ts';

/** Packets of one speaker by what became of them. */
export interface TrackCounters {
	heard: number;
	lost: number;
	late: number;
	duplicate: number;
	undecodable: number;
	concealed: number;
	/** Lost, and heard from the coarse copy in the packet after (in-band FEC). */
	recovered: number;
}

export interface SpeakerTrackOptions {
	readonly decoder: OpusDecoder;
	/** When the track begins, in milliseconds since the start of the session. */
	readonly startMs: number;
	/** Whether speech that goes on is handed out, too, bit by bit. Default not. */
	readonly partials?: boolean;
	readonly segmenter?: Partial<SegmenterOptions>;
	readonly reorder?: Partial<ReorderOptions>;
}

const ENGINE_SAMPLES_PER_MS = SAMPLE_RATE_HZ / 1000;
/** Concealment fades to silence by itself; making up more than this is of no use. */
const MOST_CONCEALED = 10;
/** A tick this late shows that the process was busy: timers run before sockets, so what arrived is still unread. */
const LATE_TICK_MS = 300;

const NO_SAMPLES = new Int16Array(0);

/** What came out of the decoder, or would have. */
interface Audio {
	readonly pcm: Int16Array;
	readonly concealed: boolean;
	/** Nothing was said, or nothing can be known of it: a silence frame, or the midst of a large loss. */
	readonly silent: boolean;
}

/**
 * One speaker's way from packets to segments: order, decode, conceal, place on the time line, cut.
 *
 * The times are those of arrival, common to all speakers of a session, less what the network added
 * (see {@link TimeLine}).
 */
export class SpeakerTrack {
	readonly counters: TrackCounters = {
		heard: 0,
		lost: 0,
		late: 0,
		duplicate: 0,
		undecodable: 0,
		concealed: 0,
		recovered: 0,
	};
	/** When the speaker was speaking lately. */
	readonly activity = new SpeechActivity();
	readonly #decoder: OpusDecoder;
	readonly #segmenter: Segmenter;
	readonly #reorder: ReorderBuffer;
	readonly #timeLine: TimeLine;
	readonly #startMs: number;
	readonly #partials: boolean;
	readonly #patienceMs: number;
	/** Samples that do not fill a frame yet. */
	#rest: Int16Array = NO_SAMPLES;
	#packetSamples = FRAME_SAMPLES;
	#concealedInRow = 0;
	/** What became of the packets right before the one that comes next. */
	#before = { restarted: false, lost: 0 };
	#lastTickMs: number | undefined;

	constructor(options: SpeakerTrackOptions) {
		const tuning = segmenterOptions.parse(options.segmenter ?? {});
		this.#decoder = options.decoder;
		this.#segmenter = new Segmenter(tuning);
		this.#reorder = new ReorderBuffer(options.reorder);
		this.#timeLine = new TimeLine(options.startMs);
		this.#startMs = options.startMs;
		this.#partials = options.partials ?? false;
		this.#patienceMs = tuning.endMs;
	}

	/** Takes one packet. @returns the segments that it completes, timed since the start of the session */
	push(packet: SequencedPacket): Segment[] {
		const arrival = this.#reorder.push(packet);
		this.counters.late += this.#reorder.takeStrays();
		if (arrival !== 'accepted') {
			this.counters[arrival]++;
			return [];
		}
		return this.#play(this.#reorder.pull(packet.arrivalMs));
	}

	/**
	 * Lets time pass: what waited too long leaves the buffer, and silence closes what is open. Meant to be
	 * called every 100 ms or so.
	 */
	tick(nowMs: number): Segment[] {
		const isLate = this.#lastTickMs !== undefined && nowMs - this.#lastTickMs > LATE_TICK_MS;
		// Only one tick in a row is let off, lest slow ones never close anything.
		this.#lastTickMs = isLate ? undefined : nowMs;
		if (isLate) return [];
		const segments = this.#play(this.#reorder.pull(nowMs));
		// Whatever waits behind a gap proves that this is no pause.
		if (this.#reorder.size > 0 || !this.#segmenter.isSpeech) return segments;
		this.#skip(this.#timeLine.elapse(nowMs, this.#patienceMs), segments);
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
				this.#before.lost++;
				continue;
			}
			this.#before.restarted ||= item.restarted;
			// Padding alone: it takes a sequence number and no time (RFC 3550 §5.1, bandwidth probes).
			if (item.packet.payload.length === 0) continue;
			this.#hear(item.packet, this.#before, segments);
			this.#before = { restarted: false, lost: 0 };
		}
		return segments;
	}

	#hear(packet: SequencedPacket, before: { restarted: boolean; lost: number }, segments: Segment[]): void {
		this.counters.lost += before.lost;
		const silent = isSilenceFrame(packet.payload);
		const gap = this.#timeLine.resume(packet, { ...before, silent });
		if (gap.silentFrames > 0) {
			this.#rest = NO_SAMPLES;
			this.#skip(gap.silentFrames, segments);
		}
		// A packet's copy is of the one right before it; what was lost before that can only be made up.
		for (let index = 1; index < gap.lost; index++) this.#conceal(segments);
		if (gap.lost > 0 && !this.#recover(packet.payload, segments)) this.#conceal(segments);
		const pcm = this.#decoder.decode(packet.payload);
		if (pcm) {
			this.counters.heard++;
			this.#concealedInRow = 0;
			this.#packetSamples = pcm.length;
			this.#append({ pcm, concealed: false, silent }, segments);
		} else {
			this.counters.undecodable++;
			this.#conceal(segments);
		}
	}

	#recover(next: Uint8Array, segments: Segment[]): boolean {
		const pcm = this.#decoder.recover?.(next);
		if (!pcm) return false;
		this.counters.recovered++;
		this.#concealedInRow = 0;
		this.#append({ pcm, concealed: false, silent: false }, segments);
		return true;
	}

	#conceal(segments: Segment[]): void {
		if (this.#concealedInRow === MOST_CONCEALED) {
			this.#append({ pcm: new Int16Array(this.#packetSamples), concealed: true, silent: true }, segments);
			return;
		}
		this.counters.concealed++;
		this.#concealedInRow++;
		this.#append({ pcm: this.#decoder.conceal(), concealed: true, silent: false }, segments);
	}

	#append({ pcm, concealed, silent }: Audio, segments: Segment[]): void {
		// Packets may hold 2.5 to 120 ms; frames are always 20.
		const restMs = this.#rest.length / ENGINE_SAMPLES_PER_MS;
		const joined = this.#rest.length === 0 ? pcm : joinPcm(this.#rest, pcm);
		let moment: Moment = this.#timeLine.place(pcm.length / ENGINE_SAMPLES_PER_MS).plus(-restMs);
		let start = 0;
		for (; start + FRAME_SAMPLES <= joined.length; start += FRAME_SAMPLES) {
			// The digital silence of a silence frame must not pass for the noise of the room.
			const frame = silent ? null : frameOf(joined, start);
			this.#keep(this.#segmenter.push({ pcm: frame, concealed, moment }), segments);
			if (this.#partials) this.#keep(this.#segmenter.takePartial(), segments);
			if (this.#segmenter.isActive) this.activity.add(moment.ms);
			moment = moment.plus(FRAME_MS);
		}
		// Nearly always nothing is left.
		if (start < joined.length) this.#rest = joined.slice(start);
		else if (this.#rest.length > 0) this.#rest = NO_SAMPLES;
	}

	#skip(frames: number, segments: Segment[]): void {
		for (const segment of this.#segmenter.skip(frames)) this.#keep(segment, segments);
	}

	#keep(segment: Segment | undefined, segments: Segment[]): void {
		// Nothing was said before there was anyone to hear it, whatever the first packets' delay was.
		if (segment) segments.push({ ...segment, startMs: Math.max(segment.startMs, this.#startMs) });
	}
}

/** The frame that begins at `start`; nearly always a packet is one. */
const frameOf = (pcm: Int16Array, start: number): Int16Array =>
	pcm.length === FRAME_SAMPLES ? pcm : pcm.subarray(start, start + FRAME_SAMPLES);

function joinPcm(one: Int16Array, other: Int16Array): Int16Array<ArrayBuffer> {
	const joined = new Int16Array(one.length + other.length);
	joined.set(one);
	joined.set(other, one.length);
	return joined;
}
