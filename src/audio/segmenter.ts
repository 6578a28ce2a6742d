import type { AudioQuality } from '../domain/index.ts';
import { FRAME_MS, type Frame, powerOf, powerToDb } from './frame.ts';
import { type Heard, joined, NOTHING, qualityOf, silence, type Timed } from './heard.ts';
import { BEGINNING } from './moment.ts';
import { NoiseFloor } from './noise-floor.ts';
import { type SegmenterOptions, segmenterOptions } from './segmenter-options.ts';

export * from './segmenter-options.ts';

/** A stretch of speech. Times are those of the frames' moments, or count from the first frame if they have none. */
export interface Segment {
	readonly startMs: number;
	readonly endMs: number;
	/**
	 * 16 kHz mono, with up to `contextMs` of what came before `startMs` and after `endMs` (silence where
	 * nothing was sent): a model that learnt from whole clips listens to the pauses round the words, too.
	 */
	readonly pcm: Int16Array;
	readonly quality: AudioQuality;
	/** 1, 2, 3 …: only the latest of speech that goes on, whose whole will follow. Absent for the whole. */
	readonly partial?: number;
}

/** Where the endpointer stands; each field exists only where it means something. */
type State =
	| { readonly status: 'silence' }
	| { readonly status: 'onset'; activeFrames: number; quietFrames: number }
	| {
			readonly status: 'speech';
			/** In a row, up to now. */
			activeFrames: number;
			/** Since there was a voice. */
			quietFrames: number;
			continued: boolean;
			partials: number;
			nextPartial: number;
	  };

/**
 * How much of it a first impression listens to. The model's work grows with it, and the whole anew each time would
 * cost half as much again as everything else (`npm run bench -- partials`).
 */
const PARTIAL_FRAMES = 2000 / FRAME_MS;

/** What is shorter does not undo the silence that closes an utterance: keys and mice click on while nobody speaks. */
const VOICE_FRAMES = 60 / FRAME_MS;

/** A breath of this length does not undo an onset: plosives and glottal stops are silent too. */
const ONSET_GAP_FRAMES = 100 / FRAME_MS;

/**
 * Cuts one speaker's frames into utterances (endpointing). A state machine over packets' presence
 * and signal energy above an adaptive noise floor; it keeps no clock and does no I/O, so the same
 * frames always give the same segments.
 */
export class Segmenter {
	readonly #options: SegmenterOptions;
	readonly #floor = new NoiseFloor();
	#state: State = { status: 'silence' };
	/** What came right before the speech at hand, as much as may be needed of it. */
	#before: Heard[] = [];
	/** Frames since the speech at hand began. */
	#frames: Timed[] = [];
	/** When the frame begins that comes next. */
	#next = BEGINNING;
	#isActive = false;

	constructor(options: Partial<SegmenterOptions> = {}) {
		this.#options = segmenterOptions.parse(options);
	}

	/** An utterance is open: it will end when there is silence for long enough. */
	get isSpeech(): boolean {
		return this.#state.status === 'speech';
	}

	/** Whether there was a voice in the frame that was pushed last. */
	get isActive(): boolean {
		return this.#isActive;
	}

