import type { EmotionResult, Probabilities, Prosody, ProsodyColumn } from '../domain/index.ts';
import { median } from './median.ts';
import { SpreadSample } from './spread-sample.ts';

/** Earlier utterances that are needed before anything is said of a speaker. */
export const FEWEST_UTTERANCES = 5;
/** Most that are remembered of one speaker. */
const MOST_UTTERANCES = 64;
/** Rate and pauses of a word or two say nothing. */
const SHORTEST_MS = 1000;

interface Sign {
	/** Share in the evidence; the shares sum to 1. */
	readonly weight: number;
	/** Whether tired speech has more of it (1) or less (−1). */
	readonly direction: 1 | -1;
	/** Smallest spread, in the unit of the column: a speaker who was even by chance has no wide deviations. */
	readonly leastSpread: number;
}

/**
 * What of prosody speaks for fatigue, and how much: rate most, then pauses and pitch, then range and
 * level. Which signs these are is from work on sleepy speech (Krajewski et al., "Acoustic sleepiness
 * detection", Behav. Res. Methods 41, 2009; Schuller et al., "Medium-term speaker states", Comput.
 * Speech Lang. 28, 2014); their weights are ours.
 */
export const SIGNS = {
	syllablesPerS: { weight: 0.3, direction: -1, leastSpread: 0.5 },
	pauseShare: { weight: 0.2, direction: 1, leastSpread: 0.05 },
	pitchSemitones: { weight: 0.2, direction: -1, leastSpread: 1 },
	pitchRangeSemitones: { weight: 0.15, direction: -1, leastSpread: 2 },
	levelDb: { weight: 0.15, direction: -1, leastSpread: 2 },
} as const satisfies Partial<Record<ProsodyColumn, Sign>>;

const COLUMNS = Object.keys(SIGNS) as (keyof typeof SIGNS)[];

/** A single strange figure must not carry the score. */
const MOST_DEVIATION = 3;
/** The median absolute deviation times this is the standard deviation of a normal distribution. */
const MAD_TO_SD = 1.4826;
/** What a certain difference in the network's answer weighs against one standard deviation of prosody. */
const NETWORK_WEIGHT = 6;
/** The network's evidence at which it speaks neither for nor against: sure of `neutral` is still below. */
const NETWORK_MIDDLE = 0.65;

/** How far `value` lies from what is usual, in robust standard deviations, −3…3. */
function deviation(value: number, usual: readonly number[], leastSpread: number): number {
	const middle = median(usual);
	const spread = Math.max(MAD_TO_SD * median(usual.map((each) => Math.abs(each - middle))), leastSpread);
	return Math.min(MOST_DEVIATION, Math.max(-MOST_DEVIATION, (value - middle) / spread));
}

/** How bored or subdued the network finds the voice, 0…1; classes of high arousal count as nothing. */
const networkEvidence = ({ boredom, calm, neutral, sadness }: Probabilities): number =>
	boredom + (calm + neutral + sadness) / 2;

/**
 * How tired a speaker sounds in one utterance against earlier ones of their own, 0…1.
 *
 * @experimental Not validated on tired speech, of which there is no open corpus; acted boredom is the
 * nearest. A hint, no statement about anyone's health or fitness.
 *
 * With p the calibrated probabilities of the utterance, x_c its prosody and B_c the same column of the
 * earlier utterances (at least {@link FEWEST_UTTERANCES}), over the columns c of {@link SIGNS}:
 *
 *     m_c = median(B_c)
 *     s_c = max(1.4826 · median(|B_c − m_c|), leastSpread_c)
 *     z_c = direction_c · min(3, max(−3, (x_c − m_c) / s_c))
 *     E   = Σ weight_c · z_c
 *     N   = p_boredom + 0.5 · (p_calm + p_neutral + p_sadness)
 *     fatigue = 1 / (1 + exp(−(E + 6 · (N − 0.65))))
 *
 * The median of an even number of values is the mean of the two in the middle. A speaker as usual
 * scores 0.29 when certainly neutral, 0.89 when certainly bored, 0.02 in certain anger, fear or joy;
 * one whose every sign is one standard deviation worse and who is certainly neutral, 0.52.
 *
 * @param earlier prosody of the speaker's earlier utterances
 */
export function fatigueOf(probabilities: Probabilities, prosody: Prosody, earlier: readonly Prosody[]): number {
	let evidence = NETWORK_WEIGHT * (networkEvidence(probabilities) - NETWORK_MIDDLE);
	for (const column of COLUMNS) {
		const { weight, direction, leastSpread } = SIGNS[column];
		const usual = earlier.map((each) => each[column]);
		evidence += weight * direction * deviation(prosody[column], usual, leastSpread);
	}
	return 1 / (1 + Math.exp(-evidence));
}

/** Whether an utterance is clean and long enough to be compared: somebody's voice, and theirs alone. */
function measured({ prosody, quality, unsureReason, dominantSound }: EmotionResult): Prosody | undefined {
	if (!prosody || prosody.voicedShare === 0 || quality.durationMs < SHORTEST_MS || dominantSound) return undefined;
	// That the model is undecided takes nothing from how it was spoken.
	return unsureReason === undefined || unsureReason === 'low-confidence' ? prosody : undefined;
}

/**
 * One speaker's own baseline: how they spoke so far in a session.
 *
 * @experimental
 */
export class FatigueBaseline {
	readonly #earlier = new SpreadSample<Prosody>(MOST_UTTERANCES);

	/** How many utterances are remembered. */
	get size(): number {
		return this.#earlier.items.length;
	}

	/**
	 * Compares an utterance with those before it, and remembers it. To the hundredth.
	 *
	 * @returns `undefined` while there is too little to compare with, or nothing was measured
	 */
	score(result: EmotionResult): number | undefined {
		const prosody = measured(result);
		if (!prosody) return undefined;
		const enough = this.#earlier.seen >= FEWEST_UTTERANCES;
		const fatigue = enough ? fatigueOf(result.probabilities, prosody, this.#earlier.items) : undefined;
		this.#earlier.add(prosody);
		return fatigue === undefined ? undefined : Math.round(fatigue * 100) / 100;
	}
}
