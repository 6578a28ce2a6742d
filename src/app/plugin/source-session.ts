import { randomUUID } from 'node:crypto';
import { coveredMs, type Segment, type SegmenterOptions } from '../../audio/index.ts';
import type { Place } from '../../bot/index.ts';
// The counts alone, not the room: hearing a game should not load a Discord library.
import { addCounts, noHealth, totalOf } from '../../bot/reception/health.ts';
import type { AudioChunk, MemberHealth, ReceptionCounts } from '../../domain/index.ts';
import type { Engine, HeardSession } from '../engine.ts';
import { durationMs, SpeakerFeed } from './speaker-feed.ts';

/** How often a live session looks for those who have fallen silent. */
const TICK_MS = 100;
/** Whoever is this much behind the others of a source is silent. */
const LAG_MS = 5000;

export interface SourceSessionOptions {
	readonly engine: Engine;
	readonly place: Place;
	readonly segmenter: SegmenterOptions;
	/** The audio comes as it is spoken, so that silence is when nothing comes. */
	readonly live: boolean;
}

/** Where an utterance of a source goes; resolves when it has had its effect. */
type Handed = Promise<void>;

/** One stay with voices that come from elsewhere than Discord. */
export class SourceSession implements HeardSession, AsyncDisposable {
	readonly id = randomUUID().slice(0, 8);
	readonly ignoredPackets = 0;
	readonly malformedPackets = 0;
	readonly #options: SourceSessionOptions;
	readonly #startedAt = performance.now();
	readonly #startedOn = Date.now();
	readonly #feeds = new Map<string, SpeakerFeed>();
	readonly #health = new Map<string, MemberHealth>();
	/** Abort what is under way for a speaker. */
	readonly #consents = new Map<string, AbortController>();
	readonly #ticker: NodeJS.Timeout | undefined;
	/** Ids of the open utterances of which a part has been handed on, by speaker. */
	readonly #begun = new Map<string, string>();
	#utterances = 0;
	#ended: Promise<void> | undefined;

	constructor(options: SourceSessionOptions) {
		this.#options = options;
		if (options.live) this.#ticker = setInterval(() => this.#tick(), TICK_MS);
		options.engine.started(this, options.place);
	}

	get elapsedMs(): number {
		return Math.round(performance.now() - this.#startedAt);
	}

	get guildId(): string {
		return this.#options.place.guildId;
	}

	get health(): MemberHealth[] {
		return [...this.#health.values()];
	}

	get total(): ReceptionCounts {
		return totalOf(this.health);
	}

	/**
	 * Takes what a speaker said; nothing of one who has withdrawn.
	 *
	 * @returns the utterances that it completes, on their way
	 * @throws {TypeError} when it is no audio, or the session is over
	 */
	async push(chunk: AudioChunk): Promise<Handed[]> {
		const { speakerId } = chunk;
		const arrivedMs = this.elapsedMs;
		if (this.#ended) throw new TypeError('the session is over');
		if (!this.#mayHear(speakerId)) return [];
		const feed = this.#feed(speakerId);
		const pcm = await feed.samples(chunk);
		this.#count(speakerId, pcm ? { heard: 1 } : { undecryptable: 1 });
		// Time has passed since.
		if (!pcm || this.#feeds.get(speakerId) !== feed) return [];
		const atMs = chunk.atMs ?? (this.#options.live ? Math.max(0, arrivedMs - durationMs(pcm)) : undefined);
		const handed = this.#hand(speakerId, feed.push(pcm, atMs));
		if (atMs === undefined || this.#options.live) return handed;
		return [...handed, ...this.#lapse(atMs - LAG_MS, speakerId)];
	}

	/** Whether the speaker is in the middle of an utterance. */
	isSpeech(speakerId: string): boolean {
		return this.#feeds.get(speakerId)?.isSpeech ?? false;
	}

	/** Stops hearing a speaker in this session, for good, and lets go of what is under way. */
	withdraw(speakerId: string): void {
		this.#consent(speakerId).abort();
		this.#feeds.get(speakerId)?.[Symbol.dispose]();
		this.#feeds.delete(speakerId);
		this.#begun.delete(speakerId);
		this.#health.delete(speakerId);
		this.#options.engine.withdrawn(this.guildId, speakerId);
	}

	/** Ends it; what was being said is still handed on. Resolves when all of it has had its effect. */
	[Symbol.asyncDispose](): Promise<void> {
		this.#ended ??= this.#end();
		return this.#ended;
	}

	async #end(): Promise<void> {
		clearInterval(this.#ticker);
		for (const [speakerId, feed] of this.#feeds) {
			this.#hand(speakerId, feed.flush());
			feed[Symbol.dispose]();
		}
		this.#feeds.clear();
		await this.#options.engine.ended(this, this.#options.place, 'over');
	}

	#tick(): void {
		this.#lapse(this.elapsedMs - this.#options.segmenter.endMs);
	}

	/** Those who were not heard since then have paused. */
	#lapse(sinceMs: number, except?: string): Handed[] {
		const untilMs = sinceMs + this.#options.segmenter.endMs;
		return [...this.#feeds].flatMap(([speakerId, feed]) =>
			speakerId !== except && feed.heardUntilMs <= sinceMs ? this.#hand(speakerId, feed.lapse(untilMs)) : [],
		);
	}

	#feed(speakerId: string): SpeakerFeed {
		const feed = this.#feeds.get(speakerId) ?? new SpeakerFeed(this.#options.segmenter, this.#options.live);
		this.#feeds.set(speakerId, feed);
		return feed;
	}

	#consent(speakerId: string): AbortController {
		const consent = this.#consents.get(speakerId) ?? new AbortController();
		this.#consents.set(speakerId, consent);
		return consent;
	}

	#mayHear(speakerId: string): boolean {
		return !this.#consents.get(speakerId)?.signal.aborted;
	}

	#count(speakerId: string, counts: Partial<ReceptionCounts>): void {
		if (!this.#mayHear(speakerId)) return;
		this.#health.set(speakerId, addCounts(this.#health.get(speakerId) ?? noHealth(speakerId), counts));
	}

	#hand(speakerId: string, segments: readonly Segment[]): Handed[] {
		const { engine, place } = this.#options;
		const { signal } = this.#consent(speakerId);
		return segments.flatMap(({ partial, ...heard }) => {
			const id = this.#begun.get(speakerId) ?? `${this.id}-${++this.#utterances}`;
			const utterance = { id, sessionId: this.id, speakerId, ...heard, overlapMs: this.#overlapMs(speakerId, heard) };
			const at = this.#startedOn + heard.endMs;
			if (partial === undefined) {
				this.#begun.delete(speakerId);
				return [engine.utterance(utterance, place, signal, at)];
			}
			this.#begun.set(speakerId, id);
			engine.partial({ ...utterance, sequence: partial }, place, signal, at);
			return [];
		});
	}

	/** For how long others spoke at the same time. */
	#overlapMs(speakerId: string, { startMs, endMs }: Segment): number {
		const others = [...this.#feeds].filter(([other]) => other !== speakerId);
		return Math.round(coveredMs(others.flatMap(([, { activity }]) => activity.between(startMs, endMs))));
	}
}
