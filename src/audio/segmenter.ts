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
		padMs: z.number().min(0).max(500).default(60).describe('Kept before the first and after the last speech.'),
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
	/** 16 kHz mono. */
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
	/** Frames of the utterance at hand, led in by up to `padMs` of what came before. */
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
		this.#frames.push(heard);
		const state = this.#state;
		switch (state.status) {
			case 'silence': {
				if (heard.active) this.#state = { status: 'onset', activeFrames: 1, quietFrames: 0 };
				else this.#trimLeadIn();
				return undefined;
			}
			case 'onset': {
				if (heard.active) {
					state.activeFrames++;
					state.quietFrames = 0;
					if (state.activeFrames * FRAME_MS >= this.#options.startMs) {
						this.#state = { status: 'speech', quietFrames: 0, continued: false };
					}
				} else if (++state.quietFrames > ONSET_GAP_FRAMES) {
					this.#state = { status: 'silence' };
					this.#trimLeadIn();
				}
				return undefined;
			}
			case 'speech': {
				state.quietFrames = heard.active ? 0 : state.quietFrames + 1;
				if (state.quietFrames * FRAME_MS >= this.#options.endMs) return this.#close(state);
				if (this.#frames.length * FRAME_MS >= this.#options.maxDurationMs) return this.#split(state);
				return undefined;
			}
		}
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
		for (let kept = Math.min(frames, this.#leadInFrames); kept > 0; kept--) this.#frames.push(NOTHING);
		this.#trimLeadIn();
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

	get #leadInFrames(): number {
		return Math.round(this.#options.padMs / FRAME_MS);
	}

	#trimLeadIn(): void {
		const excess = this.#frames.length - this.#leadInFrames;
		if (excess > 0) this.#frames.splice(0, excess);
	}

	#close(state: State & { status: 'speech' }): Segment | undefined {
		const trailing = state.quietFrames - this.#leadInFrames;
		const frames = trailing > 0 ? this.#frames.slice(0, -trailing) : this.#frames;
		const firstFrame = this.#next - this.#frames.length;
		this.#reset();
		// A rest that is hardly more than the overlap was already heard with the part before it.
		const ownMs = frames.length * FRAME_MS - (state.continued ? this.#options.overlapMs : 0);
		const enough = state.continued
			? ownMs >= this.#options.minDurationMs / 2
			: spokenMs(frames) >= this.#options.minDurationMs;
		if (!enough) {
			if (!state.continued) this.#discarded++;
			return undefined;
		}
		return this.#segment(firstFrame, frames);
	}

	#split(state: State & { status: 'speech' }): Segment {
		const segment = this.#segment(this.#next - this.#frames.length, this.#frames);
		this.#frames = this.#frames.slice(this.#frames.length - Math.round(this.#options.overlapMs / FRAME_MS));
		this.#state = { status: 'speech', quietFrames: state.quietFrames, continued: true };
		return segment;
	}

	#reset(): void {
		this.#state = { status: 'silence' };
		this.#frames = [];
	}

	#segment(firstFrame: number, frames: readonly Heard[]): Segment {
		const pcm = new Int16Array(frames.length * FRAME_SAMPLES);
		const meter = new QualityMeter();
		for (const [index, frame] of frames.entries()) {
			if (frame.pcm) pcm.set(frame.pcm, index * FRAME_SAMPLES);
			meter.add(frame.pcm, frame.power, frame.active, frame.concealed);
		}
		const startMs = firstFrame * FRAME_MS;
		return {
			startMs,
			endMs: startMs + frames.length * FRAME_MS,
			pcm,
			quality: meter.read(this.#floor.db),
		};
	}
}

/** From the first to the last active frame. */
function spokenMs(frames: readonly Heard[]): number {
	const first = frames.findIndex((frame) => frame.active);
	const last = frames.findLastIndex((frame) => frame.active);
	return first < 0 ? 0 : (last - first + 1) * FRAME_MS;
}
