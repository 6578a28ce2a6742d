import type { CoveringSound, EmotionLabel, HeatState } from '../../domain/index.ts';

/** What one utterance adds to what is known of a session. Nothing of what was said. */
export interface Heard {
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	readonly speakerId: string;
	/** Absent where only the fatigue hint of an utterance is told. */
	readonly label?: EmotionLabel;
	readonly durationMs: number;
	/** A sound that stood before speech. */
	readonly sound?: CoveringSound | undefined;
	/** The fatigue hint, 0…1. */
	readonly fatigue?: number | undefined;
}

/** One member's part in a window; sums of whole milliseconds, so that taking away leaves nothing behind. */
interface Tally {
	utterances: number;
	unsure: number;
	/** Milliseconds by label, without what was unsure. */
	readonly labels: Map<EmotionLabel, number>;
	judgedMs: number;
	readonly sounds: Map<CoveringSound, number>;
	fatigue: number;
	fatigued: number;
}

const emptyTally = (): Tally => ({
	utterances: 0,
	unsure: 0,
	labels: new Map(),
	judgedMs: 0,
	sounds: new Map(),
	fatigue: 0,
	fatigued: 0,
});

const count = <K>(counts: Map<K, number>, key: K, by: number): void => {
	counts.set(key, (counts.get(key) ?? 0) + by);
};

/** The last so many minutes of a session, member by member. Costs the same however much was said. */
class Window {
	readonly lengthMs: number;
	#heard: Heard[] = [];
	/** How many of them have left the window already. */
	#gone = 0;
	readonly #tallies = new Map<string, Tally>();

	constructor(lengthMs: number) {
		this.lengthMs = lengthMs;
	}

	get heard(): readonly Heard[] {
		return this.#heard.slice(this.#gone);
	}

	add(heard: Heard): void {
		this.#heard.push(heard);
		this.#tally(heard, 1);
	}

	advance(at: number): void {
		for (let next = this.#heard[this.#gone]; next && next.at <= at - this.lengthMs; next = this.#heard[this.#gone]) {
			this.#tally(next, -1);
			this.#gone++;
		}
		// Now and then, so that each of them is moved a few times at most.
		if (this.#gone > 64 && this.#gone * 2 > this.#heard.length) {
			this.#heard = this.#heard.slice(this.#gone);
			this.#gone = 0;
		}
	}

	forget(speakerId: string): void {
		this.#heard = this.heard.filter((each) => each.speakerId !== speakerId);
		this.#gone = 0;
		this.#tallies.delete(speakerId);
	}

	/** How many spoke. */
	get members(): number {
		let members = 0;
		for (const { utterances } of this.#tallies.values()) if (utterances > 0) members++;
		return members;
	}

	/** Mean share of `labels` over the members who were judged, and how many those are. */
	mood(labels: readonly EmotionLabel[]): { readonly share: number; readonly members: number } {
		let sum = 0;
		let members = 0;
		for (const { labels: spoken, judgedMs } of this.#tallies.values()) {
			if (judgedMs === 0) continue;
			members++;
			for (const label of labels) sum += (spoken.get(label) ?? 0) / judgedMs;
		}
		return { share: members === 0 ? 0 : sum / members, members };
	}

	unsure(): { readonly share: number; readonly utterances: number } {
		let utterances = 0;
		let unsure = 0;
		for (const tally of this.#tallies.values()) {
			utterances += tally.utterances;
			unsure += tally.unsure;
		}
		return { share: utterances === 0 ? 0 : unsure / utterances, utterances };
	}

	sounds(kinds: readonly CoveringSound[]): number {
		let sum = 0;
		for (const { sounds } of this.#tallies.values()) for (const kind of kinds) sum += sounds.get(kind) ?? 0;
		return sum;
	}

	/** Mean over the members for whom there is a hint, and how many those are. */
	fatigue(): { readonly level: number; readonly members: number } {
		let sum = 0;
		let members = 0;
		for (const { fatigue, fatigued } of this.#tallies.values()) {
			if (fatigued === 0) continue;
			members++;
			sum += fatigue / fatigued;
		}
		return { level: members === 0 ? 0 : sum / members, members };
	}

	#tally({ speakerId, label, durationMs, sound, fatigue }: Heard, sign: 1 | -1): void {
		const tally = this.#tallies.get(speakerId) ?? emptyTally();
		this.#tallies.set(speakerId, tally);
		if (label !== undefined) tally.utterances += sign;
		// Laughter abstains, too, and is clear enough.
		if (label === 'unsure') tally.unsure += sound === 'laughter' ? 0 : sign;
		else if (label !== undefined) {
			tally.judgedMs += sign * durationMs;
			count(tally.labels, label, sign * durationMs);
		}
		if (sound) count(tally.sounds, sound, sign);
		if (fatigue !== undefined) {
			tally.fatigue += sign * fatigue;
			tally.fatigued += sign;
		}
		if (tally.utterances === 0 && tally.fatigued === 0) this.#tallies.delete(speakerId);
	}
}

export type { Window };

/** What rules may ask of a session: nothing older than their longest window. */
export class SessionFacts {
	readonly startedAt: number;
	heat: { state: HeatState; previous: HeatState; score: number } = { state: 'calm', previous: 'calm', score: 0 };
	/** What happens at this very moment. */
	event: 'start' | 'end' | undefined;
	#windows = new Map<number, Window>();

	/** @param windowsMs lengths of the windows */
	constructor(startedAt: number, windowsMs: readonly number[]) {
		this.startedAt = startedAt;
		this.resize(windowsMs);
	}

	/** Other windows from now on; they begin with what the longest of the old ones held. */
	resize(windowsMs: readonly number[]): void {
		const [longest] = [...this.#windows.values()].toSorted((one, other) => other.lengthMs - one.lengthMs);
		const heard = longest?.heard ?? [];
		this.#windows = new Map(windowsMs.map((lengthMs) => [lengthMs, new Window(lengthMs)]));
		for (const each of heard) this.hear(each);
	}

	hear(heard: Heard): void {
		const whole = { ...heard, durationMs: Math.round(heard.durationMs) };
		for (const window of this.#windows.values()) window.add(whole);
	}

	/** @throws when there is no window of this length */
	window(lengthMs: number): Window {
		const window = this.#windows.get(lengthMs);
		if (!window) throw new Error(`there is no window of ${lengthMs} ms`);
		return window;
	}

	/** Lets go of what is too old by now. */
	advance(at: number): void {
		for (const window of this.#windows.values()) window.advance(at);
	}

	forget(speakerId: string): void {
		for (const window of this.#windows.values()) window.forget(speakerId);
	}
}
