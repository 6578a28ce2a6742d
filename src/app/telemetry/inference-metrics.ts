import { Counter, Histogram, type Registry } from 'prom-client';
import type { BatchReport } from '../../domain/index.ts';

/** From a short utterance on a fast GPU to a batch of long ones on a small core. */
const LATENCY_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const CLIPS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What the models do in this process, bot or worker. */
export class InferenceMetrics {
	readonly #seconds: Histogram<'model'>;
	readonly #clips: Histogram<'model'>;
	readonly #audio: Counter<'model'>;
	readonly #failures: Counter<'model'>;

	constructor(registry: Registry) {
		const common = { labelNames: ['model'] as const, registers: [registry] };
		this.#seconds = new Histogram({
			...common,
			name: 'ses_model_batch_seconds',
			help: 'How long a model took for a batch.',
			buckets: LATENCY_S,
		});
		this.#clips = new Histogram({
			...common,
			name: 'ses_model_batch_clips',
			help: 'Utterances in a batch.',
			buckets: CLIPS,
		});
		this.#audio = new Counter({
			...common,
			name: 'ses_model_audio_seconds_total',
			help: 'Speech that was classified.',
		});
		this.#failures = new Counter({ ...common, name: 'ses_model_failures_total', help: 'Batches that failed.' });
	}

	readonly batch = ({ model, clips, audioMs, durationMs, ok }: BatchReport): void => {
		this.#failures.inc({ model }, ok ? 0 : 1);
		if (!ok) return;
		this.#seconds.observe({ model }, durationMs / 1000);
		this.#clips.observe({ model }, clips);
		this.#audio.inc({ model }, audioMs / 1000);
	};
}
