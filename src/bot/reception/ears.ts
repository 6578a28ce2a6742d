import { coveredMs, type Segment, type Stretch } from '../../audio/index.ts';
import type { DeafCause, MemberHealth, PartialUtterance, Utterance } from '../../domain/index.ts';
import { Ear, type EarTuning } from './ear.ts';
import { addCounts, noHealth } from './health.ts';
import type { SealedLayer, TappedPacket } from './receiver-tap.ts';

/** What was said by those who left counts as overlap for as long as an utterance may be open. */
const DEPARTED_MS = 15_000;
/** Of how many members who left the counts are kept for the session's report. */
const MOST_PAST = 1000;

/** A change of a member between heard and not heard although they speak. */
export interface ReceptionChange {
	readonly userId: string;
	readonly status: 'deaf' | 'heard';
	/** With `deaf` only. */
	readonly cause?: DeafCause;
}

export interface EarsOptions {
	readonly sessionId: string;
	readonly tuning: EarTuning;
	/** Whether this member agreed to be heard, and has not withdrawn. Asked for each packet. */
	mayHear(userId: string): boolean;
	onUtterance(utterance: Utterance): void;
	/** The latest of an utterance that is still open. */
	onPartial?(partial: PartialUtterance): void;
	onChange(change: ReceptionChange): void;
	/** A decoder could not be opened. */
	onFailure(error: unknown): void;
}

/** The ears of a session: one for each consenting member present, and none for anybody else. */
export class Ears {
	readonly #options: EarsOptions;
	readonly #ears = new Map<string, Ear>();
	/** What the ears of members who left have counted. */
	readonly #past = new Map<string, MemberHealth>();
	readonly #departed = new Map<string, { readonly stretches: readonly Stretch[]; readonly untilMs: number }>();
	/** Ids of the open utterances of which a part has been handed on, by user. */
	readonly #begun = new Map<string, string>();
	#utterances = 0;

	constructor(options: EarsOptions) {
		this.#options = options;
	}

	/** Whether there is an ear for this member and it may be used: both, whatever came last. */
	mayHear(userId: string): boolean {
		return this.#ears.has(userId) && this.#options.mayHear(userId);
	}

	get userIds(): string[] {
		return [...this.#ears.keys()];
	}

	/** Reception of everyone who was heard and has not withdrawn. */
	get health(): MemberHealth[] {
		const now = new Map(this.#past);
		for (const { userId, health } of this.#ears.values()) now.set(userId, addCounts(health, now.get(userId) ?? {}));
		return [...now.values()];
	}

	/**
	 * Opens and closes ears so that exactly these members are heard.
	 *
	 * @returns those whose ears were closed
	 */
	sync(wanted: ReadonlySet<string>, nowMs: number): string[] {
		const closed = this.userIds.filter((userId) => !wanted.has(userId));
		for (const userId of closed) this.#close(userId, nowMs);
		const { tuning, onFailure } = this.#options;
		for (const userId of wanted) {
			if (!this.#ears.has(userId)) this.#ears.set(userId, new Ear(userId, nowMs, tuning, onFailure));
		}
		return closed;
	}

	packet(packet: TappedPacket, arrivalMs: number): void {
		const ear = this.#ears.get(packet.userId);
		if (ear) this.#hand(packet.userId, ear.hear(packet, arrivalMs));
	}

	duplicate(userId: string): void {
		this.#ears.get(userId)?.duplicated();
	}

	undecryptable(userId: string, layer: SealedLayer, nowMs: number): void {
		this.#ears.get(userId)?.missed(layer, nowMs);
	}

	speaking(userId: string, isSpeaking: boolean): void {
		this.#ears.get(userId)?.alarm.speaking(isSpeaking);
	}

	/** Why members who speak at this moment are not heard, those whose alarm rings. */
	unheard(nowMs: number): Set<DeafCause> {
		const causes = new Set<DeafCause>();
		for (const { alarm } of this.#ears.values()) {
			const { cause } = alarm;
			if (cause && alarm.isSpeaking(nowMs)) causes.add(cause);
		}
		return causes;
	}

	/** Lets time pass. Meant to be called every 100 ms or so. */
	tick(nowMs: number): void {
		for (const [userId, ear] of this.#ears) {
			this.#hand(userId, ear.tick(nowMs));
			const status = ear.alarm.tick(nowMs);
			const { cause } = ear.alarm;
			if (status) this.#options.onChange({ userId, status, ...(cause && { cause }) });
		}
		for (const [userId, { untilMs }] of this.#departed) if (nowMs >= untilMs) this.#departed.delete(userId);
	}

	/** Stops hearing a member at once, lets go of all that is on its way, and forgets that they were there. */
	withdraw(userId: string): void {
		this.#ears.get(userId)?.close();
		this.#ears.delete(userId);
		this.#past.delete(userId);
		this.#departed.delete(userId);
		this.#begun.delete(userId);
	}

	/** Ends all ears; what was being said is still handed on. */
	close(nowMs: number): void {
		this.sync(new Set(), nowMs);
	}

	#close(userId: string, nowMs: number): void {
		const ear = this.#ears.get(userId) as Ear;
		// Consent that went without a word, with the store or a new version of the notice, ends like any other.
		if (!this.#options.mayHear(userId)) {
			this.withdraw(userId);
			return;
		}
		const stretches = ear.spoke(nowMs - DEPARTED_MS, nowMs);
		this.#hand(userId, ear.finish());
		this.#ears.delete(userId);
		this.#departed.set(userId, { stretches, untilMs: nowMs + DEPARTED_MS });
		const past = addCounts(this.#past.get(userId) ?? noHealth(userId), ear.health);
		this.#past.delete(userId);
		this.#past.set(userId, past);
		if (this.#past.size > MOST_PAST) this.#past.delete(this.#past.keys().next().value as string);
	}

	/** For how long others spoke at the same time. */
	#overlapMs(userId: string, { startMs, endMs }: Segment): number {
		const others: Stretch[] = [];
		for (const [other, ear] of this.#ears) if (other !== userId) others.push(...ear.spoke(startMs, endMs));
		for (const [other, { stretches }] of this.#departed) {
			if (other === userId) continue;
			for (const stretch of stretches) {
				const cut = { startMs: Math.max(startMs, stretch.startMs), endMs: Math.min(endMs, stretch.endMs) };
				if (cut.startMs < cut.endMs) others.push(cut);
			}
		}
		return Math.round(coveredMs(others));
	}

	#hand(userId: string, segments: readonly Segment[]): void {
		for (const segment of segments) {
			// The last word is the gate's: time may have passed since the packets were.
			if (!this.#options.mayHear(userId)) return;
			const { partial, ...heard } = segment;
			const { sessionId, onUtterance, onPartial } = this.#options;
			const id = this.#begun.get(userId) ?? `${sessionId}-${++this.#utterances}`;
			const overlapMs = this.#overlapMs(userId, segment);
			const utterance: Utterance = { id, sessionId, speakerId: userId, ...heard, overlapMs };
			if (partial === undefined) {
				this.#begun.delete(userId);
				onUtterance(utterance);
			} else {
				this.#begun.set(userId, id);
				onPartial?.({ ...utterance, sequence: partial });
			}
		}
	}
}
