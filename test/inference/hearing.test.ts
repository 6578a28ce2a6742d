import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readClip } from '../../src/app/analysis/read-clip.ts';
import { PROSODY_COLUMNS, type Prosody, SOUND_EVENTS, type SoundEvents } from '../../src/domain/index.ts';
import { createInference, loadModel, WorkerClassifier } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { highestOf, meanProsodyOf } from '../../src/inference/model/reading.ts';
import { startRedis } from '../support/redis.ts';
import { copyTinyModel, HEARING_MODEL, SHIPPED_MODEL, TINY_MODEL } from './models.ts';
import { utterance } from './scripted-classifier.ts';

const OPTIONS = { provider: 'cpu', maxRows: 4 } as const;
const open = async (directory: string) => OnnxClassifier.open(await loadModel(directory), OPTIONS);
const level = (samples: number, height: number): Int16Array => new Int16Array(samples).fill(height);

/** What the hearing model says of a mean power, by the figures in make-tiny-model.py. */
const soundsOf = (power: number) => ({
	speech: 0.9 - 0.8 * power,
	shouting: 0.7 * power,
	laughter: 0.2 + 0.6 * power,
	crying: 0.5 * power,
	cough: 0.1 + 0.4 * power,
	music: 0.3 * power,
	keyboard: 0.2 * power,
	noise: 0.1 * power,
});
const prosodyOf = (power: number) => ({
	pitchSemitones: 10 + 20 * power,
	pitchRangeSemitones: 3 + 10 * power,
	voicedShare: power,
	pauseShare: 1 - power,
	syllablesPerS: 2 + 4 * power,
	levelDb: -40 + 30 * power,
	levelSpreadDb: 1 + 5 * power,
	periodicity: power,
});
const powerOf = (height: number): number => (height / 32_768) ** 2;

/** To the thousandth, as it is carried. */
const about = (figures: Readonly<Record<string, number>>) =>
	Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, expect.closeTo(value, 2.9)]));

describe('a model that hears sounds and measures prosody', () => {
	it('names every column as its manifest does, for each clip of a batch its own', async () => {
		await using classifier = await open(HEARING_MODEL);
		const heights = [30_000, 5_000, 20_000, 10_000, 25_000, 15_000];
		const results = await classifier.classify(heights.map((height, index) => level(1_600 + 4_100 * index, height)));
		for (const [index, height] of heights.entries()) {
			expect(results[index]?.events).toEqual(about(soundsOf(powerOf(height))));
			expect(results[index]?.prosody).toEqual(about(prosodyOf(powerOf(height))));
		}
	});

	it('takes the highest of each sound over the windows of a long clip, and the mean of its prosody', async () => {
		await using classifier = await open(HEARING_MODEL);
		// Windows of 32 000 start at 0, 24 000 and 48 000: the first is loud, the others hold none of it.
		const clip = level(80_000, 8_000).fill(28_000, 0, 24_000);
		const [result] = await classifier.classify([clip]);
		const [loud, quiet] = [(powerOf(28_000) * 24 + powerOf(8_000) * 8) / 32, powerOf(8_000)];
		expect(result?.events).toEqual(about({ ...soundsOf(loud), speech: soundsOf(quiet).speech }));
		const byVoice = (one: number, other: number): number => (one * loud + 2 * other * quiet) / (loud + 2 * quiet);
		const [first, rest] = [prosodyOf(loud), prosodyOf(quiet)];
		expect(result?.prosody).toEqual(
			about({
				...prosodyOf((loud + 2 * quiet) / 3),
				pitchSemitones: byVoice(first.pitchSemitones, rest.pitchSemitones),
				pitchRangeSemitones: byVoice(first.pitchRangeSemitones, rest.pitchRangeSemitones),
				periodicity: byVoice(first.periodicity, rest.periodicity),
			}),
		);
	});

	it('leaves prosody out where it is no number, and answers all the same', async () => {
		await using classifier = await open(HEARING_MODEL);
		const [silence, speech] = await classifier.classify([level(8_000, 0), level(8_000, 9_000)]);
		expect(silence).not.toHaveProperty('prosody');
		expect(silence).toMatchObject({ model: 'tiny-hearing@0.0.1', events: { speech: 0.9 } });
		expect(speech).toHaveProperty('prosody');
	});

	it('says the same in a thread and over Redis', async () => {
		await using server = await startRedis();
		const clip = level(50_000, 12_345);
		const model = await loadModel(HEARING_MODEL);
		await using here = await OnnxClassifier.open(model, OPTIONS);
		await using thread = await WorkerClassifier.open(model, OPTIONS);
		await using remote = await createInference({
			modelDirectory: HEARING_MODEL,
			redisUrl: server.url,
			redisAudio: 'pcm',
		});
		const [classification] = await here.classify([clip]);
		expect(Object.keys(classification ?? {}).sort()).toEqual(['events', 'model', 'probabilities', 'prosody']);
		expect(await thread.classify([clip])).toEqual([classification]);
		const outcome = await remote.queue.submit(utterance(1, { pcm: clip }));
		expect(outcome).toEqual({ status: 'classified', classification });
		expect(remote.speechBelow).toBe(0.4);
	});

	it('is not opened when the graph lacks what the manifest describes', async () => {
		await using copy = await copyTinyModel();
		const { manifest } = await loadModel(HEARING_MODEL);
		const { outputs, events, prosody } = manifest;
		await copy.edit((tiny) => ({ ...tiny, outputs, events, prosody }));
		await expect(open(copy.directory)).rejects.toThrow('has no output events');
	});
});

