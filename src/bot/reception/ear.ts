import { setTimeout as delay } from 'node:timers/promises';
import {
	createOpusDecoder,
	type OpusDecoder,
	type Segment,
	SpeakerTrack,
	type SpeakerTrackOptions,
	type Stretch,
} from '../../audio/index.ts';
import type { MemberHealth } from '../../domain/index.ts';
import { DeafAlarm } from './deaf-alarm.ts';
import type { TappedPacket } from './frame-opener.ts';
import { addCounts, noHealth } from './health.ts';
import type { SealedLayer } from './receiver-tap.ts';

export interface EarTuning extends Pick<SpeakerTrackOptions, 'segmenter' | 'reorder'> {
	/** Opens a decoder for one member; libopus by default. */
	readonly openDecoder?: () => Promise<OpusDecoder>;
}

/** How many packets may wait for the decoder to open before the oldest are dropped: one second. */
const MOST_PENDING = 50;
/** How long to wait before a decoder that could not be opened is asked for again. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** After an SSRC has changed, packets of the old one may still be under way. */
const STRAGGLERS_MS = 1000;

/**
 * Listens to one consenting member. There is no ear without consent, and closing it cuts the stream at
 * once. What it holds is bounded: a second of packets, the buffer for reordering, one utterance.
 */
export class Ear {
	readonly userId: string;
	readonly alarm = new DeafAlarm();
	readonly #tuning: EarTuning;
	readonly #pending: { packet: TappedPacket; arrivalMs: number }[] = [];
	#decoder: OpusDecoder | undefined;
	#track: SpeakerTrack | undefined;
	#ssrc: number | undefined;
	#formerSsrc: { readonly ssrc: number; readonly untilMs: number } | undefined;
	/** What tracks before the present one have counted, and what never reached a track. */
	#counted: MemberHealth;
	#closed = false;

	/** @param onFailure told when there is no decoder to be had */
	constructor(userId: string, startMs: number, tuning: EarTuning, onFailure: (error: unknown) => void) {
		this.userId = userId;
		this.#tuning = tuning;
		this.#counted = noHealth(userId);
		void this.#open(startMs, onFailure);
	}

	get health(): MemberHealth {
		const { cause } = this.alarm;
		const counted = this.#track ? addCounts(this.#counted, countsOf(this.#track)) : this.#counted;
		return cause && !this.#closed ? { ...counted, deaf: cause } : counted;
	}

	/** When the member spoke between two times of the session. */
	spoke(startMs: number, endMs: number): Stretch[] {
		return this.#track?.activity.between(startMs, endMs) ?? [];
	}

	/** @returns the segments that the packet completes; none once the ear is closed */
	hear(packet: TappedPacket, arrivalMs: number): Segment[] {
		if (this.#closed) return [];
		this.alarm.packet(arrivalMs);
		if (!this.#track) {
			this.#pending.push({ packet, arrivalMs });
			if (this.#pending.length > MOST_PENDING) {
				this.#pending.shift();
				this.alarm.failed('no-decoder');
				this.#count({ dropped: 1 });
			}
			return [];
		}
		if (this.#isStraggler(packet.ssrc, arrivalMs)) {
			this.#count({ late: 1 });
			return [];
		}
		const before = this.#ssrc !== undefined && packet.ssrc !== this.#ssrc ? this.#restart(arrivalMs) : [];
		this.#ssrc = packet.ssrc;
		const { sequence, timestamp, payload } = packet;
		const segments = this.#judged((track) => track.push({ sequence, timestamp, payload, arrivalMs }));
		return before.length > 0 ? [...before, ...segments] : segments;
	}

	/** A packet of the member could not be decrypted. */
	missed(layer: SealedLayer, nowMs: number): void {
		this.alarm.packet(nowMs);
		this.alarm.failed(layer);
		this.#count({ undecryptable: 1 });
	}

	duplicated(): void {
		this.#count({ duplicate: 1 });
	}

	tick(nowMs: number): Segment[] {
		return this.#judged((track) => track.tick(nowMs));
	}

	/** The member left, or the session ends: what was said until now still counts. */
	finish(): Segment[] {
		const segments = this.#track?.flush() ?? [];
		this.#count({ dropped: this.#pending.length });
		this.close();
		return segments;
	}

	/** Lets go of everything that is on its way. */
	close(): void {
		if (this.#closed) return;
		if (this.#track) this.#count(countsOf(this.#track));
		this.#closed = true;
		this.#pending.length = 0;
		this.#track = undefined;
		this.#decoder?.dispose();
		this.#decoder = undefined;
	}

	#count(counts: Partial<MemberHealth>): void {
		this.#counted = addCounts(this.#counted, counts);
	}

	/** Lets the track work, and the alarm know what came of it. */
	#judged(work: (track: SpeakerTrack) => Segment[]): Segment[] {
		const track = this.#track;
		if (!track) return [];
		const { counters } = track;
		const { heard, undecodable } = counters;
		const segments = work(track);
		if (counters.heard > heard) this.alarm.decoded();
		else if (counters.undecodable > undecodable) this.alarm.failed('not-opus');
		return segments;
	}

	#isStraggler(ssrc: number, nowMs: number): boolean {
		return ssrc === this.#formerSsrc?.ssrc && nowMs < this.#formerSsrc.untilMs;
	}

	/** Another SSRC is another stream, with sequence numbers and time stamps of its own. */
	#restart(nowMs: number): Segment[] {
		const segments = this.#track?.flush() ?? [];
		if (this.#track) this.#count(countsOf(this.#track));
		if (this.#ssrc !== undefined) this.#formerSsrc = { ssrc: this.#ssrc, untilMs: nowMs + STRAGGLERS_MS };
		if (this.#decoder) this.#track = this.#newTrack(this.#decoder, nowMs);
		return segments;
	}

	#newTrack(decoder: OpusDecoder, startMs: number): SpeakerTrack {
		const { segmenter, reorder } = this.#tuning;
		return new SpeakerTrack({
			decoder,
			startMs,
			partials: true,
			...(segmenter && { segmenter }),
			...(reorder && { reorder }),
		});
	}

	/** Tries for as long as the ear is open: a member without a decoder would be silent for good. */
	async #open(startMs: number, onFailure: (error: unknown) => void): Promise<void> {
		for (let waitMs = FIRST_RETRY_MS; !this.#closed; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
			try {
				this.#begin(await (this.#tuning.openDecoder ?? createOpusDecoder)(), startMs);
				return;
			} catch (error) {
				this.alarm.failed('no-decoder');
				onFailure(error);
			}
			await delay(waitMs, undefined, { ref: false });
		}
	}

	#begin(decoder: OpusDecoder, startMs: number): void {
		if (this.#closed) {
			decoder.dispose();
			return;
		}
		this.#decoder = decoder;
		this.#track = this.#newTrack(decoder, startMs);
		// Fewer than a second's packets: no utterance can be complete yet.
		for (const { packet, arrivalMs } of this.#pending.splice(0)) this.hear(packet, arrivalMs);
	}
}

function countsOf({ counters }: SpeakerTrack): Partial<MemberHealth> {
	const { undecodable, ...rest } = counters;
	return { ...rest, undecryptable: undecodable };
}
