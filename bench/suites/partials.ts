import { createOpusDecoder, SpeakerTrack } from '../../src/audio/index.ts';
import type { Classifier } from '../../src/domain/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import { cleanNetwork } from '../../src/sim/index.ts';
import type { Comparison, Suite, Timed } from '../harness/index.ts';
import { readClips } from '../soak/clips.ts';
import { type Arrivals, arrivalsOf, heardBy } from '../support/arrivals.ts';
import { joined } from '../support/speech.ts';

const PAUSE_MS = 1000;
const PACKET_MS = 20;

/** How long somebody goes on speaking, and how often they do in one call. */
const TURNS = [
	{ name: '3s', ms: 3000, count: 4 },
	{ name: '6s', ms: 6000, count: 3 },
	{ name: 'monologue', ms: 30_000, count: 1 },
] as const;

/** What is listened to again while an utterance is open. */
type Policy = 'nothing' | 'latest' | 'all so far';

/** Turns of speech without a pause: recordings one after the other, their silent edges cut off. */
async function turnsOf(ms: number, count: number): Promise<Buffer[][]> {
	const speech = (await readClips()).flatMap(({ packets, startMs, endMs }) =>
		packets.slice(Math.ceil(startMs / PACKET_MS), Math.floor(endMs / PACKET_MS)),
	);
	const length = ms / PACKET_MS;
	return Array.from({ length: count }, (_, turn) =>
		Array.from({ length }, (__, index) => speech[(turn * length + index) % speech.length] as Buffer),
	);
}

/** From packets to probabilities, one clip at a time. @returns how many first impressions there were */
async function judge(classifier: Classifier, track: SpeakerTrack, arrivals: Arrivals, policy: Policy): Promise<number> {
	let open: Int16Array[] = [];
	let impressions = 0;
	for (const { pcm, partial } of heardBy(track, arrivals, PAUSE_MS)) {
		if (partial === undefined) {
			open = [];
			await classifier.classify([pcm]);
			continue;
		}
		open.push(pcm);
		impressions++;
		await classifier.classify([policy === 'latest' ? pcm : joined(open)]);
	}
	return impressions;
}

/** First impressions of who is still speaking: what they add to hearing, cutting and judging. */
export const partials: Suite = {
	name: 'partials',
	about: 'a second of speech to its emotion with partial results, beside the same without them',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const model = await loadModel(modelDirectoryOf({}));
		const classifier = stack.use(await OnnxClassifier.open(model, { provider: 'cpu', maxRows: 1 }));
		const decoder = stack.adopt(await createOpusDecoder('wasm'), (each) => each.dispose());

		const side = (policy: Policy, arrivals: Arrivals): Timed => ({
			name: policy === 'nothing' ? 'no partial results' : `partial results of ${policy}`,
			asyncWork: async () => {
				const wanted = policy !== 'nothing';
				const track = new SpeakerTrack({ decoder, startMs: 0, partials: wanted });
				const impressions = await judge(classifier, track, arrivals, policy);
				if (impressions > 0 !== wanted) throw new Error('This is not what is to be measured.');
			},
		});
		const compare = (id: string, arrivals: Arrivals, ours: Policy, reference: Policy): Comparison => ({
			id: `partials/${id}`,
			per: 'second',
			clock: 'cpu',
			units: (arrivals.sent * PACKET_MS) / 1000,
			ours: side(ours, arrivals),
			reference: { ...side(reference, arrivals), kind: 'alternative' },
		});
		const comparisons: Comparison[] = [];
		for (const { name, ms, count } of scale === 'full' ? TURNS : TURNS.slice(0, 1)) {
			const arrivals = arrivalsOf(await turnsOf(ms, count), PAUSE_MS, cleanNetwork);
			comparisons.push(compare(name, arrivals, 'latest', 'nothing'));
			if (ms > 3000) comparisons.push(compare(`${name}-latest`, arrivals, 'latest', 'all so far'));
		}
		const running = stack.move();
		return { comparisons, skipped: [], [Symbol.asyncDispose]: () => running.disposeAsync() };
	},
};