describe('a model that gives logits only', () => {
	it('says nothing of sounds and prosody, in a thread and over Redis', async () => {
		await using server = await startRedis();
		await using remote = await createInference({ modelDirectory: TINY_MODEL, redisUrl: server.url });
		const outcome = await remote.queue.submit(utterance(1));
		expect(Object.keys((outcome as { classification: object }).classification).sort()).toEqual([
			'model',
			'probabilities',
		]);
		expect(remote.speechBelow).toBe(0);
	});
});

const figures = <Name extends string>(names: readonly Name[], values: Partial<Record<Name, number>>, other: number) =>
	Object.fromEntries(names.map((name) => [name, values[name] ?? other])) as Record<Name, number>;

describe('several windows of a clip', () => {
	const sounds = (values: Partial<SoundEvents>): SoundEvents => figures(SOUND_EVENTS, values, 0.05);
	const prosody = (values: Partial<Prosody>): Prosody => figures(PROSODY_COLUMNS, values, 0.5);

	it('hold a sound that one of them holds', () => {
		const windows = [sounds({ laughter: 0.12345 }), sounds({ laughter: 0.7, speech: 0.4 }), sounds({ speech: 0.9 })];
		expect(highestOf(windows)).toEqual(sounds({ laughter: 0.7, speech: 0.9 }));
	});

	it('have a pitch only as far as they are voiced', () => {
		const silent = prosody({ pitchSemitones: 0, periodicity: 0, voicedShare: 0, levelDb: -60 });
		const voiced = prosody({ pitchSemitones: 20, periodicity: 0.9, voicedShare: 0.8, levelDb: -20 });
		expect(meanProsodyOf([voiced, silent])).toMatchObject({
			pitchSemitones: 20,
			periodicity: 0.9,
			voicedShare: 0.4,
			levelDb: -40,
		});
		expect(meanProsodyOf([silent, silent])).toMatchObject({ pitchSemitones: 0, pitchRangeSemitones: 0 });
	});
});

const shipped = await loadModel(SHIPPED_MODEL);

describe.skipIf(!shipped.manifest.events || !shipped.manifest.prosody)('the shipped model', () => {
	const sample = (name: string) =>
		readClip(fileURLToPath(new URL(`../../samples/ravdess/${name}`, import.meta.url)), undefined);

	it('hears speech in speech and none in noise, alone and beside longer clips', async () => {
		await using classifier = await open(SHIPPED_MODEL);
		const { speechBelow = 0 } = shipped.manifest.events ?? {};
		const speech = await sample('03-01-05-02-02-01-07.opus');
		let seed = 1;
		const hiss = Int16Array.from({ length: 32_000 }, () => {
			seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
			return (seed / 0x7fff_ffff - 0.5) * 4_000;
		});
		const [heard, noise] = await classifier.classify([speech, hiss]);
		expect(heard?.events?.speech).toBeGreaterThan(speechBelow);
		expect(noise?.events?.speech).toBeLessThan(speechBelow);
		const [alone] = await classifier.classify([speech]);
		for (const sound of SOUND_EVENTS) expect(alone?.events?.[sound]).toBeCloseTo(heard?.events?.[sound] as number, 2);
		for (const column of PROSODY_COLUMNS) {
			expect(alone?.prosody?.[column]).toBeCloseTo(heard?.prosody?.[column] as number, 1);
		}
	});

	it('measures prosody, also round digital silence', async () => {
		await using classifier = await open(SHIPPED_MODEL);
		const clip = (await sample('03-01-05-02-02-01-07.opus')).fill(0, 0, 4_000);
		const [result] = await classifier.classify([clip]);
		const { prosody } = result ?? {};
		expect(prosody?.pitchSemitones).toBeGreaterThan(0);
		expect(prosody?.syllablesPerS).toBeGreaterThan(0.5);
		expect(prosody?.levelDb).toBeLessThan(0);
		expect(prosody?.voicedShare).toBeGreaterThan(0.2);
	});
});
