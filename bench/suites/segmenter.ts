import { FRAME_MS, FRAME_SAMPLES, type Frame, Segmenter, segmenterOptions } from '../../src/audio/index.ts';
import { type Comparison, type Finding, quantile, type Suite } from '../harness/index.ts';
import { type Span, scoreEndpointing } from '../support/endpointing.ts';
import { NOISES } from '../support/noises.ts';
import { readVoices, type Scene, sceneOf } from '../support/scenes.ts';
import { SileroVad } from '../support/silero.ts';
import { joined, speechFrames } from '../support/speech.ts';

const PAUSE_FRAMES = 1000 / FRAME_MS;
/** Silence that closes an utterance; the same for both. */
const HANGOVER_MS = segmenterOptions.parse({}).endMs;
/** How far the speech stands above the background, in decibels. */
const SNRS_DB = [20, 10, 0];
/** Utterances of each corpus. */
const EACH = { full: 10, smoke: 1 } as const;

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

function segment(frames: readonly Frame[]): Span[] {
	const segmenter = new Segmenter();
	const segments: Span[] = [];
	for (const frame of frames) {
		const each = segmenter.push(frame);
		if (each) segments.push(each);
	}
	const last = segmenter.flush();
	return last ? [...segments, last] : segments;
}

/** Each engine's answers about a scene in which it is known when somebody speaks. */
function findingsOf({ name, truth, pcm }: Scene, engine: string, spans: readonly Span[]): Finding[] {
	const { found, wrong, startsMs, endsMs } = scoreEndpointing(truth, spans);
	const what = (figure: string): string => `segmenter/${name}: ${engine}, ${figure}`;
	const offMs = (which: string, ms: readonly number[]): Finding[] =>
		ms.length === 0 ? [] : [{ what: what(`${which} off by`), value: quantile(ms.map(Math.abs), 0.5), unit: 'ms' }];
	return [
		{ what: what('found'), value: (100 * found) / truth.length, unit: '%' },
		{ what: what('false'), value: (60_000 * wrong * FRAME_SAMPLES) / (pcm.length * FRAME_MS), unit: 'a minute' },
		...offMs('start', startsMs),
		...offMs('end', endsMs),
	];
}

/** In silence, and before each background at each level. */
async function quality(silero: SileroVad, scale: keyof typeof EACH, signal?: AbortSignal): Promise<Finding[]> {
	const voices = await readVoices(EACH[scale]);
	const backgrounds = NOISES.flatMap((noise) => SNRS_DB.map((snrDb) => ({ noise, snrDb })));
	const findings: Finding[] = [];
	for (const background of [undefined, ...(scale === 'full' ? backgrounds : backgrounds.slice(0, 1))]) {
		signal?.throwIfAborted();
		const scene = await sceneOf(voices, background?.noise, background?.snrDb);
		findings.push(
			...findingsOf(scene, 'ours', segment(scene.frames)),
			...findingsOf(scene, 'Silero', await silero.utterances(scene.pcm, HANGOVER_MS)),
		);
	}
	return findings;
}

/** Endpointing, with the quality of each utterance and its samples gathered, and how well it is done in noise. */
export const segmenter: Suite = {
	name: 'segmenter',
	about: 'a second of frames through the segmenter, beside their energy and Silero VAD; both in noise',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const pause = Array.from({ length: PAUSE_FRAMES }, (): Frame => ({ pcm: null }));
		const clips = await speechFrames(scale === 'full' ? 6 : 1);
		const frames = clips.flatMap((clip) => [...clip.map((pcm): Frame => ({ pcm })), ...pause]);
		const silence = new Int16Array(FRAME_SAMPLES);
		const pcm = joined(frames.map((frame) => frame.pcm ?? silence));
		const silero = stack.use(await SileroVad.open());
		const ours: Omit<Comparison, 'id' | 'reference'> = {
			per: 'second',
			clock: 'cpu',
			units: (frames.length * FRAME_MS) / 1000,
			ours: {
				name: 'Segmenter',
				work: () => {
					if (segment(frames).length === 0)
						throw new Error('No utterance was cut: this is not what is to be measured.');
				},
			},
		};
		const running = stack.move();
		return {
			comparisons: [
				{
					id: 'segmenter/endpointing',
					...ours,
					reference: {
						name: 'energy of the same frames',
						kind: 'floor',
						work: () => {
							if (energyOf(frames) === 0) throw new Error('The frames are silent.');
						},
					},
				},
				{
					id: 'segmenter/silero',
					...ours,
					reference: {
						name: 'Silero VAD 5 on ONNX Runtime',
						kind: 'alternative',
						asyncWork: async () => {
							const spans = await silero.utterances(pcm, HANGOVER_MS);
							if (spans.length === 0) throw new Error('Silero heard nobody.');
						},
					},
				},
			],
			skipped: [],
			findings: (signal) => quality(silero, scale, signal),
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
