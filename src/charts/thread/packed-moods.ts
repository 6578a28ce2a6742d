import { type ChartedMood, EMOTIONS, type EmotionLabel } from '../../domain/index.ts';

const LABELS: readonly EmotionLabel[] = [...EMOTIONS, 'unsure'];
const NONE = -1;
/** Time, start, end, confidence, valence, arousal, label, contested, channel. */
const COLUMNS = 9;

/**
 * Entries as one block of numbers, which changes hands between threads for nothing: a structured clone of ten
 * thousand objects would hold up the very event loop that the thread is to spare.
 */
export interface PackedMoods {
	readonly numbers: Float64Array<ArrayBuffer>;
	/** Ids of the channels that the last column counts through. */
	readonly channels: readonly string[];
}

export function packMoods(entries: readonly ChartedMood[]): PackedMoods {
	const numbers = new Float64Array(entries.length * COLUMNS);
	const channels = new Map<string, number>();
	let offset = 0;
	for (const { at, startMs, endMs, confidence, valence, arousal, label, contested, channelId } of entries) {
		let channel = channels.get(channelId);
		if (channel === undefined) {
			channel = channels.size;
			channels.set(channelId, channel);
		}
		numbers[offset] = at;
		numbers[offset + 1] = startMs;
		numbers[offset + 2] = endMs;
		numbers[offset + 3] = confidence;
		numbers[offset + 4] = valence;
		numbers[offset + 5] = arousal;
		numbers[offset + 6] = LABELS.indexOf(label);
		numbers[offset + 7] = contested === undefined ? NONE : LABELS.indexOf(contested);
		numbers[offset + 8] = channel;
		offset += COLUMNS;
	}
	return { numbers, channels: [...channels.keys()] };
}

/** @throws RangeError when it holds what {@link packMoods} never writes */
export function unpackMoods({ numbers, channels }: PackedMoods): ChartedMood[] {
	const labelAt = (index: number): EmotionLabel => {
		const label = LABELS[numbers[index] ?? NONE];
		if (label === undefined) throw new RangeError(`there is no label ${numbers[index]}`);
		return label;
	};
	return Array.from({ length: numbers.length / COLUMNS }, (_, row) => {
		const offset = row * COLUMNS;
		const [at, startMs, endMs, confidence, valence, arousal] = numbers.subarray(offset, offset + 6) as unknown as [
			number,
			number,
			number,
			number,
			number,
			number,
		];
		const channelId = channels[numbers[offset + 8] ?? NONE] ?? '';
		const contested = numbers[offset + 7] === NONE ? {} : { contested: labelAt(offset + 7) };
		return { channelId, at, startMs, endMs, confidence, valence, arousal, label: labelAt(offset + 6), ...contested };
	});
}
