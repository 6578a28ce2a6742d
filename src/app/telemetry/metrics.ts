import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchReport, InferenceQueue, SesEvent } from '../../domain/index.ts';
import type { ObservableQueue } from '../../inference/index.ts';
import { InferenceMetrics } from './inference-metrics.ts';
import { MeteredQueue } from './metered-queue.ts';
import { ReceptionMetrics } from './reception-metrics.ts';

/** From a step that only computes to one that waits for Discord. */
const STEP_S = [0.00001, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5];

/** What the model's threads or processes of this process have been through. */
export interface WorkerFigures {
	readonly workers: number;
	readonly restarts: number;
	/** Absent without Redis. */
	readonly redis?: { readonly status: string };
}

/**
 * Everything that is counted for Prometheus. Label values are kinds, causes and the model's name: nothing
 * tells of a member, a channel or a server, and nothing of what was heard.
 */
export class Metrics {
	readonly registry = new Registry();
	readonly onBatch: (report: BatchReport) => void;
	/** To be told how long a step of the middleware took, in milliseconds. */
	readonly onStep: (step: string, ms: number) => void;

	constructor() {
		collectDefaultMetrics({ register: this.registry });
		this.onBatch = new InferenceMetrics(this.registry).batch;
		const steps = new Histogram({
			name: 'ses_middleware_step_seconds',
			help: 'How long a step took for an utterance, without the steps behind it.',
			labelNames: ['step'],
			buckets: STEP_S,
			registers: [this.registry],
		});
		this.onStep = (step, ms) => steps.observe({ step }, ms / 1000);
	}

	/** Also counts what goes through the queue that is returned. */
	queue(queue: ObservableQueue): InferenceQueue {
		return new MeteredQueue(queue, this.registry);
	}

	/** @returns what is to be told of every event */
	reception(): (event: SesEvent) => void {
		const reception = new ReceptionMetrics(this.registry);
		return (event) => reception.see(event);
	}

	/** @param read how many voice channels the bot is in */
	sessions(read: () => number): void {
		new Gauge({
			name: 'ses_sessions',
			help: 'Voice channels that the bot is in.',
			registers: [this.registry],
			collect() {
				this.set(read());
			},
		});
	}

	workers(read: () => WorkerFigures): void {
		const registers = [this.registry];
		new Gauge({
			name: 'ses_inference_workers',
			help: 'Inference threads or processes of this process.',
			registers,
			collect() {
				this.set(read().workers);
			},
		});
		new Counter({
			name: 'ses_inference_restarts_total',
			help: 'Times that one of them was lost and replaced.',
			registers,
			collect() {
				this.reset();
				this.inc(read().restarts);
			},
		});
		if (!read().redis) return;
		new Gauge({
			name: 'ses_redis_up',
			help: '1 while Redis is connected.',
			registers,
			collect() {
				this.set(read().redis?.status === 'ready' ? 1 : 0);
			},
		});
	}
}
