import {
	type InferenceQueue,
	type JudgementRules,
	judge,
	type Log,
	type PartialUtterance,
	type Publish,
} from '../domain/index.ts';
import { firstImpression } from '../middleware/index.ts';

export interface PartialsOptions {
	readonly queue: InferenceQueue;
	readonly rules: Partial<JudgementRules>;
	readonly publish: Publish;
	readonly log: Log;
}

/** A part of an utterance, and when it was said. */
export interface HeardPartial {
	readonly partial: PartialUtterance;
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** Aborts when the speaker withdraws consent. */
	readonly signal: AbortSignal;
}

/**
 * First impressions of those who are still speaking: classified when nothing else waits, and told as `partial`.
 * They go no other way, so that nothing can rest on them.
 */
export class Partials implements Disposable {
	readonly #options: PartialsOptions;
	/** What is under way, by the utterance's id: one at most, since a later one says more. */
	readonly #underWay = new Map<string, AbortController>();

	constructor(options: PartialsOptions) {
		this.#options = options;
	}

	/** Never throws. Resolves when it has been told, or come to nothing. */
	async take({ partial, at, signal }: HeardPartial): Promise<void> {
		if (signal.aborted) return;
		this.over(partial.id);
		const work = new AbortController();
		const withdraw = (): void => work.abort();
		// Not AbortSignal.any: what depends on a signal that lives for long is let go of late.
		signal.addEventListener('abort', withdraw, { once: true });
		this.#underWay.set(partial.id, work);
		try {
			await this.#tell(partial, at, work.signal);
		} catch (error) {
			this.#options.log.error({ error, utterance: partial.id }, 'partial result failed');
		} finally {
			signal.removeEventListener('abort', withdraw);
			if (this.#underWay.get(partial.id) === work) this.#underWay.delete(partial.id);
		}
	}

	/** The utterance has ended: nothing more is told of its parts. */
	over(utteranceId: string): void {
		this.#underWay.get(utteranceId)?.abort();
		this.#underWay.delete(utteranceId);
	}

	[Symbol.dispose](): void {
		for (const id of this.#underWay.keys()) this.over(id);
	}

	async #tell(partial: PartialUtterance, at: number, signal: AbortSignal): Promise<void> {
		const { queue, rules, publish } = this.#options;
		const { sequence } = partial;
		// The id is the queue's key: that of the whole has to be left to the whole.
		const part = { ...partial, id: `${partial.id}/${sequence}` };
		const outcome = await queue.submit(part, { signal, priority: 'partial' });
		if (outcome.status === 'dropped' || signal.aborted) return;
		const result = firstImpression(judge(partial, outcome.classification, rules));
		publish({ type: 'partial', at, ...result, sequence });
	}
}
