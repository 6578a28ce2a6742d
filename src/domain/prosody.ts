/** What the model measures of how an utterance is spoken; its manifest may list them in any order. */
export const PROSODY_COLUMNS = [
	'pitchSemitones',
	'pitchRangeSemitones',
	'voicedShare',
	'pauseShare',
	'syllablesPerS',
	'levelDb',
	'levelSpreadDb',
	'periodicity',
] as const;

export type ProsodyColumn = (typeof PROSODY_COLUMNS)[number];

/**
 * How an utterance is spoken. How each is measured: training/prosody.py.
 *
 * Pitch: the median in semitones above 55 Hz, and the distance of its 10 % and 90 % quantiles; both 0
 * where nothing is voiced. `voicedShare`: voiced share of the frames of speech, 0…1. `pauseShare`: share
 * of pauses between the first and the last speech, 0…1. `syllablesPerS`: syllable nuclei a second,
 * pauses included. Level: mean power of speech in dBFS, and the spread of its frames in dB.
 * `periodicity`: of voiced frames, 0…1; hoarse and breathy voices have less.
 */
export type Prosody = Readonly<Record<ProsodyColumn, number>>;
