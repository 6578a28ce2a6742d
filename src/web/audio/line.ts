import type { WebSocket } from 'ws';
import type { SesEvent } from '../../domain/index.ts';
import type { Principal } from '../auth/principal.ts';
import type { FeedDraft } from '../feed/index.ts';
import type { HeardVoice } from '../services.ts';
import type { LineOffice, VoiceRequest } from './office.ts';
import { Pace } from './pace.ts';
import { serverFor } from './place.ts';
import { AudioProblem } from './problem.ts';
import { AUDIO_PROBLEMS, type AudioProblemCode, type AudioServerMessage } from './schemas.ts';

/** Longer than this nobody takes to say what they send. */
const START_MS = 10_000;
/** More messages than this do not wait here: the rest stays in the network, and holds the sender up. */
const MOST_WAITING = 32;
const LAST_WORDS_MS = 5_000;
/** What a WebSocket lets one say at its end. */
const MOST_REASON_BYTES = 123;

type State =
	| { readonly status: 'waiting' }
	| {
			readonly status: 'open' | 'stopping';
			readonly voice: HeardVoice;
			readonly speakerId: string;
			readonly guildId: string;
	  }
	| { readonly status: 'closed' };

/** One connection with one voice, whatever its messages look like. */
export class AudioLine {
	principal: Principal | undefined;
	readonly #webSocket: WebSocket;
	readonly #office: LineOffice;
	/** Twilio takes no answers: it is told by the code of the close alone. */
	readonly #isTold: boolean;
	readonly #openedAt = performance.now();
	readonly #pace = new Pace(this.#openedAt);
	#state: State = { status: 'waiting' };
	#turn: Promise<void> = Promise.resolve();
	#waiting = 0;
	#heardAt = this.#openedAt;
	#isSpeech = false;
	readonly #count = { utterances: 0, ms: 0, dropped: 0 };

	constructor(
		webSocket: WebSocket,
		{ office, principal, isTold }: { office: LineOffice; principal: Principal | undefined; isTold: boolean },
	) {
		this.#webSocket = webSocket;
		this.#office = office;
		this.#isTold = isTold;
		this.principal = principal;
	}

