import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/app/engine.ts';
import { EventBus } from '../../src/app/event-bus.ts';
import type { VoiceSession } from '../../src/bot/index.ts';
import {
	EMOTIONS,
	type Emotion,
	type HeatState,
	type InferenceQueue,
	type Log,
	type Publish,
	type SubmitOptions,
} from '../../src/domain/index.ts';
import { channelHeat, consentGate } from '../../src/middleware/index.ts';
import { utterance } from '../inference/scripted-classifier.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const PLACE = { guildId: '1', channelId: '2', locale: 'en' };
const SIGNAL = new AbortController().signal;
const session = { id: 'session', elapsedMs: 0 } as VoiceSession;

/** Answers at once, with as much anger as it is told, and remembers how urgent each utterance was. */
class RecordingQueue implements InferenceQueue {
	readonly depth = 0;
	readonly priorities: SubmitOptions['priority'][] = [];
	anger = 0;

	async submit(_: unknown, { priority }: SubmitOptions = {}) {
		this.priorities.push(priority);
		const rest = (1 - this.anger) / (EMOTIONS.length - 1);
		const probabilities = Object.fromEntries(
			EMOTIONS.map((emotion) => [emotion, emotion === 'anger' ? this.anger : rest]),
		) as Record<Emotion, number>;
		return { status: 'classified' as const, classification: { model: 'recording@1', probabilities } };
	}

	async drain() {}
	async [Symbol.asyncDispose]() {}
}

describe('what is said where heat has risen', () => {
	function setUp(steps: (publish: Publish) => ConstructorParameters<typeof Engine>[0]['steps']) {
		const bus = new EventBus(SILENT);
		const queue = new RecordingQueue();
		const engine = new Engine({ queue, rules: {}, steps: steps(bus.publish), bus, log: SILENT, healthEveryMs: 60_000 });
		engine.started(session, PLACE);
		let spoken = 0;
		const say = (sessionId = 'session'): void => {
			const startMs = spoken++ * 3_000;
			const quality = { durationMs: 2_500, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 };
			const heard = { sessionId, speakerId: `speaker ${spoken % 2}`, startMs, endMs: startMs + 2_500, quality };
			engine.utterance(utterance(spoken, heard), PLACE, SIGNAL);
		};
		return { bus, queue, engine, say };
	}

	it('is submitted as raised while the channel is warm or hot, and nothing said elsewhere is', async () => {
		const { bus, queue, engine, say } = setUp(() => []);
		const other = { ...session, id: 'other' } as VoiceSession;
		engine.started(other, PLACE);
		const heat = (state: HeatState): void =>
			bus.publish({ type: 'heat', at: 0, sessionId: 'session', state, score: 0.5, contributors: 2, reasons: [] });
		say();
		for (const state of ['warm', 'hot', 'cooling', 'calm'] as const) {
			heat(state);
			say();
			say('other');
		}
		expect(queue.priorities.filter((_, index) => index === 0 || index % 2 === 1)).toEqual([
			'normal',
			'raised',
			'raised',
			'normal',
			'normal',
		]);
		expect(queue.priorities.filter((_, index) => index > 0 && index % 2 === 0)).toEqual(Array(4).fill('normal'));
		for (const each of [session, other]) engine.ended(each, PLACE, 'left');
		await engine[Symbol.asyncDispose]();
	});

	it('is raised by what the middleware makes of a quarrel', async () => {
		const { queue, engine, say } = setUp((publish) => [consentGate(), channelHeat(publish)]);
		queue.anger = 0.95;
		await expect
			.poll(
				() => {
					say();
					return queue.priorities.at(-1);
				},
				{ timeout: 20_000, interval: 5 },
			)
			.toBe('raised');
		expect(queue.priorities[0]).toBe('normal');
		engine.ended(session, PLACE, 'left');
		await engine[Symbol.asyncDispose]();
	});
});
