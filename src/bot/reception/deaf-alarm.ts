import type { DeafCause } from '../../domain/index.ts';

/** Speaking for this long without a single packet decoded is an alarm. */
const DEAF_MS = 5000;
/** A member whose packets arrive is speaking until this long after the last one. */
const PACKETS_MS = 500;
/** Evidence that nothing was added to for this long is of another day. */
const STALE_MS = 60_000;
/** A process that was busy for longer has not listened meanwhile. */
const LONGEST_TICK_MS = 500;

/** What kept a packet from being decoded. */
export type Failure = Exclude<DeafCause, 'no-packets' | 'bot-deafened'>;

/**
 * Watches one consenting member for "green but deaf": they speak, as their packets or the server (op 5)
 * say, and nothing of it can be decoded. Time counts only while they speak; one decoded packet ends it.
 */
export class DeafAlarm {
	readonly #failures = new Map<Failure, number>();
	#announced = false;
	#lastPacketMs = Number.NEGATIVE_INFINITY;
	#lastEvidenceMs = Number.NEGATIVE_INFINITY;
	#lastTickMs: number | undefined;
	#deafMs = 0;
	#isRaised = false;

	/** The server says that the member begins or ceases to speak. */
	speaking(isSpeaking: boolean): void {
		this.#announced = isSpeaking;
	}

	/** A packet of the member arrived. */
	packet(nowMs: number): void {
		this.#lastPacketMs = nowMs;
	}

	failed(failure: Failure): void {
		this.#failures.set(failure, (this.#failures.get(failure) ?? 0) + 1);
	}

	/** A packet was decoded. What the server announced has been heard by that, whether or not it says when it ends. */
	decoded(): void {
		this.#announced = false;
		this.#deafMs = 0;
		if (this.#failures.size > 0) this.#failures.clear();
	}

	/** Whether the member speaks, as their packets or the server say. */
	isSpeaking(nowMs: number): boolean {
		return this.#announced || nowMs - this.#lastPacketMs < PACKETS_MS;
	}

	/** Why the member is not heard, while the alarm stands. */
	get cause(): DeafCause | undefined {
		return this.#isRaised ? this.#guess() : undefined;
	}

	/** Lets time pass. @returns the change, once for each */
	tick(nowMs: number): 'deaf' | 'heard' | undefined {
		const passedMs = Math.min(LONGEST_TICK_MS, nowMs - (this.#lastTickMs ?? nowMs));
		this.#lastTickMs = nowMs;
		if (this.#isRaised && this.#deafMs === 0) {
			this.#isRaised = false;
			return 'heard';
		}
		if (this.isSpeaking(nowMs)) {
			this.#deafMs += passedMs;
			this.#lastEvidenceMs = nowMs;
		} else if (!this.#isRaised && nowMs - this.#lastEvidenceMs > STALE_MS) this.decoded();
		if (this.#isRaised || this.#deafMs < DEAF_MS) return undefined;
		this.#isRaised = true;
		return 'deaf';
	}

	/** What failed most, or that nothing came that could have. */
	#guess(): DeafCause {
		const [most] = [...this.#failures].sort(([, a], [, b]) => b - a);
		return most ? most[0] : 'no-packets';
	}
}
