import type { WebSocket } from 'ws';
import type { SesEvent } from '../../domain/index.ts';
import type { Principal } from '../auth/principal.ts';
import type { FeedDraft, SessionBook } from '../feed/index.ts';
import type { AudioOptions } from '../options.ts';
import type { HeardVoice, WebServices } from '../services.ts';
import { AudioLine } from './line.ts';
import type { LineOffice, VoiceRequest } from './office.ts';
import { holderOf, LOCAL } from './place.ts';
import { AudioProblem } from './problem.ts';

const CHECK_EVERY_MS = 1000;
const MAX_BUFFERED_BYTES = 65_536;
/** Of all places, those for connections that have not shown yet who they are. */
const UNPROVEN_SHARE = 0.25;
/** What voices have to come to their end in when we are going. */
const GOODBYE_MS = 5_000;

const ENDING = 'The program is ending.';

export interface AudioInParts {
	readonly options: AudioOptions;
	readonly services: Pick<WebServices, 'audio' | 'settings' | 'inference' | 'log'>;
	readonly book: SessionBook;
}

/** All connections that bring voices, and what holds for them together. */
export class AudioIn implements LineOffice, AsyncDisposable {
	readonly idleMs: number;
	readonly maxMs: number;
	readonly maxBufferedBytes = MAX_BUFFERED_BYTES;
	readonly log: WebServices['log'];
	readonly #parts: AudioInParts;
	readonly #lines = new Set<AudioLine>();
	readonly #bySession = new Map<string, AudioLine>();
	readonly #endings = new Set<Promise<void>>();
	readonly #checks: NodeJS.Timeout;
	#isEnding = false;

	constructor(parts: AudioInParts) {
		this.#parts = parts;
		this.idleMs = parts.options.idleMs;
		this.maxMs = parts.options.maxMinutes * 60_000;
		this.log = parts.services.log;
		this.#checks = setInterval(() => this.review(), CHECK_EVERY_MS).unref();
	}

	/** Whether any audio is taken. */
	get isOpen(): boolean {
		return !this.#isEnding && this.#parts.options.enabled && this.#parts.services.audio !== undefined;
	}

	/** @param isTold whether the other side takes answers */
	connect(
		webSocket: WebSocket,
		{ principal, isTold }: { principal: Principal | undefined; isTold: boolean },
	): AudioLine {
		const line = new AudioLine(webSocket, { office: this, principal, isTold });
		this.#lines.add(line);
		line.next(() => this.admit(line));
		return line;
	}

	admit(line: AudioLine): void {
		if (!this.isOpen) throw new AudioProblem('going-away', ENDING);
		const { maxConnections, maxPerToken } = this.#parts.options;
		const holder = holderOf(line.principal);
		const alike = [...this.#lines].filter(({ principal }) =>
			line.principal ? holder !== undefined && holderOf(principal) === holder : principal === undefined,
		).length;
		const mostAlike = line.principal ? maxPerToken : Math.ceil(maxConnections * UNPROVEN_SHARE);
		if (this.#lines.size > maxConnections || (!line.principal && alike > mostAlike)) {
			throw new AudioProblem('full', 'Too many are connected.');
		}
		if (alike > mostAlike) throw new AudioProblem('too-many', `You may have ${maxPerToken} connections.`);
	}

	async open(line: AudioLine, request: VoiceRequest & { readonly guildId: string }): Promise<HeardVoice> {
		const { audio, settings } = this.#parts.services;
		const { speakerId, guildId, channelId, locale, format } = request;
		if (guildId !== LOCAL && (await settings.get(guildId)).paused) {
			throw new AudioProblem('paused', 'Nobody is heard in this server until it is resumed.');
		}
		// It may have begun to end meanwhile.
		if (!audio || !this.isOpen) throw new AudioProblem('going-away', ENDING);
		const voice = audio.open({ speakerId, guildId, channelId, locale }, format);
		this.#bySession.set(voice.sessionId, line);
		return voice;
	}

	describe(sessionId: string, speakerId: string): { readonly speaker: string; readonly model: string } {
		const { services, book } = this.#parts;
		return { speaker: book.pseudonym(sessionId, speakerId), model: services.inference().model };
	}

	over(line: AudioLine, voice: HeardVoice | undefined): void {
		this.#lines.delete(line);
		if (!voice) return;
		this.#bySession.delete(voice.sessionId);
		const ending = this.#end(voice);
		this.#endings.add(ending);
		void ending.then(() => this.#endings.delete(ending));
	}

	/** To be told of every event, and of what the feed makes of it. */
	see(event: SesEvent, draft: FeedDraft | undefined): void {
		if (event.type === 'consent' && event.action === 'withdrawn') {
			for (const line of this.#lines) line.withdrawn(event.guildId, event.speakerId);
		}
		if ('sessionId' in event) this.#bySession.get(event.sessionId)?.see(event, draft);
	}

	/** Ends what has lasted too long, or whose cookie or token is not good any more. */
	review(): void {
		const now = performance.now();
		for (const line of this.#lines) line.check(now);
	}

	/** Says goodbye, and waits for what was said as long as that may take. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#isEnding = true;
		clearInterval(this.#checks);
		for (const line of this.#lines) line.fail('going-away', ENDING);
		const { promise: late, resolve } = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, GOODBYE_MS);
		await Promise.race([Promise.all(this.#endings), late]);
		clearTimeout(timer);
	}

	async #end(voice: HeardVoice): Promise<void> {
		try {
			await voice[Symbol.asyncDispose]();
		} catch (error) {
			this.log.error({ error }, 'a voice from elsewhere could not be ended');
		}
	}
}
