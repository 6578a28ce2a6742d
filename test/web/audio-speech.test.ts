import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEmotionEngine, type EmotionEngine, recordingSource } from 'speech-emotion-sense';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFeed, type FeedEvent } from '../../client/index.ts';
import { readOggOpus } from '../../src/sim/index.ts';
import { until } from '../support/until.ts';
import { type AudioBench, audioToken, clip, converted, openAudioBench, Sender, START } from './audio-support.ts';
import { twilioCall } from './audio-twilio-support.ts';
import { SILENT_LOG, signIn } from './support.ts';

const CLIPS = ['ravdess/03-01-05-02-02-01-07', 'ravdess/03-01-03-02-01-01-08', 'emo-db/14b09Wa'];

let bench: AudioBench;
let engine: EmotionEngine;
beforeAll(async () => {
	bench = await openAudioBench();
	engine = await createEmotionEngine({ log: SILENT_LOG, queue: bench.queue });
}, 120_000);
afterAll(async () => {
	await engine?.[Symbol.asyncDispose]();
	await bench?.[Symbol.asyncDispose]();
});

/** What the engine says of a recording when nothing lies between. */
async function directly(file: string): Promise<string[]> {
	const labels: string[] = [];
	const end = engine.on('emotion', ({ label }) => labels.push(label));
	await engine.play(recordingSource(file));
	end();
	return labels;
}

async function overSocket(start: object, messages: readonly Uint8Array[]): Promise<Sender> {
	const sender = await Sender.open(bench, await audioToken(bench));
	sender.say({ ...START, ...start });
	for (const message of messages) sender.webSocket.send(message);
	sender.say({ type: 'stop' });
	expect(await sender.ended).toEqual({ code: 1000, reason: 'stopped' });
	return sender;
}

const pieces = (bytes: Buffer, size: number): Buffer[] =>
	Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
		bytes.subarray(index * size, (index + 1) * size),
	);

describe('speech over the socket', { timeout: 240_000 }, () => {
	it.each(CLIPS)('%s sounds as it does to the engine, in every form', async (name) => {
		const file = clip(name);
		const expected = await directly(file);
		expect(expected).not.toEqual([]);
		expect(expected).not.toContain('unsure');
		const narrow = await converted(file, '-ar', '16000', '-ac', '1', '-f', 's16le');
		const wide = await converted(file, '-ar', '48000', '-ac', '2', '-f', 's16le');
		const senders = {
			'PCM of 16 kHz': await overSocket({}, pieces(narrow, 640)),
			// Of 441 samples and a bit: messages need not fit frames.
			'PCM of 48 kHz, stereo': await overSocket({ sampleRate: 48_000, channels: 2 }, pieces(wide, 7068)),
			Opus: await overSocket({ codec: 'opus', sampleRate: 48_000 }, await readOggOpus(file)),
		};
		for (const [form, sender] of Object.entries(senders)) {
			expect([form, ...sender.of('emotion').map(({ label }) => label)]).toEqual([form, ...expected]);
			expect(sender.of('stopped')).toEqual([
				{
					type: 'stopped',
					utterances: expected.length,
					seconds: expect.closeTo(narrow.length / 32_000, 0),
					dropped: 0,
				},
			]);
		}
	});

	it('is what feed and console see, under one pseudonym; nothing is left of it', async () => {
		const feedToken = await bench.tokens.create({ name: 'feed', scopes: ['feed:read'], guilds: 'all' });
		const end = new AbortController();
		const told: FeedEvent[] = [];
		const { promise: connected, resolve } = Promise.withResolvers<void>();
		const feed = { url: bench.url, token: feedToken, signal: end.signal, onConnect: () => resolve() };
		const reading = (async () => {
			for await (const event of connectFeed(feed)) told.push(event);
		})();
		await connected;
		const operator = await signIn(bench);
		const state = async () => {
			const { sessions } = (await (await operator.get('/api/v1/state')).json()) as { sessions: object[] };
			return sessions;
		};

		const sender = await Sender.open(bench, await audioToken(bench));
		sender.say({ ...START, channelId: 'kiosk', speaker: 'Ada Lovelace' });
		await sender.answered('ready');
		const [ready] = sender.of('ready');
		const speech = await converted(clip(CLIPS[0] as string), '-ar', '16000', '-ac', '1', '-f', 's16le');
		sender.send(speech);
		await sender.answered('emotion');
		const [emotion] = sender.of('emotion');
		expect(await state()).toMatchObject([
			{
				sessionId: ready?.sessionId,
				guildId: 'local',
				channelId: 'kiosk',
				speakers: [{ speaker: ready?.speaker, last: { label: emotion?.label } }],
			},
		]);
		sender.say({ type: 'stop' });
		await sender.ended;
		await until(() => told.filter(({ type }) => type === 'session').length === 2, 30_000);
		end.abort();
		await reading;

		const { type: _, ...data } = emotion as NonNullable<typeof emotion>;
		expect(told.find(({ type }) => type === 'emotion')?.data).toEqual(data);
		expect([emotion?.speaker, ready?.model]).toEqual([ready?.speaker, 'model@1']);
		expect(told.map(({ type }) => type)).not.toContain('alert');
		expect(sender.of('speech').map(({ active }) => active)).toEqual([true, false]);
		// An utterance opens, is heard, and closes before its emotion is known.
		expect(sender.answers.map(({ type }) => type).filter((type) => type !== 'partial')).toEqual([
			'ready',
			'speech',
			'speech',
			'emotion',
			'stopped',
		]);
		expect(`${JSON.stringify(told)}${JSON.stringify(sender.answers)}${bench.logged}`).not.toContain('Lovelace');
		expect(await state()).toEqual([]);
	});

	it('of a call, as Twilio sends it, sounds as its µ-law does to the engine', async () => {
		const file = clip(CLIPS[0] as string);
		const wav = join(bench.folder, 'call.wav');
		await writeFile(wav, await converted(file, '-ar', '8000', '-ac', '1', '-c:a', 'pcm_mulaw', '-f', 'wav'));
		const expected = await directly(wav);
		expect(expected.length).toBeGreaterThan(0);
		const call = await converted(file, '-ar', '8000', '-ac', '1', '-f', 'mulaw');
		const agent = await converted(clip(CLIPS[2] as string), '-ar', '8000', '-ac', '1', '-f', 'mulaw');

		const sender = new Sender(`${bench.url}/api/v1/audio/twilio`);
		const from = bench.events.length;
		await twilioCall(sender, { token: await audioToken(bench), agreed: 'true' }, { inbound: call, outbound: agent });
		expect(await sender.ended).toEqual({ code: 1000, reason: 'stopped' });
		const labels = bench.events.slice(from).flatMap((event) => (event.type === 'emotion' ? [event.label] : []));
		expect(labels).toEqual(expected);
		// It takes no answers.
		expect(sender.answers).toEqual([]);
	});
});
