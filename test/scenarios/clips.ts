import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { createOpusDecoder, type OpusDecoder } from '../../src/audio/index.ts';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { readOggOpus } from '../../src/sim/index.ts';
import { laughterFrom } from './laughter.ts';
import { music } from './music.ts';
import type { Clip } from './script.ts';

const SAMPLES = new URL('../../samples/', import.meta.url);
/** Of all voices the one whose laughter the model takes for such. */
const LAUGHING_VOICE = 'emo08';
const SPOKEN = ['crema-d', 'emo-db', 'nemo'] as const;

export const toMs = (samples: number): number => Math.round((samples * 1000) / SAMPLE_RATE_HZ);

export const clipOf = (id: string, pcm: Int16Array): Clip => ({ id, pcm, durationMs: toMs(pcm.length) });

/** Decoded by the engine's own decoder: the recordings are Opus already. */
async function read(file: string, decoder: OpusDecoder): Promise<Clip> {
	const packets = await readOggOpus(fileURLToPath(new URL(file, SAMPLES)));
	// What the decoder returns is overwritten by the next call.
	const blocks = packets.map((packet) => decoder.decode(packet)?.slice() ?? new Int16Array(0));
	return clipOf(file, joined(blocks));
}

function joined(blocks: readonly Int16Array[]): Int16Array {
	const pcm = new Int16Array(blocks.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const block of blocks) {
		pcm.set(block, at);
		at += block.length;
	}
	return pcm;
}

/** Cut to what is at most 30 dB below the loudest sample. */
function withoutSilence(pcm: Int16Array): Int16Array {
	const loudest = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
	const sounds = (sample: number): boolean => Math.abs(sample) >= loudest / 32;
	return pcm.subarray(pcm.findIndex(sounds), pcm.findLastIndex(sounds) + 1);
}

async function manifest(folder: string): Promise<Record<string, string>[]> {
	return parse(await readFile(new URL(`${folder}/manifest.csv`, SAMPLES), 'utf8'), { columns: true });
}

/** All recordings that scenarios speak with, by voice and emotion, and the sounds that are no speech. */
export class Clips {
	readonly #spoken: ReadonlyMap<string, readonly Clip[]>;
	readonly #sounds: ReadonlyMap<string, readonly Clip[]>;
	readonly #laughs = new Map<number, Clip>();
	readonly #music = new Map<number, Clip>();

	private constructor(spoken: ReadonlyMap<string, readonly Clip[]>, sounds: ReadonlyMap<string, readonly Clip[]>) {
		this.#spoken = spoken;
		this.#sounds = sounds;
	}

	static async read(): Promise<Clips> {
		const decoder = await createOpusDecoder();
		const spoken = new Map<string, Clip[]>();
		for (const corpus of SPOKEN) {
			for (const { file, speaker, emotion } of await manifest(corpus)) {
				const key = `${speaker} ${emotion}`;
				spoken.set(key, [...(spoken.get(key) ?? []), await read(`${corpus}/${file}`, decoder)]);
			}
		}
		const sounds = new Map<string, Clip[]>();
		for (const { file, sound } of await manifest('noise')) {
			sounds.set(sound as string, [...(sounds.get(sound as string) ?? []), await read(`noise/${file}`, decoder)]);
		}
		decoder.dispose();
		return new Clips(spoken, sounds);
	}

	/** The clips in which `voice` acts `emotion`. @throws where there are none */
	spoken(voice: string, emotion: string): readonly Clip[] {
		const clips = this.#spoken.get(`${voice} ${emotion}`);
		if (!clips) throw new RangeError(`No recording has ${voice} in ${emotion}.`);
		return clips;
	}

	/** What `voice` says in `emotion`, one recording after the other without the silence between them. */
	unbroken(voice: string, emotion: string, ms: number): Clip {
		const clips = this.spoken(voice, emotion).map(({ pcm }) => withoutSilence(pcm));
		const parts: Int16Array[] = [];
		for (let samples = 0; toMs(samples) < ms; ) {
			const part = clips[parts.length % clips.length] as Int16Array;
			parts.push(part);
			samples += part.length;
		}
		return clipOf(`${voice} ${emotion} for ${ms} ms`, joined(parts));
	}

	sound(name: string): readonly Clip[] {
		const clips = this.#sounds.get(name);
		if (!clips) throw new RangeError(`There is no sound ${name}.`);
		return clips;
	}

	/** Laughter, made from a vowel of a cheerful voice: there are no recordings of it that may be passed on. */
	laughter(bursts: number): Clip {
		const source = this.spoken(LAUGHING_VOICE, 'happiness')[1] as Clip;
		const made = this.#laughs.get(bursts) ?? clipOf(`laughter ${bursts}`, laughterFrom(source.pcm, bursts));
		this.#laughs.set(bursts, made);
		return made;
	}

	music(seconds: number): Clip {
		const made = this.#music.get(seconds) ?? clipOf(`music ${seconds}`, music(seconds));
		this.#music.set(seconds, made);
		return made;
	}
}
