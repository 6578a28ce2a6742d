import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type AnalyzeFilesOptions, analyzeFiles } from '../../src/app/analysis/analyze-files.ts';
import { segmenterOptions } from '../../src/audio/index.ts';
import { EMOTIONS, type InferenceOutcome, type Utterance } from '../../src/domain/index.ts';
import { useTempFolder } from '../audio/files/temp.ts';
import { buildWav, pcm16 } from '../audio/files/wav-builder.ts';
import { bursts, captureOutput, classified, FakeQueue, mostly } from './analysis/fakes.ts';

const folder = useTempFolder();

const LEFT = bursts(12_000, [
	[1000, 3000],
	[7000, 8500],
]);
const RIGHT = bursts(12_000, [[4000, 6000]], 230);

const SPEECH = { speech: 0.8, shouting: 0, laughter: 0, crying: 0, cough: 0, music: 0, keyboard: 0, noise: 0 };
const PROSODY = {
	pitchSemitones: 20,
	pitchRangeSemitones: 9,
	voicedShare: 0.8,
	pauseShare: 0.15,
	syllablesPerS: 4,
	levelDb: -22,
	levelSpreadDb: 7,
	periodicity: 0.9,
};

const stereo = () => folder.put('call.wav', buildWav({ channels: 2, data: pcm16(LEFT, RIGHT) }));
const mono = (name = 'one.wav', samples = LEFT) => folder.put(name, buildWav({ data: pcm16(samples) }));
const silence = (name = 'silence.wav') => mono(name, bursts(5000, []));

async function analyze(
	files: readonly string[],
	options: Partial<AnalyzeFilesOptions> = {},
	answer: (utterance: Utterance) => InferenceOutcome = () => classified(mostly('anger')),
) {
	const queue = new FakeQueue(answer);
	const output = captureOutput();
	const failures = await analyzeFiles(
		files,
		{ queue, rules: { unsureBelow: 0.5 }, json: true, colour: false, ...options },
		output,
	);
	const rows = options.json === false ? [] : output.stdout.lines.map((line) => JSON.parse(line));
	return { failures, rows, stdout: output.stdout.text, errors: output.stderr.lines, queue };
}

