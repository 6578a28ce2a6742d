import { type Classification, type Emotion, restrictTo } from '../../domain/index.ts';
import type { ManifestRow } from './manifest.ts';
import { type Prediction, type Scores, score } from './metrics.ts';

/** Scores of one corpus, or of all together. */
export interface EvaluationScores extends Scores {
	/** Clips that were classified, whether scored or abstained from. */
	readonly n: number;
	/** Share of these for which the answer was `unsure`; `null` unless abstention is on. */
	readonly abstained: number | null;
	/** Clips whose label is not in question. */
	readonly leftOut: number;
	readonly unreadable: number;
}

/** What became of one clip. */
export type ClipOutcome =
	| { readonly status: 'classified'; readonly classification: Classification; readonly unsure: boolean }
	| { readonly status: 'left-out' }
	| { readonly status: 'unreadable' };

interface Judged {
	readonly truth: Emotion;
	readonly classification: Classification;
	readonly unsure: boolean;
}

/** What became of the clips of one corpus. */
export class CorpusTally {
	/** The classes that occur, and so the ones to choose from. */
	readonly #labels = new Set<Emotion>();
	readonly #judged: Judged[] = [];
	#leftOut = 0;
	#unreadable = 0;

	add(row: ManifestRow, outcome: ClipOutcome): void {
		if (outcome.status === 'left-out') {
			this.#leftOut++;
			return;
		}
		// An unreadable clip's label occurs all the same: the choice must not get easier for its absence.
		this.#labels.add(row.label);
		if (outcome.status === 'classified') this.#judged.push({ truth: row.label, ...outcome });
		else this.#unreadable++;
	}

	join(other: CorpusTally): this {
		for (const label of other.#labels) this.#labels.add(label);
		this.#judged.push(...other.#judged);
		this.#leftOut += other.#leftOut;
		this.#unreadable += other.#unreadable;
		return this;
	}

	predictions(abstain: boolean): Prediction[] {
		return this.#judged
			.filter(({ unsure }) => !(abstain && unsure))
			.map(({ truth, classification }) => ({
				truth,
				probabilities: restrictTo(classification.probabilities, this.#labels),
			}));
	}

	scores(predictions: readonly Prediction[], abstain: boolean): EvaluationScores {
		const n = this.#judged.length;
		return {
			n,
			...score(predictions, this.#labels),
			abstained: abstain && n > 0 ? (n - predictions.length) / n : null,
			leftOut: this.#leftOut,
			unreadable: this.#unreadable,
		};
	}
}
