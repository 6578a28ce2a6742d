import { createOpusDecoder, SpeakerTrack } from '../../src/audio/index.ts';
import { cleanNetwork, faultyNetwork } from '../../src/sim/index.ts';
import type { Comparison, Suite } from '../harness/index.ts';
import { type Arrivals, arrivalsOf, FAULTS, heardBy } from '../support/arrivals.ts';
import { bareWasm } from '../support/bare-opus.ts';
import { speechPackets } from '../support/speech.ts';

const PAUSE_MS = 1000;

/** One speaker from packets to utterances, beside the bare decoding of the same packets. */
export const track: Suite = {
	name: 'track',
	about: 'a packet through reordering, decoding and segmenting, beside bare decoding',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const clips = await speechPackets(scale === 'full' ? 4 : 1);
		const compare = async (link: string, arrivals: Arrivals): Promise<Comparison> => {
			const decoder = stack.adopt(await createOpusDecoder('wasm'), (each) => each.dispose());
			const bare = stack.use(await bareWasm());
			return {
				id: `track/${link}`,
				per: 'packet sent',
				clock: 'cpu',
				units: arrivals.sent,
				ours: {
					name: `SpeakerTrack, ${link} link`,
					work: () => {
						const utterances = heardBy(new SpeakerTrack({ decoder, startMs: 0 }), arrivals, PAUSE_MS);
						if (utterances.length === 0) throw new Error('No utterance was cut: this is not what is to be measured.');
					},
				},
				reference: {
					name: 'decodeFrame of what arrived',
					kind: 'floor',
					work: () => {
						for (const payload of arrivals.distinct) bare.decode(payload);
					},
				},
			};
		};
		const comparisons = [
			await compare('clean', arrivalsOf(clips, PAUSE_MS, cleanNetwork)),
			await compare('faulty', arrivalsOf(clips, PAUSE_MS, faultyNetwork(FAULTS))),
		];
		const running = stack.move();
		return { comparisons, skipped: [], [Symbol.asyncDispose]: () => running.disposeAsync() };
	},
};
