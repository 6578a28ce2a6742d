import type { VoiceReceiver } from '@discordjs/voice';
import {
	createOpusDecoder,
	type OpusDecoder,
	type Segment,
	SpeakerTrack,
	type SpeakerTrackOptions,
} from '../../audio/index.ts';
import type { MemberHealth } from '../../domain/index.ts';
import { addHealth, noHealth } from './health.ts';
import type { TappedPacket } from './receiver-tap.ts';

export type EarTuning = Pick<SpeakerTrackOptions, 'segmenter' | 'reorder'>;

/** How many packets may wait for the decoder to open before the oldest are dropped: one second. */
const MOST_PENDING = 50;

/**
 * Listens to one consenting member: holds the subscription and the track. There is no ear without
 * consent, and closing it cuts the stream at once.
 */
export class Ear {
	readonly userId: string;
	readonly #receiver: VoiceReceiver;
	readonly #tuning: EarTuning;
	readonly #pending: { packet: TappedPacket; arrivalMs: number }[] = [];
	#decoder: OpusDecoder | undefined;
	#track: SpeakerTrack | undefined;
	#ssrc: number | undefined;
	/** What tracks before the present one have counted, and what never reached a track. */
	#counted: MemberHealth;
	#closed = false;

	/** @param onFailure told when there is no decoder to be had */
	constructor(
		userId: string,
		receiver: VoiceReceiver,
		startMs: number,
		tuning: EarTuning,
		onFailure: (error: unknown) => void,
	) {
		this.userId = userId;
		this.#receiver = receiver;
		this.#tuning = tuning;
		this.#counted = noHealth(userId);
		this.#subscribe();
		this.#open(startMs).catch(onFailure);
	}

	get health(): MemberHealth {
		if (!this.#track) return this.#counted;
		const { undecodable, heard, lost, late, duplicate, concealed } = this.#track.counters;
		const track = { heard, lost, late, duplicate, concealed, undecryptable: undecodable };
		return addHealth(this.#counted, { ...noHealth(this.userId), ...track });
	}

	hear(packet: TappedPacket, arrivalMs: number): Segment[] {
		if (!this.#track) {
			this.#pending.push({ packet, arrivalMs });
			if (this.#pending.length > MOST_PENDING) {
				this.#pending.shift();
				this.#count({ dropped: 1 });
			}
			return [];
		}
		const before = this.#ssrc !== undefined && packet.ssrc !== this.#ssrc ? this.#restart(arrivalMs) : [];
		this.#ssrc = packet.ssrc;
		return [...before, ...this.#track.push({ ...packet, arrivalMs })];
	}

	missed(): void {
		this.#count({ undecryptable: 1 });
	}

	duplicated(): void {
		this.#count({ duplicate: 1 });
	}

	tick(nowMs: number): Segment[] {
		return this.#track?.tick(nowMs) ?? [];
	}

	/** The member left, or the session ends: what was said until now still counts. */
	finish(): Segment[] {
		const segments = this.#track?.flush() ?? [];
		this.close();
		return segments;
	}

	/** Lets go of everything that is on its way. */
	close(): void {
		if (this.#closed) return;
		this.#counted = this.health;
		this.#closed = true;
		this.#pending.length = 0;
		this.#track = undefined;
		this.#decoder?.dispose();
		this.#receiver.subscriptions.get(this.userId)?.destroy();
	}

	#count(counts: Partial<MemberHealth>): void {
		this.#counted = addHealth(this.#counted, { ...noHealth(this.userId), ...counts });
	}

	/** Another SSRC is another stream, with sequence numbers and time stamps of its own. */
	#restart(nowMs: number): Segment[] {
		const segments = this.#track?.flush() ?? [];
		this.#counted = this.health;
		if (this.#decoder) this.#track = this.#newTrack(this.#decoder, nowMs);
		return segments;
	}

	#newTrack(decoder: OpusDecoder, startMs: number): SpeakerTrack {
		return new SpeakerTrack({ decoder, startMs, ...this.#tuning });
	}

	async #open(startMs: number): Promise<void> {
		const decoder = await createOpusDecoder();
		if (this.#closed) return decoder.dispose();
		this.#decoder = decoder;
		this.#track = this.#newTrack(decoder, startMs);
		// Fewer than a second's packets: no utterance can be complete yet.
		for (const { packet, arrivalMs } of this.#pending.splice(0)) this.hear(packet, arrivalMs);
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
