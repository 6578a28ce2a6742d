import { DelayEstimate, driftIn } from './delay-estimate.ts';
import { FRAME_MS } from './frame.ts';
import { Moment } from './moment.ts';
import type { SequencedPacket } from './reorder-buffer.ts';

const RTP_TICKS_PER_MS = 48;
/** Stalls up to here pass for stalls; whoever is silent for longer, without a word, has stopped. */
const LONGEST_STALL_MS = 1100;
/** Jitter stays below; packets that come later than this stalled, or their sender had stopped. */
const STALL_MS = 100;
/** A pause may claim to be this much longer than what passed: the packet before it may have been late. */
const LATE_BEFORE_PAUSE_MS = 300;

export interface PacketKind {
	/** The first of a new stream: what its sequence number and time stamp say is not to be compared. */
	readonly restarted: boolean;
	/** A silence frame. */
	readonly silent: boolean;
	/** Packets lost right before it. */
	readonly lost: number;
}

/** What lies before a packet: first silence, then what was lost amid speech. */
export interface Gap {
	/** Beyond what {@link TimeLine.elapse} reported. */
	readonly silentFrames: number;
	/** Packets to be made up, each of which has to be placed. */
	readonly lost: number;
}

/**
 * Where one speaker's audio lies in the session, and how much silence lies between.
 *
 * Two clocks tell: the sender's (RTP time stamps) and ours (arrival). Time stamps of different senders
 * have no common zero, and drift; arrivals jitter and stall. So a word was spoken at its time stamp plus
 * the stream's delay, which is the least that lately occurred ({@link DelayEstimate}); silence is what the
 * time stamps counted through. Some senders do not count pauses: for them, silence frames before the
 * gap tell a pause from a stall.
 *
 * What cannot be known: a sender that neither counts its pauses nor announces them looks, until the next
 * packets arrive, like a network that stalls. A stall that outlasts the patience of {@link elapse} cuts
 * the utterance in two (both halves timed right); one of more than a second passes for a pause if nothing
 * else is known. Less than 200 ms that trail in after a stall do not show that they queued, and are timed
 * by their arrival. Loss at the edge of a turn moves that edge. A stream whose every packet was late by
 * the same looks like one that started later.
 */
export class TimeLine {
	#delay: DelayEstimate | undefined;
	/** Position of what comes next, by the sender's clock. */
	#mediaMs = 0;
	/** RTP time stamp of what comes next. */
	#timestamp = 0;
	#lastArrivalMs: number;
	/** Audio placed since then. */
	#placedMs = 0;
	#packetMs = FRAME_MS;
	/** Silence reported since then. */
	#elapsedFrames = 0;
	#burstEnded = false;
	/** This sender is known to announce its pauses by silence frames. */
	#announcesPauses = false;

	constructor(startMs: number) {
		this.#lastArrivalMs = startMs;
	}

	/** Moves on to the packet that is next in order, and over what lies before it. */
	resume(packet: SequencedPacket, { restarted, silent, lost }: PacketKind): Gap {
		const lostMs = lost * this.#packetMs;
		const quietMs = packet.arrivalMs - this.#lastArrivalMs - this.#placedMs - lostMs;
		const countedMs = restarted ? undefined : this.#countedMs(packet, lostMs);
		const waitedMs = quietMs - (countedMs ?? 0);
		const stopped = countedMs === undefined || (countedMs === 0 && this.#burstEnded && waitedMs > STALL_MS);
		const pauseMs = stopped ? Math.max(0, quietMs) : countedMs;
		this.#mediaMs += pauseMs;
		this.#followDelay(packet.arrivalMs - this.#mediaMs - lostMs, countedMs === undefined, waitedMs > STALL_MS);

		const silenceMs = countedMs === 0 && waitedMs > LONGEST_STALL_MS ? waitedMs : pauseMs;
		const paused = silenceMs >= FRAME_MS || this.#elapsedFrames > 0;
		const passedMs = paused ? silenceMs + lostMs : 0;
		const gap: Gap = {
			silentFrames: Math.max(0, Math.round(passedMs / FRAME_MS) - this.#elapsedFrames),
			// On which side of a pause a packet was lost cannot be known; a word made up there would move its end.
			lost: paused ? 0 : lost,
		};
		if (paused) this.#mediaMs += lostMs;
		const toPlaceMs = paused ? 0 : lostMs;
		this.#timestamp = packet.timestamp - toPlaceMs * RTP_TICKS_PER_MS;
		this.#placedMs = -toPlaceMs;
		this.#lastArrivalMs = Math.max(this.#lastArrivalMs, packet.arrivalMs);
		this.#elapsedFrames = 0;
		this.#burstEnded = silent;
		this.#announcesPauses ||= silent;
		return gap;
	}

	/** Places the next `ms` of audio. @returns when they begin */
	place(ms: number): Moment {
		if (!this.#delay) throw new Error('There is no time before the first packet.');
		const moment = new Moment(this.#delay, this.#mediaMs);
		this.#mediaMs += ms;
		this.#placedMs += ms;
		this.#packetMs = ms;
		this.#timestamp = (this.#timestamp + ms * RTP_TICKS_PER_MS) % 2 ** 32;
		return moment;
	}

	/**
	 * Lets time pass while nothing arrives. After silence frames that is a pause. Without them it may be a
	 * stall: nothing is reported for `patienceMs`, nor for a good second if this sender is known to announce
	 * its pauses.
	 *
	 * @returns frames of silence that passed, beyond those reported before
	 */
	elapse(nowMs: number, patienceMs: number): number {
		const quietMs = nowMs - this.#lastArrivalMs - this.#placedMs;
		const unannounced = this.#announcesPauses ? Math.max(patienceMs, LONGEST_STALL_MS) : patienceMs;
		if (quietMs < (this.#burstEnded ? FRAME_MS : unannounced)) return 0;
		const frames = Math.max(0, Math.floor(quietMs / FRAME_MS) - this.#elapsedFrames);
		this.#elapsedFrames += frames;
		return frames;
	}

	/** The pause that the time stamps counted through; `undefined` when they make no sense. */
	#countedMs(packet: SequencedPacket, lostMs: number): number | undefined {
		if (!this.#delay) return undefined;
		// Time stamps wrap at 32 bits. Those that do not advance with the audio count nothing.
		const ms = ((packet.timestamp - this.#timestamp) | 0) / RTP_TICKS_PER_MS - lostMs;
		if (ms < FRAME_MS) return 0;
		const delayMs = packet.arrivalMs - this.#mediaMs - lostMs - ms;
		const believable = delayMs >= this.#delay.lowestMs - LATE_BEFORE_PAUSE_MS - driftIn(ms);
		return believable ? ms : undefined;
	}

	#followDelay(delayMs: number, isUnknown: boolean, isLate: boolean): void {
		if (!this.#delay || isUnknown) this.#delay = DelayEstimate.unknown(this.#mediaMs);
		else if (isLate) this.#delay = this.#delay.afterGap(this.#mediaMs);
		else if (this.#delay.isOver(this.#mediaMs)) this.#delay = this.#delay.following(this.#mediaMs);
		this.#delay.observe(delayMs);
	}
}
