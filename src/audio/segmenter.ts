import { z } from 'zod';
import type { AudioQuality } from '../domain/index.ts';
import { FRAME_MS, FRAME_SAMPLES, type Frame, powerOf, powerToDb } from './frame.ts';
import { NoiseFloor } from './noise-floor.ts';
import { QualityMeter } from './quality.ts';

export const segmenterOptions = z
	.strictObject({
		startMs: z.number().min(FRAME_MS).default(200).describe('Speech this long opens an utterance.'),
		endMs: z.number().min(FRAME_MS).default(500).describe('Silence this long closes it (hangover).'),
		minDurationMs: z.number().min(0).default(600).describe('Shorter utterances are left out.'),
		maxDurationMs: z.number().min(1000).default(6000).describe('Longer ones are split here.'),
		overlapMs: z.number().min(0).default(500).describe('What the parts of a split utterance share.'),
		padMs: z
			.number()
			.min(0)
			.max(500)
			.default(60)
			.describe('Counts as speech before its first and after its last frame.'),
		contextMs: z
			.number()
			.min(0)
			.max(2000)
			.default(300)
			.describe('Audio on either side of the speech that the model hears, too.'),
		enterSnrDb: z.number().default(9).describe('Level above the noise floor at which speech begins.'),
		minSnrDb: z.number().default(6).describe('Level above the noise floor at which speech goes on.'),
		minLevelDb: z.number().max(0).default(-58).describe('Quieter than this is never speech (dBFS).'),
	})
	.refine((options) => options.overlapMs < options.maxDurationMs / 2, {
		path: ['overlapMs'],
		message: 'must be less than half of maxDurationMs',
	});
export type SegmenterOptions = z.infer<typeof segmenterOptions>;

/** A stretch of speech. Times count from the first frame that was pushed. */
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
	#frames: Heard[] = [];
	/** Index of the frame that comes next, since the beginning. */
	#next = 0;
	#discarded = 0;

	constructor(options: Partial<SegmenterOptions> = {}) {
		this.#options = segmenterOptions.parse(options);
	}

	/** Stretches that were speech but too short to judge. */
	get discarded(): number {
		return this.#discarded;
	}

	get isOpen(): boolean {
		return this.#state.status !== 'silence';
	}

	/** Takes the next 20 ms. @returns a segment when these frames complete one */
	push(frame: Frame): Segment | undefined {
		this.#next++;
		const heard = this.#listen(frame);
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
			this.#follow(state, heard.active);
			return undefined;
		}
		state.quietFrames = heard.active ? 0 : state.quietFrames + 1;
		if (state.quietFrames * FRAME_MS >= this.#options.endMs) return this.#close(state);
		if (this.#frames.length + this.#leadFrames(this.#padFrames) >= this.#longestFrames) return this.#split(state);
		return undefined;
	}

	/** Passes over `count` frames in which nothing was sent; cheap between utterances. */
	skip(count: number): Segment | undefined {
		let remaining = count;
		while (remaining > 0 && this.isOpen) {
			remaining--;
			const segment = this.push({ pcm: null });
			if (segment) {
				this.#pass(remaining);
				return segment;
			}
		}
		if (remaining > 0) this.#pass(remaining);
		return undefined;
	}

	/** Ends the stream: what is still open is closed as it stands. */
	flush(): Segment | undefined {
		const state = this.#state;
		if (state.status === 'speech') return this.#close(state);
		this.#reset();
		return undefined;
	}

	#pass(frames: number): void {
		this.#next += frames;
		this.#remember(Array.from({ length: Math.min(frames, this.#mostBefore) }, () => NOTHING));
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
	#follow(state: State & { status: 'onset' }, active: boolean): void {
		if (active) {
			state.activeFrames++;
			state.quietFrames = 0;
			if (state.activeFrames * FRAME_MS >= this.#options.startMs) {
				this.#state = { status: 'speech', quietFrames: 0, continued: false };
			}
		} else if (++state.quietFrames > ONSET_GAP_FRAMES) this.#reset();
	}

	#close(state: State & { status: 'speech' }): Segment | undefined {
		const segment = this.#segment(this.#frames.length - state.quietFrames);
		const enough = state.continued
			? // A rest that is hardly more than the overlap was already heard with the part before it.
				segment.quality.durationMs - this.#options.overlapMs >= this.#options.minDurationMs / 2
			: (this.#frames.length - state.quietFrames) * FRAME_MS >= this.#options.minDurationMs;
		if (!enough && !state.continued) this.#discarded++;
		this.#reset();
		return enough ? segment : undefined;
	}

	#split(state: State & { status: 'speech' }): Segment {
		const segment = this.#segment(this.#frames.length);
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
		const startMs = (this.#next - this.#frames.length - lead) * FRAME_MS;
		return {
			startMs,
			endMs: startMs + speech.length * FRAME_MS,
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
