/** Sounds that the model tells apart; its manifest may list them in any order. */
export const SOUND_EVENTS = [
	'speech',
	'shouting',
	'laughter',
	'crying',
	'cough',
	'music',
	'keyboard',
	'noise',
] as const;

export type SoundEvent = (typeof SOUND_EVENTS)[number];

/**
 * How likely each sound occurs, 0…1; several may occur at once, so they do not sum to 1. Groups of
 * AudioSet's classes (Gemmeke et al., ICASSP 2017). `cough` also stands for sneezing, `noise` for
 * whatever is neither voice nor music.
 */
export type SoundEvents = Readonly<Record<SoundEvent, number>>;

/** What can stand before speech, so that an emotion heard there may not be one of speech. */
export const COVERING_SOUNDS = ['laughter', 'crying', 'cough', 'music', 'keyboard'] as const satisfies SoundEvent[];

export type CoveringSound = (typeof COVERING_SOUNDS)[number];

/**
 * A sound less likely than this is not named. AudioSet's classes are rare, and so are high figures: of
 * ESC-10's crying babies 32 of 37 reach it, of its sneezes 13 of 37, of 316 clips of other noise 4, and
 * of 908 clips of speech none.
 */
const NAMED_FROM = 0.2;

/** The likeliest of {@link COVERING_SOUNDS} where it is likelier than speech itself, if any is. */
export function dominantSound(events: SoundEvents): CoveringSound | undefined {
	let dominant: CoveringSound = COVERING_SOUNDS[0];
	for (const sound of COVERING_SOUNDS) if (events[sound] > events[dominant]) dominant = sound;
	return events[dominant] >= NAMED_FROM && events[dominant] > events.speech ? dominant : undefined;
}
