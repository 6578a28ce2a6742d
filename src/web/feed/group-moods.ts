import { type GroupEntry, groupMood, type Log, type SesEvent } from '../../domain/index.ts';
import type { FeedData } from './schemas.ts';
import type { SessionBook, SessionPlace } from './session-book.ts';

/** What was said at the end of a window is still being judged for a while. */
const LATE_MS = 3_000;

export interface GroupMoodsOptions {
	readonly windowMs: number;
	/** Fewest contributors that a community wants figures to be shown for. */
	readonly atLeast: (guildId: string) => Promise<number>;
	readonly tell: (at: number, mood: FeedData['mood']) => void;
	readonly log: Log;
}

/**
 * The mood of those in a channel, window by window, k-anonymous: whether nobody spoke or too few, the same is told.
 * Windows are aligned to the epoch, each is told once, after it is over, and from the moment alone: nothing of
 * it is read from what is kept.
 */
export class GroupMoods implements Disposable {
	readonly #book: SessionBook;
	readonly #options: GroupMoodsOptions;
	/** By session, then by speaker: what was said and has not been told yet. */
	readonly #heard = new Map<string, Map<string, GroupEntry[]>>();
	#timer: NodeJS.Timeout;

	constructor(book: SessionBook, options: GroupMoodsOptions) {
		this.#book = book;
		this.#options = options;
		this.#timer = this.#schedule();
	}

	see(event: SesEvent): void {
		if (event.type === 'emotion') this.#hear(event);
		else if (event.type === 'session' && event.status === 'ended') this.#heard.delete(event.sessionId);
		else if (event.type === 'consent' && event.action === 'withdrawn') {
			for (const { sessionId, guildId } of this.#book.running) {
				if (guildId === event.guildId) this.#heard.get(sessionId)?.delete(event.speakerId);
			}
		}
	}

	/** Tells of the window that ended last. @param now milliseconds since the Unix epoch */
	async tellAll(now: number): Promise<void> {
		const { windowMs, log } = this.#options;
		const to = Math.floor((now - LATE_MS) / windowMs) * windowMs;
		for (const place of this.#book.running) {
			try {
				await this.#tell(place, to - windowMs, to);
			} catch (error) {
				log.error({ error }, 'the mood of a group could not be told');
			}
		}
	}

	[Symbol.dispose](): void {
		clearTimeout(this.#timer);
	}

	#hear(event: Extract<SesEvent, { type: 'emotion' }>): void {
		const place = this.#book.place(event.sessionId);
		if (!place) return;
		const speakers = this.#heard.get(event.sessionId) ?? new Map<string, GroupEntry[]>();
		this.#heard.set(event.sessionId, speakers);
		const { type: _, speakerId, ...entry } = event;
		// The number is given when it is told.
		const said = [...(speakers.get(speakerId) ?? []), { ...entry, channelId: place.channelId, contributor: 0 }];
		speakers.set(speakerId, said);
	}

	async #tell({ sessionId, guildId, channelId, startedAt }: SessionPlace, from: number, to: number): Promise<void> {
		// A window that began before the session did would be told of by the wrong length.
		if (startedAt > from) return;
		const atLeast = await this.#options.atLeast(guildId);
		const entries = this.#take(sessionId, from, to);
		const [window] = groupMood(entries, { k: atLeast, windowMs: to - from, now: to }).windows;
		const base = { sessionId, channelId, from, to, atLeast };
		if (!window) {
			this.#options.tell(to, { ...base, status: 'suppressed', reason: 'too-few-contributors' });
			return;
		}
		const { contributorsAtLeast, valence, arousal, labels } = window;
		this.#options.tell(to, {
			...base,
			status: 'shown',
			contributorsAtLeast,
			valence,
			arousal,
			labels: Object.fromEntries(labels),
		});
	}

	/** What was said in the window; that and all before it is let go of. */
	#take(sessionId: string, from: number, to: number): GroupEntry[] {
		const speakers = this.#heard.get(sessionId) ?? new Map<string, GroupEntry[]>();
		const taken: GroupEntry[] = [];
		for (const [contributor, [speakerId, said]] of [...speakers].entries()) {
			taken.push(...said.filter(({ at }) => at >= from && at < to).map((entry) => ({ ...entry, contributor })));
			const rest = said.filter(({ at }) => at >= to);
			if (rest.length > 0) speakers.set(speakerId, rest);
			else speakers.delete(speakerId);
		}
		return taken;
	}

	#schedule(): NodeJS.Timeout {
		const { windowMs } = this.#options;
		const now = Date.now();
		const pauseMs = windowMs - ((now - LATE_MS) % windowMs);
		return setTimeout(() => {
			this.#timer = this.#schedule();
			void this.tellAll(Date.now());
		}, pauseMs).unref();
	}
}