	/** Takes the next 20 ms. @returns a segment when these frames complete one */
	push(frame: Frame): Segment | undefined {
		const moment = frame.moment ?? this.#next;
		this.#next = moment.plus(FRAME_MS);
		const heard = { ...this.#listen(frame), moment };
		this.#isActive = heard.active;
		const state = this.#state;
		if (state.status === 'silence') {
			if (heard.active) {
				this.#frames = [heard];
				this.#state = { status: 'onset', activeFrames: 1, quietFrames: 0 };
			} else this.#remember([heard]);
			return undefined;
		}
		this.#frames.push(heard);
		const isFull = this.#frames.length + this.#leadFrames >= this.#longestFrames;
		if (state.status === 'onset') {
			// What takes so long to begin was lost for the most part.
			if (isFull) this.#reset();
			else this.#follow(state, heard);
			return undefined;
		}
		state.activeFrames = heard.active ? state.activeFrames + 1 : 0;
		const isVoice = state.activeFrames >= VOICE_FRAMES || (heard.active && state.quietFrames === 0);
		state.quietFrames = isVoice ? 0 : state.quietFrames + 1;
		// What sounds now may turn out to be a voice that goes on.
		if (!heard.active && state.quietFrames * FRAME_MS >= this.#options.endMs) return this.#close(state);
		return isFull ? this.#split(state) : undefined;
	}

	/**
	 * The latest of the utterance that is open, every `partialEveryMs` of it while there is a voice; meant to be asked
	 * for after each frame, by whoever wants to know before it is over. The whole will be a segment, too.
	 */
	takePartial(): Segment | undefined {
		const state = this.#state;
		// In a pause it may be over already.
		if (state.status !== 'speech' || state.quietFrames > 0) return undefined;
		const frames = this.#frames.length;
		if (frames < state.nextPartial || !this.#isEnough(state, frames)) return undefined;
		state.nextPartial = this.#partialAfter(frames);
		const latest = this.#frames.slice(-PARTIAL_FRAMES);
		return {
			startMs: (latest[0] as Timed).moment.ms,
			endMs: (latest.at(-1) as Timed).moment.ms + FRAME_MS,
			pcm: joined(latest),
			quality: qualityOf(latest, this.#floor.db),
			partial: ++state.partials,
		};
	}

	/** Passes over `count` frames in which nothing was sent; cheap between utterances. */
	skip(count: number): Segment[] {
		const segments: Segment[] = [];
		let remaining = count;
		for (; remaining > 0 && this.#state.status !== 'silence'; remaining--) {
			const segment = this.push({ pcm: null });
			if (segment) segments.push(segment);
		}
		this.#next = this.#next.plus(remaining * FRAME_MS);
		this.#remember(Array.from({ length: Math.min(remaining, this.#mostBefore) }, () => NOTHING));
		return segments;
	}

	/** Ends the stream: what is still open is closed as it stands. */
	flush(): Segment | undefined {
		const state = this.#state;
		if (state.status === 'speech') return this.#close(state);
		this.#reset();
		return undefined;
	}

	#listen(frame: Frame): Heard {
		if (frame.pcm === null) return NOTHING;
		const power = powerOf(frame.pcm);
		const levelDb = powerToDb(power);
		// What a decoder made up says nothing about the room.
		if (!frame.concealed) this.#floor.push(levelDb);
		const threshold = this.#state.status === 'silence' ? this.#options.enterSnrDb : this.#options.minSnrDb;
		const active = levelDb >= this.#options.minLevelDb && levelDb >= this.#floor.db + threshold;
		return { pcm: frame.pcm, concealed: frame.concealed ?? false, active, power };
	}

	get #padFrames(): number {
		return Math.round(this.#options.padMs / FRAME_MS);
	}

	get #longestFrames(): number {
		return Math.round(this.#options.maxDurationMs / FRAME_MS);
	}

	get #contextFrames(): number {
		return Math.round(this.#options.contextMs / FRAME_MS);
	}

	get #mostBefore(): number {
		return this.#padFrames + this.#contextFrames;
	}

	/** At how many frames the next impression is due, when the last was at `frames`. */
	#partialAfter(frames: number): number {
		const everyFrames = Math.round(this.#options.partialEveryMs / FRAME_MS);
		return everyFrames === 0 ? Number.POSITIVE_INFINITY : frames + everyFrames;
	}

	/** So many frames with what counts as speech after them. */
	#padded(speechFrames: number): number {
		return Math.min(speechFrames + this.#padFrames, this.#frames.length);
	}

	/** So many frames that count as speech before it. */
	get #leadFrames(): number {
		return Math.min(this.#padFrames, this.#before.length);
	}

	#remember(frames: readonly Heard[]): void {
		this.#before.push(...frames);
		// Of less than none it takes none.
		this.#before.splice(0, this.#before.length - this.#mostBefore);
	}

	/** Is what began speech, or was it a click? */
	#follow(state: State & { status: 'onset' }, { active, concealed }: Heard): void {
		if (active) {
			state.activeFrames++;
			state.quietFrames = 0;
			if (state.activeFrames * FRAME_MS >= this.#options.startMs) {
				const nextPartial = this.#partialAfter(0);
				this.#state = { status: 'speech', activeFrames: 1, quietFrames: 0, continued: false, partials: 0, nextPartial };
			}
		} else if (!concealed && ++state.quietFrames > ONSET_GAP_FRAMES) this.#reset();
	}

	#close(state: State & { status: 'speech' }): Segment | undefined {
		const speechFrames = this.#frames.length - state.quietFrames;
		// Nothing may have been said since it was split.
		const segment = speechFrames > 0 && this.#isEnough(state, speechFrames) ? this.#segment(speechFrames) : undefined;
		this.#reset();
		return segment;
	}

	#isEnough({ continued }: State & { status: 'speech' }, speechFrames: number): boolean {
		const { overlapMs, minDurationMs } = this.#options;
		// A rest that is hardly more than the overlap was already heard with the part before it.
		if (continued) return this.#padded(speechFrames) * FRAME_MS - overlapMs >= minDurationMs / 2;
		return speechFrames * FRAME_MS >= minDurationMs;
	}

	#split(state: State & { status: 'speech' }): Segment | undefined {
		// Should it be over already, then silence is no part of it.
		const speechFrames = this.#frames.length - state.quietFrames;
		if (speechFrames <= 0) return this.#close(state);
		const segment = this.#segment(speechFrames);
		this.#frames = this.#frames.slice(this.#frames.length - Math.round(this.#options.overlapMs / FRAME_MS));
		this.#before = [];
		const { activeFrames, quietFrames } = state;
		const nextPartial = this.#partialAfter(this.#frames.length);
		this.#state = { status: 'speech', activeFrames, quietFrames, continued: true, partials: 0, nextPartial };
		return segment;
	}

	#reset(): void {
		this.#state = { status: 'silence' };
		this.#remember(this.#frames);
		this.#frames = [];
	}

	/** @param speechFrames how many of the frames lead up to the last that was active */
	#segment(speechFrames: number): Segment {
		const lead = this.#leadFrames;
		const leadFrom = this.#before.length - lead;
		const end = this.#padded(speechFrames);
		const speech = [...this.#before.slice(leadFrom), ...this.#frames.slice(0, end)];
		// A part as long as the model takes at once gets no context on top.
		const room = Math.max(0, Math.floor((this.#longestFrames - speech.length) / 2));
		const context = Math.min(this.#contextFrames, room);
		const heardBefore = this.#before.slice(Math.max(0, leadFrom - context), leadFrom);
		const heardAfter = this.#frames.slice(end, end + context);
		const first = this.#frames[0] as Timed;
		const last = this.#frames[speechFrames - 1] as Timed;
		return {
			startMs: first.moment.ms - lead * FRAME_MS,
			endMs: last.moment.ms + (1 + end - speechFrames) * FRAME_MS,
			pcm: joined([
				...silence(context - heardBefore.length),
				...heardBefore,
				...speech,
				...heardAfter,
				...silence(context - heardAfter.length),
			]),
			quality: qualityOf(speech, this.#floor.db),
		};
	}
}
