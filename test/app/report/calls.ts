import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readAll } from '../../audio/files/temp.ts';
import { buildWav, pcm16 } from '../../audio/files/wav-builder.ts';

const SAMPLES = fileURLToPath(new URL('../../../samples/ravdess/', import.meta.url));
const RATE_HZ = 16_000;
const PAUSE_MS = 450;

const clips = new Map<string, Promise<Int16Array>>();

/** One clip of RAVDESS at 16 kHz. @param name without its ending */
export function clip(name: string): Promise<Int16Array> {
	const read = async (): Promise<Int16Array> => {
		const { planes } = await readAll(`${SAMPLES}${name}.opus`);
		return Int16Array.from(planes[0] as number[]);
	};
	const known = clips.get(name) ?? read();
	clips.set(name, known);
	return known;
}

/** All clips of an actor, by name. @param actor two digits */
export async function clipsOf(actor: string): Promise<Int16Array[]> {
	const names = (await readdir(SAMPLES)).filter((name) => name.endsWith(`-${actor}.opus`)).sort();
	return Promise.all(names.map((name) => clip(name.replace('.opus', ''))));
}

export interface Turn {
	readonly party: 0 | 1;
	readonly startMs: number;
	readonly endMs: number;
}

export interface Conversation {
	/** Both parties, of one length. */
	readonly planes: readonly [Int16Array, Int16Array];
	readonly turns: readonly Turn[];
}

/** Two parties take turns, the first begins; each goes through its clips again and again. */
export function conversation(first: readonly Int16Array[], second: readonly Int16Array[], count: number): Conversation {
	const parts = Array.from({ length: count }, (_, turn) => {
		const own = turn % 2 === 0 ? first : second;
		return own[Math.floor(turn / 2) % own.length] as Int16Array;
	});
	const pause = (PAUSE_MS * RATE_HZ) / 1000;
	const length = parts.reduce((sum, part) => sum + part.length + pause, RATE_HZ);
	const planes = [new Int16Array(length), new Int16Array(length)] as const;
	const turns: Turn[] = [];
	let at = RATE_HZ / 2;
	for (const [turn, part] of parts.entries()) {
		const party = turn % 2 === 0 ? 0 : 1;
		planes[party].set(part, at);
		turns.push({ party, startMs: (at * 1000) / RATE_HZ, endMs: ((at + part.length) * 1000) / RATE_HZ });
		at += part.length + pause;
	}
	return { planes, turns };
}

export const stereo = ({ planes }: Conversation): Buffer => buildWav({ channels: 2, data: pcm16(...planes) });

export const mixed = ({ planes: [one, other] }: Conversation): Int16Array =>
	one.map((sample, index) => Math.max(-32_768, Math.min(32_767, sample + (other[index] as number))));

export const mono = (call: Conversation): Buffer => buildWav({ data: pcm16(mixed(call)) });
