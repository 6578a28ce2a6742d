import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/app/config.ts';
import { openTelemetry } from '../../../src/app/telemetry/index.ts';
import { Metrics } from '../../../src/app/telemetry/metrics.ts';
import { EMOTIONS, type HealthEvent, type ReceptionCounts } from '../../../src/domain/index.ts';
import { EmbeddedQueue } from '../../../src/inference/index.ts';
import { observed } from '../../../src/inference/observed.ts';
import { ScriptedClassifier, utterance } from '../../inference/scripted-classifier.ts';
import { until } from '../../support/until.ts';

/** Ids of Discord, which fractions of a second are not: what must never be found in an exposition. */
const SNOWFLAKE = /(?<![\d.])\d{17,20}(?!\d)/;
const GUILD = '1456074443984994304';
const SPEAKER = '1456074443984994305';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const SETTINGS = { ttlMs: 20_000, maxDepth: 2, maxBatch: 4, maxBatchWaitMs: 1, concurrency: 1 };

async function samples(metrics: Metrics): Promise<Record<string, number>> {
	const lines = (await metrics.registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
	return Object.fromEntries(
		lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
	);
}

function health(sessionId: string, counts: Partial<ReceptionCounts>, more: Partial<HealthEvent> = {}): HealthEvent {
	const none = { heard: 0, lost: 0, late: 0, duplicate: 0, undecryptable: 0, concealed: 0, recovered: 0, dropped: 0 };
	return {
		type: 'health',
		at: 0,
		sessionId,
		members: [],
		total: { ...none, ...counts },
		ignoredPackets: 0,
		malformedPackets: 0,
		queueDepth: 0,
		droppedUtterances: {},
		...more,
	};
}

describe('metrics of the middleware', () => {
	it('time each step in seconds', async () => {
		const metrics = new Metrics();
		metrics.onStep('smoothing', 0.15);
		metrics.onStep('escalation', 300);
		const read = await samples(metrics);
		expect(read['ses_middleware_step_seconds_count{step="smoothing"}']).toBe(1);
		expect(read['ses_middleware_step_seconds_sum{step="escalation"}']).toBeCloseTo(0.3);
		expect(read['ses_middleware_step_seconds_bucket{le="0.0002",step="smoothing"}']).toBe(1);
		expect(read['ses_middleware_step_seconds_bucket{le="0.1",step="escalation"}']).toBe(0);
	});
});

describe('metrics of the queue', () => {
	it('agree with its books, tell the age of the oldest, and time answers and batches', async () => {
		await using classifier = new ScriptedClassifier();
		const metrics = new Metrics();
		await using inner = new EmbeddedQueue(observed(classifier, metrics.onBatch), SETTINGS);
		const queue = metrics.queue(inner);
		const release = classifier.hold(1);
		const first = queue.submit(utterance(1, { sessionId: `session-${GUILD}`, speakerId: SPEAKER }));
		await classifier.reached(1);
		const others = [2, 3, 4].map((tag) => queue.submit(utterance(tag, { speakerId: SPEAKER + tag })));
		const withdrawn = new AbortController();
		const cancelled = queue.submit(utterance(5, { speakerId: SPEAKER }), { signal: withdrawn.signal });
		withdrawn.abort();
		await until(() => queue.depth > 0);
		const busy = await samples(metrics);
		expect(busy['ses_queue_depth']).toBe(inner.depth);
		expect(busy['ses_queue_oldest_seconds']).toBeGreaterThan(0);
		release();
		await Promise.all([first, ...others, cancelled]);

		const after = await samples(metrics);
		const { submitted, classified, dropped } = inner.stats();
		expect(submitted).toBe(5);
		expect(dropped.full + dropped.cancelled).toBeGreaterThan(0);
		expect(after).toMatchObject({
			ses_queue_depth: 0,
			ses_queue_oldest_seconds: 0,
			'ses_queue_utterances_total{state="submitted"}': submitted,
			'ses_queue_utterances_total{state="classified"}': classified,
			'ses_queue_service_seconds_count{outcome="classified"}': classified,
			'ses_queue_service_seconds_count{outcome="dropped"}': submitted - classified,
		});
		for (const [cause, sum] of Object.entries(dropped))
			expect(after[`ses_queue_dropped_total{cause="${cause}"}`]).toBe(sum);
		const model = `{model="${classifier.model}"}`;
		expect(after[`ses_model_batch_clips_sum${model}`]).toBe(classified);
		expect(after[`ses_model_batch_seconds_count${model}`]).toBeGreaterThan(0);
		expect(after[`ses_model_audio_seconds_total${model}`]).toBeGreaterThan(0);
		// A second look changes nothing: what mirrors the books does not add them up.
		expect((await samples(metrics))['ses_queue_utterances_total{state="submitted"}']).toBe(submitted);
		expect(await metrics.registry.metrics()).not.toMatch(SNOWFLAKE);
	});

	it('tell partial results apart, which no time of service is counted of', async () => {
		await using classifier = new ScriptedClassifier();
		const metrics = new Metrics();
		await using inner = new EmbeddedQueue(classifier, { ...SETTINGS, maxDepth: 100 });
		const queue = metrics.queue(inner);
		expect((await samples(metrics))['ses_partials_total{outcome="full"}']).toBe(0);
		const release = classifier.hold(1);
		const over = new AbortController();
		const first = queue.submit(utterance(1), { priority: 'partial' });
		await classifier.reached(1);
		const second = queue.submit(utterance(2), { priority: 'partial', signal: over.signal });
		over.abort();
		release();
		await Promise.all([first, second]);
		expect(await samples(metrics)).toMatchObject({
			'ses_partials_total{outcome="classified"}': 1,
			'ses_partials_total{outcome="cancelled"}': 1,
			'ses_queue_service_seconds_count{outcome="classified"}': 0,
		});
	});

	it('count batches that failed', async () => {
		const metrics = new Metrics();
		const failing = {
			model: 'broken@1',
			unsureBelow: 0,
			classify: () => Promise.reject(new Error('no')),
			[Symbol.asyncDispose]: async () => undefined,
		};
		await expect(observed(failing, metrics.onBatch).classify([new Int16Array(1_600)])).rejects.toThrow('no');
		const told = await samples(metrics);
		expect(told['ses_model_failures_total{model="broken@1"}']).toBe(1);
		expect(told['ses_model_batch_seconds_count{model="broken@1"}']).toBeUndefined();
	});
});

describe('metrics of reception', () => {
	it('add up what sessions tell as sums, whoever comes and goes, and name nobody', async () => {
		const metrics = new Metrics();
		const see = metrics.reception();
		const [one, other] = [`${GUILD}-1`, `${GUILD}-2`];
		const deaf = { heard: 0, lost: 0, late: 0, duplicate: 0, undecryptable: 0, concealed: 0, recovered: 0, dropped: 0 };
		const members = [{ ...deaf, speakerId: SPEAKER, deaf: 'encryption' as const }];
		see(health(one, { heard: 10, lost: 1 }));
		see(health(other, { heard: 5 }, { ignoredPackets: 7 }));
		see(health(one, { heard: 30, lost: 2, undecryptable: 4 }, { members }));
		see({ type: 'reception', at: 0, sessionId: one, speakerId: SPEAKER, status: 'deaf', cause: 'encryption' });
		expect(await samples(metrics)).toMatchObject({
			'ses_reception_packets_total{kind="heard"}': 35,
			'ses_reception_packets_total{kind="lost"}': 2,
			'ses_reception_packets_total{kind="undecryptable"}': 4,
			'ses_reception_packets_total{kind="ignored"}': 7,
			'ses_reception_packets_total{kind="concealed"}': 0,
			'ses_reception_deaf_alarms_total{cause="encryption"}': 1,
			'ses_reception_deaf_alarms_total{cause="transport"}': 0,
			ses_reception_deaf_members: 1,
		});
		const summary = { durationMs: 1, utterances: 0, members: 1, labels: {}, peakHeat: 0, alerts: 0 };
		see({ type: 'summary', at: 0, sessionId: one, ...summary });
		// The same id again would be another session.
		see(health(one, { heard: 3 }));
		const told = await samples(metrics);
		expect(told['ses_reception_packets_total{kind="heard"}']).toBe(38);
		expect(told['ses_reception_deaf_members']).toBe(0);
		const page = await metrics.registry.metrics();
		expect(page).not.toMatch(SNOWFLAKE);
		for (const emotion of EMOTIONS) expect(page).not.toContain(emotion);
	});
});

describe('the endpoint', () => {
	const open = (metrics: object) => openTelemetry(configSchema.parse({ metrics }), 'ses-bot', SILENT);

	it('is closed unless a port is given', async () => {
		await using telemetry = await open({});
		expect(telemetry).toMatchObject({ metrics: undefined, port: undefined });
	});

	it('serves the exposition at 127.0.0.1, and nothing else', async () => {
		await using telemetry = await open({ port: 0 });
		telemetry.metrics?.workers(() => ({ workers: 3, restarts: 1, redis: { status: 'unreachable' } }));
		telemetry.metrics?.sessions(() => 2);
		const base = `http://127.0.0.1:${telemetry.port}`;
		const response = await fetch(`${base}/metrics`);
		expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
		const page = await response.text();
		expect(page).toMatch(/^ses_inference_workers 3$/m);
		expect(page).toMatch(/^ses_inference_restarts_total 1$/m);
		expect(page).toMatch(/^ses_redis_up 0$/m);
		expect(page).toMatch(/^ses_sessions 2$/m);
		expect(page).toMatch(/^process_cpu_seconds_total \d/m);
		expect(page).not.toMatch(SNOWFLAKE);
		expect((await fetch(base)).status).toBe(404);
		expect((await fetch(`${base}/metrics`, { method: 'POST' })).status).toBe(405);
		expect((await fetch(`${base}/metrics`, { method: 'HEAD' })).status).toBe(200);
	});

	it('says when its port is taken', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await once(other, 'listening');
		const { port } = other.address() as AddressInfo;
		await expect(open({ port })).rejects.toMatchObject({
			code: 'SES_PORT_UNUSABLE',
			message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}.*EADDRINUSE`)),
		});
		other.close();
	});
});