describe('ses analyze --json', () => {
	it('prints one object an utterance, with exactly these keys', async () => {
		const file = await mono();
		const { rows, failures } = await analyze([file]);
		expect(failures).toBe(0);
		expect(rows).toHaveLength(2);
		const [first] = rows;
		expect(Object.keys(first)).toEqual([
			'file',
			'channel',
			'startMs',
			'endMs',
			'label',
			'confidence',
			'probabilities',
			'valence',
			'arousal',
			'quality',
		]);
		expect(first).toMatchObject({ file, channel: 0, label: 'anger', confidence: 0.92 });
		expect(Object.keys(first.probabilities)).toEqual([...EMOTIONS]);
		expect(Object.values<number>(first.probabilities).reduce((sum, each) => sum + each)).toBeCloseTo(1, 9);
		expect(first.valence).toBeLessThan(-0.5);
		expect(first.arousal).toBeGreaterThan(0.5);
		expect(Object.keys(first.quality).sort()).toEqual(['clippedShare', 'durationMs', 'levelDb', 'lossShare', 'snrDb']);
		expect(Math.abs(first.startMs - 1000)).toBeLessThanOrEqual(100);
		expect(Math.abs(first.endMs - 3000)).toBeLessThanOrEqual(100);
	});

	it('keeps channels apart and rows in order of time', async () => {
		const { rows, queue } = await analyze([await stereo()]);
		expect(rows.map(({ channel }) => channel)).toEqual([0, 1, 0]);
		const starts = rows.map(({ startMs }) => startMs);
		expect(starts).toEqual([...starts].sort((a, b) => a - b));
		const { contextMs } = segmenterOptions.parse({});
		// The samples that were classified are those of that channel and of that time.
		for (const { speakerId, startMs, pcm } of queue.asked) {
			const source = speakerId === 'channel-0' ? LEFT : RIGHT;
			const from = (startMs - contextMs) * 16;
			expect(pcm).toEqual(source.slice(from, from + pcm.length));
		}
	});

	it('analyses the channels that are asked for', async () => {
		const { rows } = await analyze([await stereo()], { channels: [1] });
		expect(rows.map(({ channel }) => channel)).toEqual([1]);
	});

	it('says which channels there are when asked for others', async () => {
		const { failures, errors } = await analyze([await stereo(), await mono()], { channels: [1] });
		expect(failures).toBe(1);
		expect(errors).toEqual([expect.stringMatching(/one\.wav: has channel 0 only, not 1\. ./)]);
	});

	it('gives each utterance an id of its own, also over several files', async () => {
		const file = await mono();
		const { queue } = await analyze([file, file, await stereo()]);
		expect(new Set(queue.asked.map(({ id }) => id)).size).toBe(7);
	});

	it('answers unsure where the model is undecided or the audio is poor', async () => {
		const undecided = await analyze([await mono()], {}, () => classified(mostly('fear', 0.49)));
		expect(undecided.rows.map(({ label, confidence, unsureReason }) => [label, confidence, unsureReason])).toEqual([
			['unsure', 0.49, 'low-confidence'],
			['unsure', 0.49, 'low-confidence'],
		]);
		const clipped = LEFT.map((sample) => (Math.abs(sample) > 500 ? Math.sign(sample) * 32_767 : sample));
		const poor = await analyze([await mono('clipped.wav', clipped)]);
		expect(poor.rows.map(({ label }) => label)).toEqual(['unsure', 'unsure']);
		expect(poor.rows[0].quality.clippedShare).toBeGreaterThan(0.5);
		expect(poor.rows[0].unsureReason).toBe('clipped');
	});

	it('adds what else was heard and measured where the model tells it', async () => {
		const { rows } = await analyze([await mono()], { rules: { speechBelow: 0.3 } }, () =>
			classified(mostly('anger'), { events: { ...SPEECH, speech: 0.1, music: 0.7 }, prosody: PROSODY }),
		);
		expect(Object.keys(rows[0]).slice(10)).toEqual(['unsureReason', 'events', 'dominantSound', 'prosody']);
		expect(rows[0]).toMatchObject({
			label: 'unsure',
			unsureReason: 'not-speech',
			dominantSound: 'music',
			events: { speech: 0.1, music: 0.7 },
			prosody: PROSODY,
		});
	});

	it('hints at fatigue from the sixth utterance of a channel on, and calls it experimental', async () => {
		const spans = Array.from({ length: 7 }, (_, index) => [index * 3000 + 500, index * 3000 + 2300] as const);
		const file = await mono('talk.wav', bursts(22_000, spans));
		const { rows } = await analyze([file], {}, ({ startMs }) =>
			classified(mostly('neutral'), {
				events: SPEECH,
				prosody: startMs < 17_000 ? PROSODY : { ...PROSODY, syllablesPerS: 2, pauseShare: 0.5, pitchSemitones: 15 },
			}),
		);
		const scores = rows.map(({ experimental }) => experimental?.fatigue);
		expect(scores.slice(0, 5)).toEqual(Array(5).fill(undefined));
		expect(Object.keys(rows[6])).toContain('experimental');
		expect(scores[6] - scores[5]).toBeGreaterThan(0.2);
	});

	it('does not run past the end of the file', async () => {
		const samples = bursts(3000, [[1000, 3000]]).subarray(0, 2995 * 16);
		const { rows } = await analyze([await mono('end.wav', samples)]);
		expect(rows).toMatchObject([{ endMs: 2995 }]);
	});

	it('never has more under way than a queue takes', async () => {
		const spans = Array.from({ length: 60 }, (_, index) => [index * 1500, index * 1500 + 800] as const);
		const { rows, queue } = await analyze([await mono('many.wav', bursts(90_000, spans))]);
		expect(rows).toHaveLength(60);
		expect(queue.highestDepth).toBeLessThanOrEqual(32);
	});
});

