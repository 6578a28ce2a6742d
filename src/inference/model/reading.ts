import {
	type Classification,
	EMOTIONS,
	type Emotion,
	PROSODY_COLUMNS,
	type Probabilities,
	type Prosody,
	type ProsodyColumn,
	SOUND_EVENTS,
	type SoundEvent,
	type SoundEvents,
	toProbabilities,
} from '../../domain/index.ts';
import { type ModelManifest, modelName } from './manifest.ts';
import type { RowOutputs } from './session.ts';

/** Measured from voiced frames only, and nothing where there are none. */
const OF_VOICE: ReadonlySet<ProsodyColumn> = new Set(['pitchSemitones', 'pitchRangeSemitones', 'periodicity']);

/** To the thousandth: finer than any of it is known, and short where it is written down. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const total = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
	items.reduce((sum, item) => sum + value(item), 0);

/** Mean of the windows' probabilities: each has the same length and so the same say. */
function meanOf(windows: readonly Probabilities[]): Probabilities {
	const mean = {} as Record<Emotion, number>;
	for (const emotion of EMOTIONS) mean[emotion] = total(windows, (each) => each[emotion]) / windows.length;
	return mean;
}

/** The highest of each sound: a laugh in one of the windows is a laugh in the clip. */
export function highestOf(windows: readonly SoundEvents[]): SoundEvents {
	const highest = {} as Record<SoundEvent, number>;
	for (const sound of SOUND_EVENTS) highest[sound] = rounded(Math.max(...windows.map((each) => each[sound])));
	return highest;
}

/**
 * Mean over the windows, which have the same length and so the same say; in what is measured from
 * voiced frames each has as much as it is voiced.
 */
export function meanProsodyOf(windows: readonly Prosody[]): Prosody {
	const mean = {} as Record<ProsodyColumn, number>;
	for (const column of PROSODY_COLUMNS) {
		const weight = ({ voicedShare }: Prosody): number => (OF_VOICE.has(column) ? voicedShare : 1);
		const weights = total(windows, weight);
		mean[column] = weights === 0 ? 0 : rounded(total(windows, (each) => each[column] * weight(each)) / weights);
	}
	return mean;
}

/** Gives figures the names that the manifest has for them. */
function named<Name extends string>(names: readonly Name[], figures: Float32Array): Record<Name, number> {
	const result = {} as Record<Name, number>;
	for (const [index, name] of names.entries()) result[name] = figures[index] as number;
	return result;
}

/** How the rows of a graph are read, by its manifest. */
export class Reading {
	readonly #manifest: ModelManifest;
	readonly #model: string;

	constructor(manifest: ModelManifest) {
		this.#manifest = manifest;
		this.#model = modelName(manifest);
	}

	/**
	 * @param windows the rows of one clip: one, or several of the same length
	 * @returns what is said of the clip as a whole; prosody is left out where a window's is no finite number
	 */
	of(windows: readonly RowOutputs[]): Classification {
		const { calibration, events, prosody } = this.#manifest;
		const heard = events && windows.map((row) => named(events.labels, row.events as Float32Array));
		const measured = prosody && windows.map((row) => named(prosody.columns, row.prosody as Float32Array));
		const isMeasured = measured?.every((each) => PROSODY_COLUMNS.every((column) => Number.isFinite(each[column])));
		return {
			probabilities: meanOf(windows.map(({ logits }) => toProbabilities(logits, calibration.temperature))),
			model: this.#model,
			...(heard && { events: highestOf(heard) }),
			...(measured && isMeasured && { prosody: meanProsodyOf(measured) }),
		};
	}
}
