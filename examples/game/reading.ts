import type { FeedEvent } from 'speech-emotion-sense/client';

/** How the players sound, as far as the game may know it. */
export interface Reading {
	/** −1…1 */
	readonly valence: number;
	/** −1…1 */
	readonly arousal: number;
	/** 0 (calm) … 1 */
	readonly heat: number;
	/** Where valence and arousal come from; `nobody`: too few were heard, and both are 0. */
	readonly source: 'voices' | 'group' | 'nobody';
}

export const NEUTRAL: Reading = { valence: 0, arousal: 0, heat: 0, source: 'nobody' };

/** Fewer voices than this are not averaged: what they do together would show how one of them feels. */
export const AT_LEAST = 3;
/** How long a voice counts after it was heard, and how fast it counts for less. */
const VOICE_MS = 90_000;
const HALF_LIFE_MS = 20_000;
/** How long a group's mood counts: two windows of a minute. */
const GROUP_MS = 120_000;
/** A channel is as tense as it was until it is told anew, and after this long it cools down. */
const HEAT_HOLD_MS = 15_000;
const HEAT_HALF_LIFE_MS = 20_000;

interface Affect {
	readonly at: number;
	readonly valence: number;
	readonly arousal: number;
}

interface Room {
	/** By pseudonym: what was last heard, the newest counting most. */
	readonly voices: Map<string, Affect>;
	group?: Affect;
	heat?: { readonly at: number; readonly score: number };
	at: number;
}

const newest = (a: Room, b: Room): Room => (a.at >= b.at ? a : b);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Gathers what the feed tells into one reading of the room that was heard last. What counts is when it was told, by the
 * listener's own clock (any that runs evenly, milliseconds): that of the bot may be wrong.
 */
export class MoodReader {
	/** By session. */
	readonly #rooms = new Map<string, Room>();

	see(event: FeedEvent, now: number): void {
		switch (event.type) {
			case 'session':
				if (event.data.status === 'ended') this.#rooms.delete(event.data.sessionId);
				else this.#room(event.data.sessionId, now);
				break;
			case 'emotion':
				if (event.data.label !== 'unsure') this.#hear(now, event.data);
				break;
			case 'mood': {
				const { sessionId, status, valence, arousal } = event.data;
				const room = this.#room(sessionId, now);
				if (status === 'shown' && valence !== undefined && arousal !== undefined) {
					room.group = { at: now, valence, arousal };
				}
				break;
			}
			case 'heat':
				this.#room(event.data.sessionId, now).heat = { at: now, score: event.data.score };
				break;
			case 'consent':
				for (const { voices } of this.#rooms.values()) {
					for (const speaker of event.data.speakers) voices.delete(speaker);
				}
				break;
			default:
		}
	}

	read(now: number): Reading {
		if (this.#rooms.size === 0) return NEUTRAL;
		const room = [...this.#rooms.values()].reduce(newest);
		const heat = heatOf(room, now);
		const voices = [...room.voices.values()].filter(({ at }) => now - at < VOICE_MS);
		if (voices.length >= AT_LEAST) {
			// Everyone counts the same, however much they talk.
			const [valence, arousal] = [mean(voices.map((each) => each.valence)), mean(voices.map((each) => each.arousal))];
			return { valence, arousal, heat, source: 'voices' };
		}
		const { group } = room;
		if (group && now - group.at < GROUP_MS) {
			return { valence: group.valence, arousal: group.arousal, heat, source: 'group' };
		}
		return { ...NEUTRAL, heat };
	}

	#hear(at: number, { sessionId, speaker, valence, arousal }: Extract<FeedEvent, { type: 'emotion' }>['data']): void {
		const { voices } = this.#room(sessionId, at);
		const before = voices.get(speaker);
		const kept = before ? 0.5 ** (Math.max(0, at - before.at) / HALF_LIFE_MS) / 2 : 0;
		const blend = (old: number, fresh: number): number => kept * old + (1 - kept) * fresh;
		voices.set(speaker, {
			at,
			valence: blend(before?.valence ?? 0, valence),
			arousal: blend(before?.arousal ?? 0, arousal),
		});
	}

	#room(sessionId: string, at: number): Room {
		const room = this.#rooms.get(sessionId) ?? { voices: new Map(), at };
		room.at = Math.max(room.at, at);
		this.#rooms.set(sessionId, room);
		return room;
	}
}

function heatOf({ heat }: Room, now: number): number {
	if (!heat) return 0;
	return heat.score * 0.5 ** (Math.max(0, now - heat.at - HEAT_HOLD_MS) / HEAT_HALF_LIFE_MS);
}
