import { randomInt } from 'node:crypto';
import type { SesEvent } from '../../domain/index.ts';

/** Where a session takes place. */
export interface SessionPlace {
	readonly sessionId: string;
	readonly guildId: string;
	readonly channelId: string;
	/** Milliseconds since the Unix epoch. */
	readonly startedAt: number;
}

interface Page {
	readonly place: SessionPlace;
	/** By user id. */
	readonly pseudonyms: Map<string, string>;
}

const SIGNS = 'abcdefghjkmnpqrstvwxyz0123456789';
const LENGTH = 10;

/** 50 random bits: nothing to compute back, and within a session nobody meets a second one of the same name. */
const drawPseudonym = (): string =>
	`v-${Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('')}`;

/**
 * Running sessions, and what their speakers are called outside. A pseudonym is drawn when a speaker is first
 * heard of, and gone with the session or with their consent.
 */
export class SessionBook {
	readonly #pages = new Map<string, Page>();

	/** To be told of every event before anybody asks. */
	see(event: SesEvent): void {
		if (event.type !== 'session' || event.status !== 'started') return;
		const { sessionId, guildId, channelId, at } = event;
		this.#pages.set(sessionId, { place: { sessionId, guildId, channelId, startedAt: at }, pseudonyms: new Map() });
	}

	/** To be told once all have seen that it ended. */
	close(sessionId: string): void {
		this.#pages.delete(sessionId);
	}

	get running(): SessionPlace[] {
		return [...this.#pages.values()].map(({ place }) => place);
	}

	/** @returns `undefined` where no such session runs */
	place(sessionId: string): SessionPlace | undefined {
		return this.#pages.get(sessionId)?.place;
	}

	/** @returns the session that runs in this voice channel */
	in(channelId: string): SessionPlace | undefined {
		return this.running.find((place) => place.channelId === channelId);
	}

	/** Of a running session only: an unknown one's is drawn anew with each call. */
	pseudonym(sessionId: string, speakerId: string): string {
		const pseudonyms = this.#pages.get(sessionId)?.pseudonyms;
		const known = pseudonyms?.get(speakerId);
		if (known) return known;
		const drawn = drawPseudonym();
		pseudonyms?.set(speakerId, drawn);
		return drawn;
	}

	/** What a member has been called in running sessions of a community, without naming them anew. */
	known(guildId: string, speakerId: string, sessionId?: string): string[] {
		return [...this.#pages.values()]
			.filter(({ place }) => place.guildId === guildId && (sessionId ?? place.sessionId) === place.sessionId)
			.flatMap(({ pseudonyms }) => pseudonyms.get(speakerId) ?? []);
	}

	/** Who withdrew is somebody else when they come back. */
	forget(guildId: string, speakerId: string): void {
		for (const { place, pseudonyms } of this.#pages.values())
			if (place.guildId === guildId) pseudonyms.delete(speakerId);
	}
}