describe('ses analyze, with bad input', () => {
	it('costs one clear line a file, and the others are still analysed', async () => {
		const empty = await folder.put('empty.wav', '');
		const noise = await folder.put('noise.wav', Buffer.from('no audio '.repeat(999)));
		const missing = `${folder.path}/missing.wav`;
		const good = await mono();
		const { failures, rows, errors } = await analyze([missing, folder.path, empty, noise, await silence(), good]);
		expect(failures).toBe(5);
		expect(rows.map(({ file }) => file)).toEqual([good, good]);
		expect(errors).toEqual([
			`SES_AUDIO_NOT_FOUND: ${missing}: no such file. Check the path.`,
			expect.stringMatching(/^SES_AUDIO_NOT_A_FILE: .+: is a directory, not a recording\. Name the recordings in it/),
			`SES_AUDIO_EMPTY: ${empty}: the file is empty. Record or copy it again.`,
			expect.stringMatching(/^SES_AUDIO_CORRUPT: .+noise\.wav: not a readable .+\. Check that it plays elsewhere/),
			expect.stringMatching(/^SES_AUDIO_NO_SPEECH: .+silence\.wav: no speech was found in 5\.0 s of audio\. Check/),
		]);
	});

	it('says so when a recording is cut off, and analyses what is there', async () => {
		const data = pcm16(LEFT);
		const cut = await folder.put('cut.wav', buildWav({ data, claimedBytes: Math.round(data.length * 1.05) }));
		const { failures, rows, errors } = await analyze([cut]);
		expect(failures).toBe(0);
		expect(rows).toHaveLength(2);
		expect(errors).toEqual([
			expect.stringMatching(/^SES_AUDIO_TRUNCATED: .+cut\.wav: cut off at its end \(12\.0 s of 12\.6 s are there\)/),
		]);
	});

	it('says so of an Ogg/Opus recording whose last page is missing', async () => {
		const whole = await readFile(new URL('../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));
		const lastPage = whole.lastIndexOf('OggS');
		const cut = await folder.put('cut.opus', whole.subarray(0, lastPage));
		const { errors, rows } = await analyze([cut]);
		expect(rows.length).toBeGreaterThan(0);
		expect(errors).toEqual([expect.stringMatching(/^SES_AUDIO_TRUNCATED: .+the last page of its stream is missing/)]);
		expect((await analyze([await folder.put('whole.opus', whole)])).errors).toEqual([]);
	});

	it('refuses what is longer than allowed', async () => {
		const { failures, errors } = await analyze([await mono()], { maxDurationMs: 2000 });
		expect(failures).toBe(1);
		expect(errors).toEqual([expect.stringMatching(/one\.wav: longer than the 2 s allowed .+\. Split it/)]);
	});

	it('says so when an utterance cannot be classified', async () => {
		const lost = () => ({ status: 'dropped', cause: 'failed', reason: 'no memory' }) as const;
		const { failures, rows, errors } = await analyze([await mono()], {}, lost);
		expect(failures).toBe(1);
		expect(rows).toEqual([]);
		expect(errors).toEqual([
			expect.stringMatching(/one\.wav: an utterance could not be classified \(failed\): no memory\. /),
		]);
	});

	it('stops at once when it is told to, and waits for what is under way', async () => {
		const controller = new AbortController();
		const reason = new Error('enough');
		const queue = new FakeQueue(() => {
			controller.abort(reason);
			return { status: 'dropped', cause: 'cancelled', reason: 'aborted' };
		});
		const options = { queue, rules: {}, json: true, colour: false, signal: controller.signal };
		const output = captureOutput();
		await expect(analyzeFiles([await mono(), await mono()], options, output)).rejects.toBe(reason);
		expect(queue.depth).toBe(0);
		expect(output.stdout.text).toBe('');
	});
});

describe('ses analyze, for the eye', () => {
	it('shows a table, a timeline for each channel and a summary', async () => {
		const label = (utterance: Utterance) => (utterance.speakerId === 'channel-0' ? 'anger' : 'calm');
		const { stdout } = await analyze([await stereo()], { json: false }, (utterance) =>
			classified(mostly(label(utterance))),
		);
		const lines = stdout.split('\n');
		expect(lines[0]).toMatch(/^ {2}\S*call\.wav {2}WAV · stereo · 12 s$/);
		expect(lines.filter((line) => /^ {2}0:0\d\.\d – 0:0\d\.\d {2}[LR] +(anger|calm) /.test(line))).toHaveLength(3);
		expect(lines.find((line) => /^ {2}L ·+A+·+A+·+$/.test(line))).toBeDefined();
		expect(lines.find((line) => /^ {2}R ·+C+·+$/.test(line))).toBeDefined();
		expect(stdout).toMatch(/A anger {3}C calm/);
		expect(stdout).toMatch(/ {2}L 3\d % speech \(3\.\d s\), 2 utterances: anger 100 %/);
		expect(stdout).not.toContain('\u001b');
		expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
	});

	it('names no channel where there is but one, and what an unsure one might have been', async () => {
		const probabilities = { ...mostly('fear', 0.4), surprise: 0.3 };
		const { stdout } = await analyze([await mono()], { json: false }, () => classified(probabilities));
		expect(stdout).toMatch(/^ {2}0:0\d\.\d – 0:0\d\.\d {2}unsure .* fear or surprise$/m);
		expect(stdout).toMatch(/^ {2}·+\?+·+\?+·+$/m);
	});

	it('says so where it is not speech, and what it is', async () => {
		const music = classified(mostly('anger'), { events: { ...SPEECH, speech: 0.1, music: 0.7 } });
		const { stdout } = await analyze([await mono()], { json: false, rules: { speechBelow: 0.3 } }, () => music);
		expect(stdout).toMatch(/unsure .* not speech, music$/m);
		const laughter = classified(mostly('anger'), { events: { ...SPEECH, speech: 0.4, laughter: 0.7 } });
		const laughed = await analyze([await mono()], { json: false, rules: { speechBelow: 0.3 } }, () => laughter);
		expect(laughed.stdout).toMatch(/anger .* laughter$/m);
	});

	it('says why poor audio has no label', async () => {
		const clipped = LEFT.map((sample) => (Math.abs(sample) > 500 ? Math.sign(sample) * 32_767 : sample));
		const { stdout } = await analyze([await mono('clipped.wav', clipped)], { json: false });
		expect(stdout).toMatch(/unsure .* clipped$/m);
	});
});
