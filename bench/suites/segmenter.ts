import { FRAME_MS, type Frame, Segmenter } from '../../src/audio/index.ts';
import type { Suite } from '../harness/index.ts';
import { speechFrames } from '../support/speech.ts';

const PAUSE_FRAMES = 1000 / FRAME_MS;

/** Mean square of each frame, summed: no endpointer by energy can do with less. */
function energyOf(frames: readonly Frame[]): number {
	let total = 0;
	for (const { pcm } of frames) {
		if (!pcm) continue;
		let sum = 0;
		for (let index = 0; index < pcm.length; index++) sum += (pcm[index] as number) ** 2;
		total += sum / pcm.length;
	}
	return total;
}

function segment(frames: readonly Frame[]): number {
	const segmenter = new Segmenter();
	let segments = 0;
	for (const frame of frames) if (segmenter.push(frame)) segments++;
	if (segmenter.flush()) segments++;
	return segments;
}

/** Endpointing, with the quality of each utterance and its samples gathered. */
export const segmenter: Suite = {
	name: 'segmenter',
	about: 'a second of frames through the segmenter, beside one pass over their energy',
	async open(scale) {
		const pause = Array.from({ length: PAUSE_FRAMES }, (): Frame => ({ pcm: null }));
		const clips = await speechFrames(scale === 'full' ? 6 : 1);
		const frames = clips.flatMap((clip) => [...clip.map((pcm): Frame => ({ pcm })), ...pause]);
		return {
			comparisons: [
				{
					id: 'segmenter/endpointing',
					per: 'second',
					clock: 'cpu',
					units: (frames.length * FRAME_MS) / 1000,
					ours: {
						name: 'Segmenter',
						work: () => {
							if (segment(frames) === 0) throw new Error('No utterance was cut: this is not what is to be measured.');
						},
					},
					reference: {
						name: 'energy of the same frames',
						kind: 'floor',
						work: () => {
							if (energyOf(frames) === 0) throw new Error('The frames are silent.');
						},
					},
				},
			],
			skipped: [],
			[Symbol.asyncDispose]: async () => {},
		};
	},
};