	/** Does one thing after the other. While too much waits, nothing more is read from the socket. */
	next(work: () => Promise<void> | void): void {
		if (++this.#waiting > MOST_WAITING) this.#webSocket.pause();
		this.#turn = this.#turn.then(async () => {
			try {
				if (this.#state.status !== 'closed') await work();
			} catch (error) {
				this.#failWith(error);
			}
			this.#waiting--;
			if (this.#waiting === 0) this.#webSocket.resume();
		});
	}

	/** @throws {AudioProblem} already-started, forbidden, paused */
	async start(request: VoiceRequest): Promise<void> {
		const { principal } = this;
		if (this.#state.status !== 'waiting') throw new AudioProblem('already-started', 'Open another connection.');
		if (!principal) throw new AudioProblem('unauthenticated', 'Send a token.');
		const { speakerId } = request;
		const guildId = serverFor(principal, request.guildId);
		const voice = await this.#office.open(this, { ...request, guildId });
		if (this.#isClosed) {
			this.#office.over(this, voice);
			return;
		}
		this.#state = { status: 'open', voice, speakerId, guildId };
		this.#heardAt = performance.now();
		const { sessionId } = voice;
		this.#tell({ type: 'ready', sessionId, ...this.#office.describe(sessionId, speakerId) });
	}

	/** @throws {AudioProblem} malformed, not-audio, too-fast */
	async audio(bytes: Uint8Array): Promise<void> {
		if (this.#state.status === 'waiting') throw new AudioProblem('malformed', 'Send start before audio.');
		if (this.#state.status !== 'open') return;
		const { voice } = this.#state;
		const ms = bytes.length === 0 ? undefined : voice.msOf(bytes);
		if (ms === undefined) throw new AudioProblem('not-audio', 'This is no audio of the codec that start named.');
		this.#heardAt = performance.now();
		if (!this.#pace.take(ms, this.#heardAt)) throw new AudioProblem('too-fast', 'Send audio as it is spoken.');
		await voice.push(bytes);
		this.#count.ms += ms;
		this.#tellSpeech(voice.isSpeech);
	}

	/** Waits for what was said, and closes. */
	async stop(): Promise<void> {
		if (this.#state.status === 'waiting') throw new AudioProblem('malformed', 'Nothing was started.');
		if (this.#state.status !== 'open') return;
		const { voice } = this.#state;
		this.#state = { ...this.#state, status: 'stopping' };
		await voice[Symbol.asyncDispose]();
		if (this.#isClosed) return;
		this.#tellSpeech(false);
		const { utterances, ms, dropped } = this.#count;
		this.#tell({ type: 'stopped', utterances, seconds: Math.round(ms) / 1000, dropped });
		this.#close(1000, 'stopped');
	}

	/** Ends it for a reason that whoever sends is told of. */
	fail(code: AudioProblemCode, message: string): void {
		if (this.#isClosed) return;
		this.#office.log.info({ code }, 'an audio connection was ended');
		this.#tell({ type: 'problem', code, message });
		const reason = this.#isTold ? code : `${code}: ${message}`;
		this.#close(AUDIO_PROBLEMS[code], Buffer.from(reason).subarray(0, MOST_REASON_BYTES).toString());
	}

	/** The other side has gone. */
	gone(): void {
		this.#end();
	}

	/** An event of its session. @param draft what the feed tells of it */
	see(event: SesEvent, draft: FeedDraft | undefined): void {
		if (this.#state.status !== 'open' && this.#state.status !== 'stopping') return;
		if (event.type === 'utterance') {
			this.#count.utterances++;
			this.#tellSpeech(this.#state.voice.isSpeech);
		} else if (event.type === 'health') {
			this.#count.dropped = Object.values(event.droppedUtterances).reduce((sum, count) => sum + count, 0);
		} else if (draft?.type === 'emotion') this.#tell({ type: 'emotion', ...draft.data('pseudonymous') });
		else if (draft?.type === 'partial') this.#tell({ type: 'partial', ...draft.data('pseudonymous') });
	}

	/** A member withdrew: whoever is called like them is not heard any more. */
	withdrawn(guildId: string, speakerId: string): void {
		const state = this.#state;
		if (state.status !== 'open' && state.status !== 'stopping') return;
		if (state.guildId !== guildId || state.speakerId !== speakerId) return;
		state.voice.withdraw();
		this.fail('withdrawn', 'They withdrew their consent.');
	}

	/** To be asked now and then. */
	check(now: number): void {
		const { idleMs, maxMs, maxBufferedBytes } = this.#office;
		const { status } = this.#state;
		const quietMs = now - this.#heardAt;
		if (this.principal?.stillGood() === false)
			this.fail('signed-out', 'Signed out, or the token is not good any more.');
		else if (this.#webSocket.bufferedAmount > maxBufferedBytes) this.fail('too-slow', 'Read what you are sent.');
		else if (now - this.#openedAt > maxMs) this.fail('too-long', 'Open another connection.');
		else if (status === 'waiting' && quietMs > Math.min(START_MS, idleMs)) this.fail('idle', 'There was no start.');
		else if (status === 'open' && quietMs > idleMs) this.fail('idle', 'There was no audio.');
		else if (status === 'open') this.#tellSpeech(this.#state.voice.isSpeech);
	}

	get #isClosed(): boolean {
		return this.#state.status === 'closed';
	}

	#failWith(error: unknown): void {
		if (error instanceof AudioProblem) this.fail(error.code, error.message);
		else {
			this.#office.log.error({ error }, 'an audio connection failed');
			this.fail('internal', 'Something broke here; the log says what.');
		}
	}

	#tellSpeech(isSpeech: boolean): void {
		if (isSpeech === this.#isSpeech) return;
		this.#isSpeech = isSpeech;
		this.#tell({ type: 'speech', active: isSpeech });
	}

	#tell(message: AudioServerMessage): void {
		if (this.#isTold && this.#webSocket.readyState === this.#webSocket.OPEN)
			this.#webSocket.send(JSON.stringify(message));
	}

	#close(code: number, reason: string): void {
		this.#end();
		// Its answer has to be read.
		this.#webSocket.resume();
		this.#webSocket.close(code, reason);
		setTimeout(() => this.#webSocket.terminate(), LAST_WORDS_MS).unref();
	}

	#end(): void {
		if (this.#isClosed) return;
		const voice = 'voice' in this.#state ? this.#state.voice : undefined;
		this.#state = { status: 'closed' };
		this.#office.over(this, voice);
	}
}
