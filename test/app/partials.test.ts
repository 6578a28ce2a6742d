import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/app/engine.ts';
import { EventBus } from '../../src/app/event-bus.ts';
import type { VoiceSession } from '../../src/bot/index.ts';
import type { Log, PartialUtterance, SesEvent, Utterance } from '../../src/domain/index.ts';
import { EmbeddedQueue } from '../../src/inference/queue/embedded.ts';
import { type EmotionStep, eventFeed } from '../../src/middleware/index.ts';
import { POISON, ScriptedClassifier, utterance } from '../inference/scripted-classifier.ts';
import { until } from '../support/until.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const PLACE = { guildId: '1', channelId: '2', locale: 'en' };
const session = { id: 'session', elapsedMs: 0 } as VoiceSession;
const SETTINGS = { ttlMs: 10_000, maxDepth: 100, maxBatch: 4, maxBatchWaitMs: 0, concurrency: 1 };

const whole = (tag: number, overrides: Partial<Utterance> = {}): Utterance =>
	utterance(tag, { id: 'u', speakerId: 'ada', startMs: 0, endMs: 5000, ...overrides });
const part = (tag: number, sequence: number, overrides: Partial<Utterance> = {}): PartialUtterance => ({
	...whole(tag, { startMs: 0, endMs: 2000, overlapMs: 0, ...overrides }),
	sequence,
});

describe('partial results in the engine', () => {
	async function setUp(stack: AsyncDisposableStack, { told = true } = {}) {
		const bus = new EventBus(SILENT);
		const events: SesEvent[] = [];
		bus.subscribe((event) => void events.push(event));
		const classifier = stack.use(new ScriptedClassifier());
		const queue = stack.use(new EmbeddedQueue(classifier, SETTINGS));
		const seen: string[] = [];
		const witness: EmotionStep = {
			name: 'witness',
			run: async ({ result }, next) => {
				seen.push(result.utteranceId);
				await next();
			},
		};
		const steps = told ? [witness, eventFeed(bus.publish)] : [witness];
		const engine = stack.use(new Engine({ queue, rules: {}, steps, bus, log: SILENT, healthEveryMs: 60_000 }));
		engine.started(session, PLACE);
		const of = <T extends SesEvent['type']>(type: T) =>
			events.filter((event): event is Extract<SesEvent, { type: T }> => event.type === type);
		return { engine, queue, classifier, seen, of };
	}

	it('are events of their own under the id of the whole, and no step ever sees one', async () => {
		await using stack = new AsyncDisposableStack();
		const { engine, queue, seen, of } = await setUp(stack);
		const { signal } = new AbortController();
		engine.partial(part(900, 1), PLACE, signal);
		await queue.drain();
		engine.partial(part(700, 2), PLACE, signal);
		await queue.drain();
		await engine.utterance(whole(800), PLACE, signal);
		expect(of('partial')).toMatchObject([
			{ utteranceId: 'u', sequence: 1, speakerId: 'ada', endMs: 2000, label: 'anger', confidence: 0.9 },
			{ utteranceId: 'u', sequence: 2, label: 'anger', confidence: 0.7 },
		]);
		expect(of('emotion')).toMatchObject([{ utteranceId: 'u', endMs: 5000, confidence: 0.8 }]);
		expect(of('utterance')).toHaveLength(1);
		expect(seen).toEqual(['u']);
		await engine.ended(session, PLACE, 'left');
		expect(of('summary')).toMatchObject([{ utterances: 1, labels: { anger: 1 } }]);
		expect(of('health').at(-1)?.droppedUtterances).toEqual({});
	});

	it('are void once the utterance has ended, which does not wait for them', async () => {
		await using stack = new AsyncDisposableStack();
		const { engine, queue, classifier, of } = await setUp(stack);
		const { signal } = new AbortController();
		const release = classifier.hold(900);
		engine.partial(part(900, 1), PLACE, signal);
		await classifier.reached(900);
		engine.partial(part(901, 1, { id: 'other', speakerId: 'ben' }), PLACE, signal);
		const done = engine.utterance(whole(800), PLACE, signal);
		expect(queue.stats().dropped.cancelled).toBe(1);
		release();
		await done;
		await until(() => of('partial').length > 0);
		expect(of('partial').map(({ utteranceId }) => utteranceId)).toEqual(['other']);
		// The wholes first, whoever's.
		expect(classifier.tags).toEqual([900, 800, 901]);
	});

	it('give way to the next of the same utterance', async () => {
		await using stack = new AsyncDisposableStack();
		const { engine, queue, classifier, of } = await setUp(stack);
		const { signal } = new AbortController();
		const release = classifier.hold(900);
		engine.partial(part(900, 1), PLACE, signal);
		await classifier.reached(900);
		engine.partial(part(700, 2), PLACE, signal);
		release();
		await queue.drain();
		await until(() => of('partial').length > 0);
		expect(of('partial').map(({ sequence }) => sequence)).toEqual([2]);
	});

	it('come to nothing when consent is withdrawn, before or while they are under way', async () => {
		await using stack = new AsyncDisposableStack();
		const { engine, queue, classifier, of } = await setUp(stack);
		const consent = new AbortController();
		const release = classifier.hold(900);
		engine.partial(part(900, 1), PLACE, consent.signal);
		await classifier.reached(900);
		consent.abort();
		expect(queue.depth).toBe(0);
		release();
		engine.partial(part(700, 2), PLACE, consent.signal);
		await queue.drain();
		await engine.utterance(whole(800, { id: 'v' }), PLACE, new AbortController().signal);
		expect(of('partial')).toEqual([]);
		expect(classifier.tags).not.toContain(700);
	});

	it('abstain under other voices, and fail without a trace', async () => {
		await using stack = new AsyncDisposableStack();
		const { engine, queue, of } = await setUp(stack);
		const { signal } = new AbortController();
		engine.partial(part(900, 1, { overlapMs: 1500 }), PLACE, signal);
		await queue.drain();
		engine.partial(part(POISON, 2), PLACE, signal);
		await queue.drain();
		expect(of('partial')).toMatchObject([{ label: 'unsure', unsureReason: 'overlapped' }]);
	});

	it('are not told where nothing is told of the whole, nor of a session that is not there', async () => {
		await using stack = new AsyncDisposableStack();
		const { signal } = new AbortController();
		const silent = await setUp(stack, { told: false });
		silent.engine.partial(part(900, 1), PLACE, signal);
		expect(silent.queue.stats().submitted).toBe(0);
		const other = await setUp(stack);
		other.engine.partial(part(900, 1, { sessionId: 'elsewhere' }), PLACE, signal);
		expect(other.queue.stats().submitted).toBe(0);
	});
});
