import type { Place, SessionListener, VoiceSession } from '../bot/index.ts';
import {
	type EmotionResult,
	type InferenceQueue,
	type JudgementRules,
	judge,
	type Log,
	type SesEvent,
	type Utterance,
} from '../domain/index.ts';
import { compose, type EmotionContext, type EmotionStep, guarded } from '../middleware/index.ts';
import type { EventBus } from './event-bus.ts';
import { SessionTally } from './session-tally.ts';
import { UtteranceTrace } from './telemetry/spans.ts';

export interface EngineOptions {
	readonly queue: InferenceQueue;
	readonly rules: Partial<JudgementRules>;
	readonly steps: readonly EmotionStep[];
	readonly bus: EventBus;
	readonly log: Log;
	readonly healthEveryMs: number;
}

interface Running {
	readonly session: VoiceSession;
	readonly place: Place;
	readonly tally: SessionTally;
	readonly pending: Set<Promise<void>>;
	readonly health: NodeJS.Timeout;
}

/** The way of an utterance through the rooms: queue → judgement → middleware → effects. */
export class Engine implements SessionListener, AsyncDisposable {
	readonly #options: EngineOptions;
	readonly #steps: readonly EmotionStep[];
	readonly #middleware: (context: EmotionContext) => Promise<void>;
	readonly #running = new Map<string, Running>();
	readonly #endings = new Set<Promise<void>>();
	readonly #unsubscribe: () => void;

	constructor(options: EngineOptions) {
		this.#options = options;
		this.#steps = options.steps;
		this.#middleware = compose(
			options.steps.map((step) =>
				guarded(step, (error) => options.log.error({ error, step: error.step }, 'middleware step failed')),
			),
		);
		this.#unsubscribe = options.bus.subscribe((event) => this.#count(event));
	}

	started(session: VoiceSession, place: Place): void {
		this.#running.set(session.id, {
			session,
			place,
			tally: new SessionTally(),
			pending: new Set(),
			health: setInterval(() => this.#reportHealth(session.id), this.#options.healthEveryMs),
		});
	}

	utterance(utterance: Utterance, place: Place, signal: AbortSignal): void {
		const { pcm: _, id: utteranceId, ...heard } = utterance;
		const at = Date.now();
		this.#options.bus.publish({ type: 'utterance', at, utteranceId, ...heard });
		const running = this.#running.get(utterance.sessionId);
		const work = this.#judge(utterance, place, at, signal, running?.tally);
		running?.pending.add(work);
		void work.finally(() => running?.pending.delete(work));
	}

	/** Voice channels that the bot is in. */
	get sessions(): number {
		return this.#running.size;
	}

	/** Members who withdraw in a community are forgotten there by every step, too. */
	withdrawn(guildId: string, speakerId: string): void {
		for (const [sessionId, { place }] of this.#running) {
			if (place.guildId !== guildId) continue;
			for (const step of this.#steps) step.forget?.(sessionId, speakerId);
		}
	}

	ended(session: VoiceSession, _place: Place, _reason: string): void {
		const ending = this.#finish(session);
		this.#endings.add(ending);
		void ending.finally(() => this.#endings.delete(ending));
	}

	/** Waits until all that was accepted has had its effect. */
	async [Symbol.asyncDispose](): Promise<void> {
		while (this.#endings.size > 0) await Promise.allSettled([...this.#endings]);
		this.#unsubscribe();
	}

	async #judge(
		utterance: Utterance,
		place: Place,
		at: number,
		signal: AbortSignal,
		tally: SessionTally | undefined,
	): Promise<void> {
		const { durationMs } = utterance.quality;
		const trace = new UtteranceTrace(at - durationMs, durationMs);
		let became = 'failed';
		try {
			const outcome = await trace.stage('queue', (traceparent) =>
				this.#options.queue.submit(utterance, { signal, ...(traceparent && { traceparent }) }),
			);
			if (outcome.status === 'dropped') {
				became = outcome.cause;
				tally?.dropped(outcome.cause);
				return;
			}
			became = signal.aborted ? 'cancelled' : 'classified';
			if (signal.aborted) return;
			const result: EmotionResult = judge(utterance, outcome.classification, this.#options.rules);
			this.#options.bus.publish({ type: 'emotion', at, ...result });
			await trace.stage('middleware', () => this.#middleware({ result, ...place, at, signal }));
		} catch (error) {
			this.#options.log.error({ error, utterance: utterance.id }, 'utterance failed');
		} finally {
			trace.end(became);
		}
	}

	async #finish(session: VoiceSession): Promise<void> {
		const running = this.#running.get(session.id);
		if (!running) return;
		clearInterval(running.health);
		while (running.pending.size > 0) await Promise.allSettled([...running.pending]);
		this.#reportHealth(session.id);
		this.#options.bus.publish({
			type: 'summary',
			at: Date.now(),
			sessionId: session.id,
			durationMs: session.elapsedMs,
			...running.tally.read(),
		});
		this.#running.delete(session.id);
		for (const step of this.#steps) step.forget?.(session.id);
	}

	#reportHealth(sessionId: string): void {
		const running = this.#running.get(sessionId);
		if (!running) return;
		this.#options.bus.publish({
			type: 'health',
			at: Date.now(),
			sessionId,
			members: running.session.health,
			total: running.session.total,
			ignoredPackets: running.session.ignoredPackets,
			malformedPackets: running.session.malformedPackets,
			queueDepth: this.#options.queue.depth,
			droppedUtterances: running.tally.drops,
		});
	}

	#count(event: SesEvent): void {
		if ('sessionId' in event) this.#running.get(event.sessionId)?.tally.see(event);
	}
}
