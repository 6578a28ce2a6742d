import { readdir } from 'node:fs/promises';
import { judge, likeliest, type Probabilities, SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import type { Comparison, Finding, Suite } from '../harness/index.ts';
import { adpcm, muLaw, opusCodec, payloadCodec, type SpeechCodec } from '../support/codecs.ts';
import { speechClips, speechOf } from '../support/speech.ts';
import { newUtterance } from '../support/utterance.ts';

const SAMPLES = new URL('../../samples/', import.meta.url);
/** Folders of recordings that hold no utterances. */
const NO_SPEECH = ['noise'];
const CLIP_SECONDS = 3;
/** Of each corpus, spread over its recordings. */
const MOST_CLIPS = { full: 60, smoke: 1 } as const;

async function corpora(): Promise<string[]> {
	const entries = await readdir(SAMPLES, { withFileTypes: true });
	return entries.filter((each) => each.isDirectory() && !NO_SPEECH.includes(each.name)).map(({ name }) => name);
}

interface Judged {
	readonly label: string;
	readonly probabilities: Probabilities;
}

type Judge = (pcm: Int16Array) => Promise<Judged>;

/** What a codec costs the model's judgement: bytes, labels that stay, how far the likeliest one's probability moves. */
async function findingsOf(
	codecs: readonly SpeechCodec[],
	mostClips: number,
	judgeClip: Judge,
	signal: AbortSignal | undefined,
): Promise<Finding[]> {
	const findings: Finding[] = [];
	const totals = codecs.map(() => ({ bytes: 0, seconds: 0 }));
	for (const corpus of (await corpora()).toSorted()) {
		const clips = await speechOf(new URL(`${corpus}/`, SAMPLES), mostClips);
		const tallies = codecs.map(() => ({ same: 0, moved: 0 }));
		for (const pcm of clips) {
			signal?.throwIfAborted();
			const { label, probabilities } = await judgeClip(pcm);
			const { emotion, confidence } = likeliest(probabilities);
			for (const [index, codec] of codecs.entries()) {
				const { heard, bytes } = codec.carry(pcm);
				const after = await judgeClip(heard);
				const [tally, total] = [tallies[index] as (typeof tallies)[0], totals[index] as (typeof totals)[0]];
				tally.same += after.label === label ? 1 : 0;
				tally.moved += Math.abs(after.probabilities[emotion] - confidence);
				total.bytes += bytes;
				total.seconds += pcm.length / SAMPLE_RATE_HZ;
			}
		}
		for (const [index, { name }] of codecs.entries()) {
			const { same, moved } = tallies[index] as (typeof tallies)[0];
			const of = `${corpus}, ${clips.length} utterances`;
			findings.push(
				{ what: `codec/${name}: same label, ${of}`, value: (100 * same) / clips.length, unit: '%' },
				{ what: `codec/${name}: probability moved by, ${of}`, value: moved / clips.length, unit: 'of 1' },
			);
		}
	}
	for (const [index, { name }] of codecs.entries()) {
		const { bytes, seconds } = totals[index] as (typeof totals)[0];
		findings.push({ what: `codec/${name}: bytes a second`, value: bytes / seconds, unit: 'B' });
	}
	return findings;
}

/** How audio may travel through Redis: what each way costs the processor, and what the model makes of the rest. */
export const codec: Suite = {
	name: 'codec',
	about: 'a second of speech coded and decoded as it travels through Redis, and what the model makes of it then',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const model = await loadModel(modelDirectoryOf({}));
		const classifier = stack.use(await OnnxClassifier.open(model, { provider: 'cpu', maxRows: 1 }));
		const { calibration, events } = model.manifest;
		const rules = { unsureBelow: calibration.unsureBelow, speechBelow: events?.speechBelow ?? 0 };
		const [clip] = await speechClips(1, CLIP_SECONDS);
		if (!clip) throw new Error('There is no speech to code.');
		const compact = payloadCodec('compact');
		const pcm = payloadCodec('pcm');
		const opus = opusCodec();

		const compare = (other: SpeechCodec, kind: 'floor' | 'alternative'): Comparison => ({
			id: `codec/${other.name}`,
			per: 'second',
			clock: 'cpu',
			units: CLIP_SECONDS,
			ours: { name: 'compact, there and back', work: () => void compact.carry(clip) },
			reference: { name: `${other.name}, there and back`, kind, work: () => void other.carry(clip) },
		});
		const judgeClip: Judge = async (samples) => {
			const [classification] = await classifier.classify([samples]);
			if (!classification) throw new Error('The model said nothing.');
			return judge(newUtterance(samples), classification, rules);
		};
		const running = stack.move();
		return {
			comparisons: [compare(pcm, 'floor'), compare(adpcm, 'alternative'), compare(opus, 'alternative')],
			skipped: [],
			findings: (signal) => findingsOf([compact, muLaw, adpcm, opus], MOST_CLIPS[scale], judgeClip, signal),
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
