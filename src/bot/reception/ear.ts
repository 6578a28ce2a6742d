import type { VoiceReceiver } from '@discordjs/voice';
import { createOpusDecoder, type Segment, SpeakerTrack, type SpeakerTrackOptions } from '../../audio/index.ts';
import type { MemberHealth } from '../../domain/index.ts';
import type { TappedPacket } from './receiver-tap.ts';

export type EarTuning = Pick<SpeakerTrackOptions, 'segmenter' | 'reorder'>;

/** How many packets may wait for the decoder to open before the oldest are dropped: one second. */
const MOST_PENDING = 50;

/**
 * Listens to one consenting member: holds the subscription, the track and the signal that ends both.
 * There is no ear without consent, and closing it cuts the stream at once.
 */
export class Ear {
	readonly userId: string;
	readonly #receiver: VoiceReceiver;
	readonly #withdrawn = new AbortController();
	readonly #pending: { packet: TappedPacket; arrivalMs: number }[] = [];
	#track: SpeakerTrack | undefined;
	#undecryptable = 0;
	#dropped = 0;

	constructor(userId: string, receiver: VoiceReceiver, startMs: number, tuning: EarTuning) {
		this.userId = userId;
		this.#receiver = receiver;
		this.#subscribe();
		void this.#open(startMs, tuning);
	}

	/** Aborts when the member may no longer be heard: what is queued for inference goes with it. */
	get signal(): AbortSignal {
		return this.#withdrawn.signal;
	}

	get health(): MemberHealth {
		const counters = this.#track?.counters;
		return {
			speakerId: this.userId,
			heard: counters?.heard ?? 0,
			lost: counters?.lost ?? 0,
			late: counters?.late ?? 0,
			duplicate: counters?.duplicate ?? 0,
			undecryptable: this.#undecryptable + (counters?.undecodable ?? 0),
			concealed: counters?.concealed ?? 0,
			dropped: this.#dropped,
		};
	}

	hear(packet: TappedPacket, arrivalMs: number): Segment[] {
		if (this.#track) return this.#track.push({ ...packet, arrivalMs });
		this.#pending.push({ packet, arrivalMs });
		if (this.#pending.length > MOST_PENDING) {
			this.#pending.shift();
			this.#dropped++;
		}
		return [];
	}

	missed(): void {
		this.#undecryptable++;
	}

	tick(nowMs: number): Segment[] {
		return this.#track?.tick(nowMs) ?? [];
	}

	/** The member left, or the session ends: what was said until now still counts. */
	finish(): Segment[] {
		const segments = this.#track?.flush() ?? [];
		this.#release();
		return segments;
	}

	/** Consent is gone: everything of this member that is on its way is let go. */
	withdraw(): void {
		this.#withdrawn.abort();
		this.#release();
	}

	#release(): void {
		this.#closed = true;
		this.#pending.length = 0;
		this.#track?.dispose();
		this.#track = undefined;
		this.#receiver.subscriptions.get(this.userId)?.destroy();
	}

	#closed = false;

	async #open(startMs: number, tuning: EarTuning): Promise<void> {
		const decoder = await createOpusDecoder();
		if (this.#closed) return decoder.dispose();
		const track = new SpeakerTrack({ decoder, startMs, ...tuning });
		this.#track = track;
		// Fewer than a second's packets: no utterance can be complete yet.
		for (const { packet, arrivalMs } of this.#pending.splice(0)) track.push({ ...packet, arrivalMs });
	}

	/** A stream that dies for whatever reason is replaced for as long as the ear is open. */
	#subscribe(): void {
		const stream = this.#receiver.subscribe(this.userId);
		stream.on('error', () => {});
		stream.once('close', () => {
			if (!this.#closed) setImmediate(() => this.#closed || this.#subscribe());
		});
	}
}
