import { type Separation, separateVoices, VoiceListener } from '../../src/app/analysis/voices/index.ts';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { type Corpus, clipsBySpeaker } from './clips.ts';

/** Turns of each party. */
const TURNS = 12;
const PAUSE_MS = 450;
/** A call of which more is given to the wrong voice is not told apart rightly. */
const MOST_WRONG = 0.1;

interface Turn {
	readonly party: 0 | 1;
	readonly from: number;
	readonly to: number;
}

/** What became of the calls of one corpus; shares 0…1, `NaN` where there was nothing to count. */
export interface VoiceFigures {
	readonly corpus: Corpus;
	readonly speakers: number;
	/** Calls of two speakers. */
	readonly pairs: number;
	/** Of these the share in which two voices were told apart. */
	readonly separated: number;
	/** Of those told apart the share with at most a tenth of the speech given to the wrong voice. */
	readonly right: number;
	/** Of the speech in those told apart, what was given to the wrong voice. */
	readonly wrongSpeech: number;
	/** Calls of one speaker, and the share of them in which there seemed to be two. */
	readonly singles: number;
	readonly takenForTwo: number;
}

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** None occurs twice: repeated clips would look like a voice of their own. */
function drawn<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
	const order = items.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at);
	return order.slice(0, count).map(({ item }) => item);
}

function callOf(first: readonly Int16Array[], second: readonly Int16Array[]): { pcm: Int16Array; turns: Turn[] } {
	const clips = first.flatMap((clip, index) => [clip, second[index] as Int16Array]);
	const pause = (PAUSE_MS * SAMPLE_RATE_HZ) / 1000;
	const pcm = new Int16Array(clips.reduce((sum, { length }) => sum + length + pause, SAMPLE_RATE_HZ));
	let at = SAMPLE_RATE_HZ / 2;
	const turns = clips.map((clip, index): Turn => {
		pcm.set(clip, at);
		const turn: Turn = { party: index % 2 === 0 ? 0 : 1, from: at, to: at + clip.length };
		at = turn.to + pause;
		return turn;
	});
	return { pcm, turns };
}

function separate(pcm: Int16Array): Separation {
	const listener = new VoiceListener();
	listener.push(pcm);
	listener.flush();
	return separateVoices(listener.units);
}

/** Share of the speech that is given to the wrong voice; A is the one that speaks first. */
function wrongShare({ spans }: Separation & { status: 'separated' }, turns: readonly Turn[]): number {
	let [wrong, total] = [0, 0];
	for (const { startMs, endMs, voice } of spans) {
		const middle = ((startMs + endMs) / 2000) * SAMPLE_RATE_HZ;
		const turn = turns.find(({ from, to }) => middle >= from && middle < to);
		if (!turn) continue;
		total += endMs - startMs;
		if ((voice === 'A') !== (turn.party === 0)) wrong += endMs - startMs;
	}
	return total === 0 ? 0 : wrong / total;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = <Item>(items: readonly Item[], is: (item: Item) => boolean): number =>
	mean(items.map((item) => Number(is(item))));

/**
 * Makes mono calls of recorded speech, of every two speakers of a corpus and of each one alone, and has the voices told
 * apart as `ses analyze` does. Speakers with fewer than {@link TURNS} clips are left out.
 *
 * @param draws calls of each two, or of each one, with other clips or in another order
 */
export async function voiceFigures(corpus: Corpus, draws: number): Promise<VoiceFigures> {
	const clips = [...(await clipsBySpeaker(corpus)).values()].filter(({ length }) => length >= TURNS);
	const random = seeded(1);
	const errors: (number | undefined)[] = [];
	const singles: boolean[] = [];
	for (let draw = 0; draw < draws; draw++) {
		for (const [index, own] of clips.entries()) {
			for (const other of clips.slice(index + 1)) {
				const { pcm, turns } = callOf(drawn(own, TURNS, random), drawn(other, TURNS, random));
				const found = separate(pcm);
				errors.push(found.status === 'separated' ? wrongShare(found, turns) : undefined);
			}
			const all = drawn(own, 2 * Math.min(TURNS, Math.floor(own.length / 2)), random);
			const { pcm } = callOf(all.slice(0, all.length / 2), all.slice(all.length / 2));
			singles.push(separate(pcm).status === 'separated');
		}
	}
	const separated = errors.filter((error) => error !== undefined);
	return {
		corpus,
		speakers: clips.length,
		pairs: errors.length,
		separated: separated.length / errors.length,
		right: share(separated, (error) => error <= MOST_WRONG),
		wrongSpeech: mean(separated),
		singles: singles.length,
		takenForTwo: share(singles, (isTwo) => isTwo),
	};
}
