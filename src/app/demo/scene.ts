/** Who is in the channel. */
export type CastName = 'Ada' | 'Ben' | 'Cleo' | 'Dora' | 'Jukebox';

export interface CastMember {
	readonly name: CastName;
	/** How they agree: by command, with the button of the notice, or not at all. */
	readonly consent: 'command' | 'button' | 'never';
	readonly bot: boolean;
	/** Actor of RAVDESS whose recordings speak for them. */
	readonly actor: number;
}

/** Five in a voice channel: three who agree, one who does not, and a bot that plays on. */
export const CAST: readonly CastMember[] = [
	{ name: 'Ada', consent: 'command', bot: false, actor: 2 },
	{ name: 'Ben', consent: 'button', bot: false, actor: 7 },
	{ name: 'Cleo', consent: 'command', bot: false, actor: 8 },
	{ name: 'Dora', consent: 'never', bot: false, actor: 16 },
	{ name: 'Jukebox', consent: 'never', bot: true, actor: 5 },
];

/** What is acted in a recording; the number is RAVDESS' code. */
const ACTED = { neutral: 1, calm: 2, happy: 3, angry: 5, surprised: 8 } as const;

export interface Line {
	/** When it begins, in milliseconds since the scene began. */
	readonly atMs: number;
	readonly who: CastName;
	/** Recording, named from samples/ravdess. */
	readonly file: string;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Name of a recording as RAVDESS forms it: modality, channel, emotion, intensity, sentence, take, actor. */
function recording(who: CastName, acted: keyof typeof ACTED, intensity: 1 | 2, sentence: 1 | 2, take: 1 | 2): string {
	const { actor } = CAST.find((member) => member.name === who) as CastMember;
	return `03-01-${[ACTED[acted], intensity, sentence, take, actor].map(twoDigits).join('-')}.opus`;
}

/**
 * The scene: small talk, a quarrel between two, and how it ends. All voices are recordings of actors
 * who say one of two sentences; what is said never matters here, only how.
 */
export const LINES: readonly Line[] = [
	{ atMs: 500, who: 'Cleo', file: recording('Cleo', 'happy', 2, 1, 1) },
	{ atMs: 4200, who: 'Ada', file: recording('Ada', 'happy', 1, 2, 1) },
	{ atMs: 5000, who: 'Jukebox', file: recording('Jukebox', 'happy', 2, 1, 1) },
	{ atMs: 8000, who: 'Ben', file: recording('Ben', 'neutral', 1, 1, 1) },
	{ atMs: 9500, who: 'Dora', file: recording('Dora', 'calm', 1, 1, 1) },
	{ atMs: 11_800, who: 'Cleo', file: recording('Cleo', 'neutral', 1, 2, 1) },
	{ atMs: 15_500, who: 'Ada', file: recording('Ada', 'surprised', 2, 1, 1) },
	{ atMs: 19_000, who: 'Ben', file: recording('Ben', 'angry', 1, 1, 1) },
	{ atMs: 22_500, who: 'Ada', file: recording('Ada', 'angry', 1, 2, 1) },
	{ atMs: 25_800, who: 'Ben', file: recording('Ben', 'angry', 2, 1, 2) },
	{ atMs: 27_000, who: 'Dora', file: recording('Dora', 'angry', 2, 2, 1) },
	{ atMs: 29_200, who: 'Ada', file: recording('Ada', 'angry', 2, 1, 1) },
	{ atMs: 32_500, who: 'Ben', file: recording('Ben', 'angry', 2, 2, 1) },
	{ atMs: 35_800, who: 'Ada', file: recording('Ada', 'angry', 2, 2, 2) },
	{ atMs: 44_000, who: 'Cleo', file: recording('Cleo', 'calm', 1, 1, 1) },
	{ atMs: 48_000, who: 'Ben', file: recording('Ben', 'neutral', 1, 2, 1) },
	{ atMs: 51_800, who: 'Ada', file: recording('Ada', 'calm', 1, 1, 1) },
	{ atMs: 55_600, who: 'Cleo', file: recording('Cleo', 'happy', 1, 2, 1) },
	{ atMs: 59_200, who: 'Ada', file: recording('Ada', 'happy', 2, 1, 1) },
	{ atMs: 60_500, who: 'Dora', file: recording('Dora', 'happy', 1, 1, 1) },
	{ atMs: 62_800, who: 'Ben', file: recording('Ben', 'neutral', 1, 1, 2) },
	{ atMs: 66_500, who: 'Cleo', file: recording('Cleo', 'neutral', 1, 1, 2) },
];
