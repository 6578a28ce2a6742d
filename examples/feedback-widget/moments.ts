import type { EmotionLabel, FeedEvent } from 'speech-emotion-sense/client';

/** One utterance of the person, as it sounded. */
export interface Moment {
	readonly utteranceId: string;
	/** Since the start of the conversation. */
	readonly startMs: number;
	readonly endMs: number;
	readonly label: EmotionLabel;
	/** 0…1 */
	readonly confidence: number;
}

/** How much of what was heard sounded like what. */
export interface Share {
	readonly label: EmotionLabel;
	/** 0…1, of the time that the person spoke. */
	readonly share: number;
}

/** Neutral speech says least, so it is asked about last. */
const weightOf = ({ label, confidence }: Moment): number => (label === 'neutral' ? confidence - 1 : confidence);
const durationOf = ({ startMs, endMs }: Moment): number => endMs - startMs;

/**
 * What was heard of one person in their latest conversation. It keeps nobody else's: should the feed turn out to tell
 * of several, all is forgotten, for then nobody can say whose it is.
 */
export class OwnMoments {
	/** Pseudonym of the person, where the feed tells of others, too. */
	readonly #speaker: string | undefined;
	#sessionId: string | undefined;
	#name: string | undefined;
	#moments: Moment[] = [];
	#isForeign = false;

	constructor(speaker?: string) {
		this.#speaker = speaker;
	}

	/** Whether the feed tells of several people, and so of nobody here. */
	get isForeign(): boolean {
		return this.#isForeign;
	}

	get sessionId(): string | undefined {
		return this.#sessionId;
	}

	/** Oldest first. */
	get all(): readonly Moment[] {
		return this.#moments;
	}

	/** @returns `ended` when the conversation is over, `withdrawn` when the person does not want to be heard any more */
	see(event: FeedEvent): 'ended' | 'withdrawn' | 'heard' | undefined {
		switch (event.type) {
			case 'session':
				if (event.data.status === 'ended') {
					return event.data.sessionId === this.#sessionId && this.#moments.length > 0 ? 'ended' : undefined;
				}
				return undefined;
			case 'emotion':
				return this.#hear(event.data);
			case 'consent':
				if (event.data.action === 'given' || !this.#isTheirs(event.data.speakers)) return undefined;
				this.forget();
				return 'withdrawn';
			default:
				return undefined;
		}
	}

	forget(): void {
		this.#moments = [];
		this.#name = undefined;
		this.#sessionId = undefined;
	}

	/** The most telling moments, in the order in which they were said. */
	telling(most: number): Moment[] {
		const chosen = this.#moments
			.filter(({ label }) => label !== 'unsure')
			.toSorted((a, b) => weightOf(b) - weightOf(a));
		return chosen.slice(0, most).toSorted((a, b) => a.startMs - b.startMs);
	}

	/** Largest first. @param said what the person says a moment was, by utterance; it counts in place of what was heard */
	shares(said: ReadonlyMap<string, EmotionLabel> = new Map()): Share[] {
		const total = this.#moments.reduce((sum, moment) => sum + durationOf(moment), 0);
		const byLabel = new Map<EmotionLabel, number>();
		for (const moment of this.#moments) {
			const label = said.get(moment.utteranceId) ?? moment.label;
			byLabel.set(label, (byLabel.get(label) ?? 0) + durationOf(moment) / total);
		}
		return [...byLabel].map(([label, share]) => ({ label, share })).toSorted((a, b) => b.share - a.share);
	}

	#hear(data: Extract<FeedEvent, { type: 'emotion' }>['data']): 'heard' | undefined {
		const { sessionId, speaker, utteranceId, startMs, endMs, label, confidence } = data;
		if (this.#isForeign || (this.#speaker !== undefined && speaker !== this.#speaker)) return undefined;
		if (sessionId !== this.#sessionId) {
			this.forget();
			this.#sessionId = sessionId;
		}
		this.#name ??= speaker;
		if (speaker !== this.#name) {
			this.forget();
			this.#isForeign = true;
			return 'heard';
		}
		if (this.#moments.some((each) => each.utteranceId === utteranceId)) return undefined;
		this.#moments = [...this.#moments, { utteranceId, startMs, endMs, label, confidence }];
		return 'heard';
	}

	#isTheirs(speakers: readonly string[]): boolean {
		const name = this.#name ?? this.#speaker;
		return name !== undefined && speakers.includes(name);
	}
}
