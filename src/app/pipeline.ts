import type { Place } from '../bot/index.ts';
import {
	type DropCause,
	type InferenceQueue,
	type JudgementRules,
	judge,
	type Log,
	type Priority,
	type Utterance,
} from '../domain/index.ts';
import { compose, type EmotionContext, type EmotionStep, guarded, type StepTimer } from '../middleware/index.ts';
import { UtteranceTrace } from './telemetry/spans.ts';

export interface PipelineOptions {
	readonly queue: InferenceQueue;
	readonly rules: Partial<JudgementRules>;
	readonly steps: readonly EmotionStep[];
	readonly log: Log;
	/** Told how long each step takes. */
	readonly onStep?: StepTimer | undefined;
}

/** An utterance, and where and when it ended. */
export interface Heard {
	readonly utterance: Utterance;
	readonly place: Place;
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** Aborts when the speaker withdraws consent. */
	readonly signal: AbortSignal;
	/** As of the SubmitOptions. */
	readonly priority?: Priority;
}

/** The way of one utterance: queue → judgement → middleware → effects. */
export class Pipeline {
	readonly #options: PipelineOptions;
	readonly #middleware: (context: EmotionContext) => Promise<void>;

	constructor(options: PipelineOptions) {
		this.#options = options;
		const { steps, log, onStep } = options;
		const report = (error: { readonly step: string }): void =>
			log.error({ error, step: error.step }, 'middleware step failed');
		this.#middleware = compose(
			steps.map((step) => guarded(step, report)),
			onStep,
		);
	}

	/** Never throws: what goes wrong with one utterance is logged. @returns why it got no result, if it got none */
	async take({ utterance, place, at, signal, priority = 'normal' }: Heard): Promise<DropCause | undefined> {
		const { queue, rules, log } = this.#options;
		const { durationMs } = utterance.quality;
		const trace = new UtteranceTrace(at - durationMs, durationMs);
		let became = 'failed';
		try {
			const outcome = await trace.stage('queue', (traceparent) =>
				queue.submit(utterance, { signal, priority, ...(traceparent && { traceparent }) }),
			);
			if (outcome.status === 'dropped') {
				became = outcome.cause;
				return outcome.cause;
			}
			became = signal.aborted ? 'cancelled' : 'classified';
			if (signal.aborted) return undefined;
			const result = judge(utterance, outcome.classification, rules);
			await trace.stage('middleware', () => this.#middleware({ result, ...place, at, signal }));
		} catch (error) {
			log.error({ error, utterance: utterance.id }, 'utterance failed');
		} finally {
			trace.end(became);
		}
		return undefined;
	}

	/** Every step lets go of a session, or of one speaker in it. */
	forget(sessionId: string, speakerId?: string): void {
		for (const step of this.#options.steps) step.forget?.(sessionId, speakerId);
	}
}
