import {
	type AudioChunk,
	createEmotionEngine,
	type EmotionEvent,
	type MoodEntry,
	recordingSource,
} from 'speech-emotion-sense';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../support/discord.ts';
import { speechPackets } from '../../support/opus.ts';
import { until } from '../../support/until.ts';
import { AngryQueue, FRAME, source, spoken } from './angry-queue.ts';

describe('createEmotionEngine', () => {
	let queue: AngryQueue;
	let stack: AsyncDisposableStack;
	beforeEach(() => {
		queue = new AngryQueue();
		stack = new AsyncDisposableStack();
	});
	afterEach(() => stack.disposeAsync());

	async function open(options: Parameters<typeof createEmotionEngine>[0] = {}) {
		const engine = stack.use(await createEmotionEngine({ queue, log: SILENT_LOG, ...options }));
		const emotions: EmotionEvent[] = [];
		engine.on('emotion', (event) => emotions.push(event));
		return { engine, emotions };
	}

	it('times utterances by the clock of the source and tells who spoke over whom', async () => {
		const { engine, emotions } = await open();
		const sessions: string[] = [];
		engine.on('session', ({ status, channelId }) => sessions.push(`${status} ${channelId}`));
		await engine.play(source(spoken('a', 0), spoken('b', 500), spoken('a', 60_000)), { channelId: 'lobby' });
		expect(emotions.map(({ speakerId }) => speakerId)).toEqual(['a', 'b', 'a']);
		const [first, second, third] = queue.heard;
		// 300 ms into its chunks, less 60 ms of padding.
		expect(Math.abs((first?.startMs ?? 0) - 240)).toBeLessThanOrEqual(40);
		expect(Math.abs((second?.startMs ?? 0) - 740)).toBeLessThanOrEqual(40);
		expect(Math.abs((third?.startMs ?? 0) - 60_240)).toBeLessThanOrEqual(40);
		expect(first?.overlapMs).toBeGreaterThan(300);
		expect(third?.overlapMs).toBe(0);
		// As far apart as they were spoken, however fast they were read.
		expect((emotions[2]?.at ?? 0) - (emotions[0]?.at ?? 0)).toBeGreaterThan(59_000);
		expect(sessions).toEqual(['started lobby', 'ended lobby']);
		expect(queue.closed).toBe(false);
	});

	it('does not wait for the end of a source to close what somebody said who fell silent', async () => {
		const { engine, emotions } = await open();
		const { promise, resolve } = Promise.withResolvers<void>();
		async function* endless(): AsyncGenerator<AudioChunk> {
			yield* source(spoken('b', 0), spoken('a', 0, 12_000));
			await promise;
		}
		const playing = engine.play(endless());
		await until(() => emotions.some(({ speakerId }) => speakerId === 'b'), 30_000);
		resolve();
		await playing;
		expect(emotions.filter(({ speakerId }) => speakerId === 'b')).toHaveLength(1);
	});

	it('takes what is pushed as it is spoken, PCM and Opus, and closes an utterance when nothing comes', async () => {
		const { engine, emotions } = await open();
		await using session = engine.start();
		const reused = new Int16Array(FRAME);
		for (const { pcm } of spoken('a', 0)) {
			// A caller that has one buffer only.
			reused.set(pcm);
			await session.push({ speakerId: 'a', pcm: reused });
		}
		for (const opus of speechPackets(1500)) await session.push({ speakerId: 'b', opus });
		await until(() => emotions.length === 2, 30_000);
		expect(emotions.map(({ speakerId }) => speakerId).sort()).toEqual(['a', 'b']);
		const [pcm] = queue.heard.filter(({ speakerId }) => speakerId === 'a').map((utterance) => utterance.pcm);
		expect(Math.max(...(pcm ?? []))).toBeGreaterThan(8000);
	});

	it('lets go of whoever withdraws, and hears them no more', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		queue.gate = promise;
		const { engine, emotions } = await open();
		await using session = engine.start();
		for (const { pcm } of spoken('a', 0)) await session.push({ speakerId: 'a', pcm });
		await until(() => queue.heard.length === 1, 30_000);
		session.withdraw('a');
		resolve();
		expect(queue.signals[0]?.aborted).toBe(true);
		for (const { pcm } of spoken('a', 0)) await session.push({ speakerId: 'a', pcm });
		await session[Symbol.asyncDispose]();
		expect(queue.heard).toHaveLength(1);
		expect(emotions).toEqual([]);
		await expect(session.push({ speakerId: 'b', pcm: new Int16Array(FRAME) })).rejects.toThrow(/over/);
	});

	it('tells first impressions of who is still speaking, live only, until they withdraw', async () => {
		const { engine, emotions } = await open();
		const partials: [string, number][] = [];
		engine.on('partial', ({ utteranceId, sequence }) => partials.push([utteranceId, sequence]));
		await engine.play(source(spoken('a', 0, 5500)));
		expect([emotions.length, partials.length]).toEqual([1, 0]);
		await engine.play(source(spoken('a', 0, 5500)), { live: true });
		const [id = ''] = emotions.slice(1).map(({ utteranceId }) => utteranceId);
		expect(partials).toEqual([
			[id, 1],
			[id, 2],
		]);
		await using session = engine.start();
		for (const { pcm } of spoken('b', 0, 3000)) await session.push({ speakerId: 'b', pcm });
		session.withdraw('b');
		for (const { pcm } of spoken('b', 3000, 5000)) await session.push({ speakerId: 'b', pcm });
		expect(partials.slice(2).map(([, sequence]) => sequence)).toEqual([1]);
	});

	it('keeps moods where it is told to, and runs steps of others among its own', async () => {
		const kept: MoodEntry[] = [];
		const moodStore = {
			record: async (entry: MoodEntry) => void kept.push(entry),
			list: async () => kept,
			erase: async () => 0,
			purge: async () => 0,
			purgeGuild: async () => 0,
			contest: async () => false,
			group: async () => [],
		};
		const seen: string[] = [];
		const step = {
			name: 'mine',
			run: async ({ result }: { result: { label: string } }, next: () => Promise<void>) => {
				seen.push(result.label);
				await next();
			},
		};
		const { engine, emotions } = await open({
			moodStore,
			steps: { after: { abstention: step }, without: ['event-feed'] },
		});
		await engine.play(source(spoken('a', 0)), { guildId: 'guild', channelId: 'room' });
		expect(seen).toEqual(['anger']);
		expect(kept).toMatchObject([{ speakerId: 'a', guildId: 'guild', channelId: 'room', label: 'anger' }]);
		expect(emotions).toEqual([]);
	});

	it('ends with the source: what it throws, and when it is called off', async () => {
		const { engine } = await open();
		await expect(engine.play(recordingSource('no-such-file.wav'))).rejects.toMatchObject({
			code: 'SES_AUDIO_NOT_FOUND',
		});
		const controller = new AbortController();
		async function* endless(): AsyncGenerator<AudioChunk> {
			yield* spoken('a', 0);
			await new Promise(() => {});
		}
		const playing = engine.play(endless(), { signal: controller.signal });
		const reason = new Error('enough');
		controller.abort(reason);
		await expect(playing).rejects.toBe(reason);
		const bytes = { speakerId: 'a', pcm: Buffer.alloc(640) as unknown as Int16Array };
		await expect(engine.start().push(bytes)).rejects.toThrow(/Int16Array/);
	});

	it('says which setting is wrong', async () => {
		const wrong = createEmotionEngine({ config: { segmenter: { endMs: -1 } } });
		await expect(wrong).rejects.toMatchObject({
			code: 'SES_CONFIG_INVALID',
			message: expect.stringContaining('segmenter.endMs'),
		});
	});
});
