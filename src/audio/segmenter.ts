import type { AudioQuality } from '../domain/index.ts';
import { FRAME_MS, FRAME_SAMPLES, type Frame, powerOf, powerToDb } from './frame.ts';
import { BEGINNING, type Moment } from './moment.ts';
import { NoiseFloor } from './noise-floor.ts';
import { QualityMeter } from './quality.ts';
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
}

interface Heard {
	readonly pcm: Int16Array | null;
	readonly concealed: boolean;
	readonly active: boolean;
	readonly power: number;
}

interface Timed extends Heard {
	readonly moment: Moment;
}

const NOTHING: Heard = { pcm: null, concealed: false, active: false, power: 0 };

/** Where the endpointer stands; each field exists only where it means something. */
type State =
	| { readonly status: 'silence' }
	| { readonly status: 'onset'; activeFrames: number; quietFrames: number }
	| { readonly status: 'speech'; quietFrames: number; continued: boolean };

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
		if (state.status === 'onset') {
			this.#follow(state, heard);
			return undefined;
		}
		state.quietFrames = heard.active ? 0 : state.quietFrames + 1;
		if (state.quietFrames * FRAME_MS >= this.#options.endMs) return this.#close(state);
		if (this.#frames.length + this.#leadFrames(this.#padFrames) >= this.#longestFrames) return this.#split(state);
		return undefined;
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

	get #mostBefore(): number {
		return Math.round((this.#options.padMs + this.#options.contextMs) / FRAME_MS);
	}

	#leadFrames(most: number): number {
		return Math.min(most, this.#before.length);
	}

	#remember(frames: readonly Heard[]): void {
		this.#before.push(...frames);
		const excess = this.#before.length - this.#mostBefore;
		if (excess > 0) this.#before.splice(0, excess);
	}

	/** Is what began speech, or was it a click? */
	#follow(state: State & { status: 'onset' }, { active, concealed }: Heard): void {
		if (active) {
			state.activeFrames++;
			state.quietFrames = 0;
			if (state.activeFrames * FRAME_MS >= this.#options.startMs) {
				this.#state = { status: 'speech', quietFrames: 0, continued: false };
			}
		} else if (!concealed && ++state.quietFrames > ONSET_GAP_FRAMES) this.#reset();
	}

	#close(state: State & { status: 'speech' }): Segment | undefined {
		const speechFrames = this.#frames.length - state.quietFrames;
		if (speechFrames <= 0) {
			this.#reset();
			return undefined;
		}
		const segment = this.#segment(speechFrames);
		const enough = state.continued
			? // A rest that is hardly more than the overlap was already heard with the part before it.
				segment.quality.durationMs - this.#options.overlapMs >= this.#options.minDurationMs / 2
			: speechFrames * FRAME_MS >= this.#options.minDurationMs;
		this.#reset();
		return enough ? segment : undefined;
	}

	#split(state: State & { status: 'speech' }): Segment {
		// Should it be over already, then silence is no part of it.
		const segment = this.#segment(this.#frames.length - state.quietFrames);
		this.#frames = this.#frames.slice(this.#frames.length - Math.round(this.#options.overlapMs / FRAME_MS));
		this.#before = [];
		this.#state = { status: 'speech', quietFrames: state.quietFrames, continued: true };
		return segment;
	}

	#reset(): void {
		this.#state = { status: 'silence' };
		this.#remember(this.#frames);
		this.#frames = [];
	}

	/** @param speechFrames how many of the frames lead up to the last that was active */
	#segment(speechFrames: number): Segment {
		const lead = this.#leadFrames(this.#padFrames);
		const end = Math.min(speechFrames + this.#padFrames, this.#frames.length);
		const speech = [...this.#before.slice(this.#before.length - lead), ...this.#frames.slice(0, end)];
		// A part as long as the model takes at once gets no context on top.
		const room = Math.max(0, Math.floor((this.#longestFrames - speech.length) / 2));
		const context = Math.min(Math.round(this.#options.contextMs / FRAME_MS), room);
		const heardBefore = this.#before
			.slice(0, this.#before.length - lead)
			.slice(Math.max(0, this.#before.length - lead - context));
		const heardAfter = this.#frames.slice(end, end + context);

		const meter = new QualityMeter();
		for (const { pcm, power, active, concealed } of speech) meter.add(pcm, power, active, concealed);
		const first = this.#frames[0] as Timed;
		const last = this.#frames[speechFrames - 1] as Timed;
		return {
			startMs: first.moment.ms - lead * FRAME_MS,
			endMs: last.moment.ms + (1 + end - speechFrames) * FRAME_MS,
			pcm: join([
				...silence(context - heardBefore.length),
				...heardBefore,
				...speech,
				...heardAfter,
				...silence(context - heardAfter.length),
			]),
			quality: meter.read(this.#floor.db),
		};
	}
}

const silence = (frames: number): Heard[] => Array.from({ length: frames }, () => NOTHING);

function join(frames: readonly Heard[]): Int16Array {
	const pcm = new Int16Array(frames.length * FRAME_SAMPLES);
	for (const [index, frame] of frames.entries()) {
		if (frame.pcm) pcm.set(frame.pcm, index * FRAME_SAMPLES);
	}
	return pcm;
}
