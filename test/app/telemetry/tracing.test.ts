import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/app/engine.ts';
import { EventBus } from '../../../src/app/event-bus.ts';
import { traceEffect } from '../../../src/app/telemetry/spans.ts';
import { openTracing } from '../../../src/app/telemetry/tracing.ts';
import { type InferenceQueue, spanOf, traceparentOf } from '../../../src/domain/index.ts';
import { BullMqQueue, BullMqWorker, EmbeddedQueue } from '../../../src/inference/index.ts';
import { ScriptedClassifier, utterance } from '../../inference/scripted-classifier.ts';
import { startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const SETTINGS = { ttlMs: 20_000, maxDepth: 50, maxBatch: 4, maxBatchWaitMs: 1, concurrency: 1 };
const GUILD = '1456074443984994304';
const PLACE = { guildId: GUILD, channelId: '1456074443984994305', locale: 'en' };

let stack: AsyncDisposableStack;
beforeEach(() => {
	stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** An engine whose one step has an effect. */
function engineOn(queue: InferenceQueue, effects: string[]): Engine {
	return stack.use(
		new Engine({
			queue,
			rules: {},
			steps: [
				{
					name: 'effects',
					run: async ({ result }, next) => {
						await next();
						await traceEffect('say', async () => effects.push(result.utteranceId));
					},
				},
			],
			bus: new EventBus(SILENT),
			log: SILENT,
			healthEveryMs: 60_000,
		}),
	);
}

async function traced(work: () => Promise<void>): Promise<ReadableSpan[]> {
	const exporter = new InMemorySpanExporter();
	const spans: ReadableSpan[] = [];
	const kept = Object.assign(Object.create(exporter) as InMemorySpanExporter, {
		// Shutting down empties an in-memory exporter.
		shutdown: async () => void spans.push(...exporter.getFinishedSpans()),
		export: exporter.export.bind(exporter),
	});
	{
		await using tracing = await openTracing({ sampleRatio: 1 }, { service: 'ses-bot', log: SILENT, exporter: kept });
		expect(tracing).toBeDefined();
		await work();
	}
	return spans;
}

/** The tree of a trace as text, in the order of beginning. */
function tree(spans: readonly ReadableSpan[], parent?: string, depth = 0): string[] {
	return spans
		.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
		.flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...tree(spans, span.spanContext().spanId, depth + 1)]);
}

const TREE = ['utterance', '  queue', '    inference', '  middleware', '    effect'];

function expectNoIds(spans: readonly ReadableSpan[]): void {
	const told = JSON.stringify(
		spans.map(({ attributes, events, name, status }) => ({ attributes, events, name, status })),
	);
	expect(told).not.toMatch(/\d{17,20}|session|speaker|somebody/);
	const keys = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
	const allowed = ['ses.batch_clips', 'ses.duration_ms', 'ses.effect', 'ses.model', 'ses.outcome'];
	expect([...keys].filter((key) => !allowed.includes(key))).toEqual([]);
}

const said = (tag: number, id: string) => utterance(tag, { id, sessionId: 'session of somebody', speakerId: GUILD });

describe('the trace of an utterance', () => {
	it('goes from its first sound to its effect, each with its own', async () => {
		const effects: string[] = [];
		const spans = await traced(async () => {
			const queue = stack.use(new EmbeddedQueue(stack.use(new ScriptedClassifier()), SETTINGS));
			const engine = engineOn(queue, effects);
			const { signal } = new AbortController();
			for (const tag of [1, 2]) engine.utterance(said(tag, `u${tag}`), PLACE, signal);
			await until(() => effects.length === 2);
			await new Promise((resolve) => setImmediate(resolve));
		});
		const traces = Map.groupBy(spans, (span) => span.spanContext().traceId);
		expect(traces.size).toBe(2);
		for (const trace of traces.values()) expect(tree(trace)).toEqual(TREE);
		const [root] = spans.filter(({ name }) => name === 'utterance');
		expect(root?.attributes).toMatchObject({ 'ses.outcome': 'classified' });
		expect(spans.find(({ name }) => name === 'inference')?.attributes).toMatchObject({
			'ses.batch_clips': expect.any(Number),
		});
		expectNoIds(spans);
	});

	it('travels in the job to a worker over Redis', async () => {
		const server = stack.use(await startRedis());
		const effects: string[] = [];
		const spans = await traced(async () => {
			const options = { ...SETTINGS, url: server.url, prefix: `{${randomUUID()}}` };
			await stack.use(new BullMqWorker(stack.use(new ScriptedClassifier()), options)).ready();
			const engine = engineOn(stack.use(new BullMqQueue(options)), effects);
			engine.utterance(said(1, 'u1'), PLACE, new AbortController().signal);
			await until(() => effects.length === 1);
			await new Promise((resolve) => setImmediate(resolve));
		});
		expect(tree(spans)).toEqual(TREE);
		expectNoIds(spans);
	});

	it('says why there was no result', async () => {
		const spans = await traced(async () => {
			const classifier = stack.use(new ScriptedClassifier());
			const queue = stack.use(new EmbeddedQueue(classifier, SETTINGS));
			const engine = engineOn(queue, []);
			const release = classifier.hold(1);
			const withdrawal = new AbortController();
			engine.utterance(said(1, 'u1'), PLACE, withdrawal.signal);
			await classifier.reached(1);
			withdrawal.abort();
			release();
			await until(() => queue.depth === 0);
			await new Promise((resolve) => setImmediate(resolve));
		});
		expect(tree(spans).filter((name) => !name.includes('inference'))).toEqual(['utterance', '  queue']);
		expect(spans.find(({ name }) => name === 'utterance')?.attributes).toMatchObject({ 'ses.outcome': 'cancelled' });
	});
});

describe('tracing', () => {
	it('is off, and loads and connects nothing, without an endpoint', async () => {
		expect(await openTracing({ sampleRatio: 1 }, { service: 'ses-bot', log: SILENT })).toBeUndefined();
		const effects: string[] = [];
		const submitted: (string | undefined)[] = [];
		const queue = stack.use(new EmbeddedQueue(stack.use(new ScriptedClassifier()), SETTINGS));
		const watched: InferenceQueue = {
			depth: 0,
			submit: (each, options) => {
				submitted.push(options?.traceparent);
				return queue.submit(each, options);
			},
			drain: async () => undefined,
			[Symbol.asyncDispose]: async () => undefined,
		};
		engineOn(watched, effects).utterance(said(1, 'u1'), PLACE, new AbortController().signal);
		await until(() => effects.length === 1);
		expect(submitted).toEqual([undefined]);
	});

	it('sends OTLP over HTTP to the endpoint and nowhere else', async () => {
		const requests: { url: string | undefined; body: string }[] = [];
		const collector = createServer((request, response) => {
			let body = '';
			request.on('data', (part: Buffer) => {
				body += part;
			});
			request.on('end', () => {
				requests.push({ url: request.url, body });
				response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
			});
		}).listen(0, '127.0.0.1');
		stack.defer(() => void collector.close());
		await once(collector, 'listening');
		const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/custom/traces`;
		const effects: string[] = [];
		{
			await using _ = await openTracing({ endpoint, sampleRatio: 1 }, { service: 'ses-bot', log: SILENT });
			const queue = stack.use(new EmbeddedQueue(stack.use(new ScriptedClassifier()), SETTINGS));
			engineOn(queue, effects).utterance(said(1, 'u1'), PLACE, new AbortController().signal);
			await until(() => effects.length === 1);
			await new Promise((resolve) => setImmediate(resolve));
		}
		expect(requests.map(({ url }) => url)).toEqual(['/custom/traces']);
		const { resourceSpans } = JSON.parse(requests[0]?.body ?? '');
		const attributes = resourceSpans[0].resource.attributes as { key: string; value: { stringValue: string } }[];
		expect(attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'ses-bot' } });
		const names = resourceSpans[0].scopeSpans[0].spans.map(({ name }: { name: string }) => name);
		expect(names.sort()).toEqual(['effect', 'inference', 'middleware', 'queue', 'utterance']);
		expect(requests[0]?.body).not.toContain(GUILD);
	});

	it('tells of a collector that is away once, and ends all the same', async () => {
		const told: string[] = [];
		const log = { ...SILENT, warn: (_: object, message: string) => void told.push(message) };
		const tracing = await openTracing(
			{ endpoint: 'http://127.0.0.1:1/v1/traces', sampleRatio: 1 },
			{ service: 'ses-bot', log },
		);
		await traceEffect('say', async () => undefined);
		await tracing?.[Symbol.asyncDispose]();
		expect(told).toEqual(['traces could not be delivered']);
	}, 20_000);
});

describe('traceparent', () => {
	it('is read as it was written, and refused when it is none', () => {
		const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
		expect(spanOf(traceparentOf(span) ?? '')).toEqual(span);
		expect(traceparentOf({ ...span, traceFlags: 0 })).toBeUndefined();
		for (const wrong of [
			'',
			'00-0-0-01',
			`00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
			`01-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
		])
			expect(spanOf(wrong)).toBeUndefined();
	});
});
