import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createOpusDecoder, type OpusDecoder, opusBackend } from '../../src/audio/index.ts';
import { readOggOpus } from '../../src/sim/index.ts';
import { seeded } from '../support/signals.ts';
import { distanceDb, WINDOW } from './spectral-distance.ts';

const SAMPLES = new URL('../../samples/ravdess/', import.meta.url);
const LOSS = 0.1;
/** What stands in for each lost packet, and what the packet after it sounds like then. */
interface Distances {
	readonly lost: number;
	readonly after: number;
}

/** Mean distances of what is heard from what was said, over all lost packets of all clips. */
async function distances(clips: readonly (readonly Buffer[])[], standIn: (decoder: OpusDecoder) => Int16Array) {
	const random = seeded(11);
	const found: Distances[] = [];
	for (const packets of clips) {
		const [whole, holed] = await Promise.all([createOpusDecoder(), createOpusDecoder()]);
		let wasLost: number | undefined;
		for (const [index, packet] of packets.entries()) {
			const said = whole.decode(packet) as Int16Array;
			if (index > 5 && random() < LOSS) {
				const db = distanceDb(said, standIn(holed));
				wasLost ??= db;
			} else {
				const heard = holed.decode(packet) as Int16Array;
				if (wasLost !== undefined) found.push({ lost: wasLost, after: distanceDb(said, heard) });
				wasLost = undefined;
			}
		}
		whole.dispose();
		holed.dispose();
	}
	const mean = (pick: (each: Distances) => number): number =>
		found.reduce((sum, each) => sum + pick(each), 0) / found.length;
	return { count: found.length, lost: mean(({ lost }) => lost), after: mean(({ after }) => after) };
}

describe('concealment of 10 % loss, on recorded speech', { timeout: 180_000 }, () => {
	it('is nearer to what was said than silence is, what follows the loss included', async () => {
		const files = (await readdir(SAMPLES)).filter((name) => name.endsWith('.opus')).slice(0, 12);
		const clips = await Promise.all(files.map((name) => readOggOpus(new URL(name, SAMPLES).pathname)));
		const concealed = await distances(clips, (decoder) => decoder.conceal());
		const silent = await distances(clips, () => new Int16Array(WINDOW));
		const round = (db: number): number => Math.round(db * 10) / 10;
		console.info(
			`log-spectral distance with the ${await opusBackend()} decoder over ${concealed.count} losses: concealed ` +
				`${round(concealed.lost)} dB (next packet ${round(concealed.after)} dB), silence ${round(silent.lost)} dB ` +
				`(next packet ${round(silent.after)} dB)`,
		);
		expect(concealed.count).toBeGreaterThan(100);
		expect(concealed.lost).toBeLessThan(0.6 * silent.lost);
		// A decoder that made something up returns to the truth a little later; that must not eat up the gain.
		expect(concealed.lost + concealed.after).toBeLessThan(0.7 * (silent.lost + silent.after));
	});
});
