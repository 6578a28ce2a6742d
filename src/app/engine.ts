import type { Place, SessionListener, VoiceSession } from '../bot/index.ts';
import type { InferenceQueue, Log, PartialUtterance, SesEvent, Utterance } from '../domain/index.ts';
import type { Inference } from '../inference/index.ts';
import { type Arrangement, arrange, type EmotionContext, type StepName, type StepTimer } from '../middleware/index.ts';
import type { Config } from './config.ts';
import type { EventBus } from './event-bus.ts';
import { Partials } from './partials.ts';
import { type Heard, Pipeline, type PipelineOptions } from './pipeline.ts';
import { SessionTally } from './session-tally.ts';
import { configuredSteps, type StepEffects } from './steps.ts';

export interface EngineOptions extends PipelineOptions {
	readonly bus: EventBus;
	readonly healthEveryMs: number;
}

/** What the engine asks of a session, wherever its voices come from. */
export type HeardSession = Pick<
	VoiceSession,
	'id' | 'elapsedMs' | 'health' | 'total' | 'ignoredPackets' | 'malformedPackets'
>;

export interface EngineParts {
	readonly queue: InferenceQueue;
	readonly inference: Pick<Inference, 'unsureBelow' | 'speechBelow'>;
	readonly effects: StepEffects;
	/** Steps of others among ours. */
	readonly arrangement?: Arrangement<EmotionContext> | undefined;
	readonly onStep?: StepTimer | undefined;
	readonly bus: EventBus;
	readonly log: Log;
}

/** The engine with the steps that the configuration names, and those of others among them. */
export function configuredEngine(config: Config, parts: EngineParts): Engine {
	const { inference, effects, arrangement, ...rest } = parts;
	const { unsureBelow, speechBelow } = inference;
	const rules = { ...config.judgement, unsureBelow, speechBelow };
	const steps = arrange(configuredSteps(config.middleware, rules, effects), arrangement);
	return new Engine({ ...rest, rules, steps, healthEveryMs: config.health.everyMs });
}

interface Running {
	readonly session: HeardSession;
	readonly place: Place;
	readonly tally: SessionTally;
	readonly pending: Set<Promise<void>>;
	readonly health: NodeJS.Timeout;
	/** Heat has risen in the channel: what is said there is served first. */
	isHeated: boolean;
}

/** Follows the sessions of the bot and sends what is said in them through the {@link Pipeline}. */
export class Engine implements SessionListener, AsyncDisposable {
	readonly #options: EngineOptions;
	readonly #pipeline: Pipeline;
	/** Absent where nothing is told of the whole, either. */
	readonly #partials: Partials | undefined;
	readonly #running = new Map<string, Running>();
	readonly #endings = new Set<Promise<void>>();
	readonly #unsubscribe: () => void;

	constructor(options: EngineOptions) {
		this.#options = options;
		this.#pipeline = new Pipeline(options);
		const isTold = options.steps.some(({ name }) => name === ('event-feed' satisfies StepName));
		if (isTold) this.#partials = new Partials({ ...options, publish: options.bus.publish });
		this.#unsubscribe = options.bus.subscribe((event) => this.#count(event));
	}

	started(session: HeardSession, place: Place): void {
		this.#running.set(session.id, {
			session,
			place,
			tally: new SessionTally(),
			pending: new Set(),
			health: setInterval(() => this.#reportHealth(session.id), this.#options.healthEveryMs),
			isHeated: false,
		});
		this.#reportSession('started', session.id, place);
	}

	/**
	 * @param at when it ended, milliseconds since the Unix epoch; now, unless it was recorded earlier
	 * @returns resolves when it has had its effect, or come to nothing
	 */
	utterance(utterance: Utterance, place: Place, signal: AbortSignal, at = Date.now()): Promise<void> {
		const { pcm: _, id: utteranceId, ...heard } = utterance;
		this.#partials?.over(utteranceId);
		this.#options.bus.publish({ type: 'utterance', at, utteranceId, ...heard });
		const running = this.#running.get(utterance.sessionId);
		const priority = running?.isHeated ? 'raised' : 'normal';
		const work = this.#take({ utterance, place, at, signal, priority }, running?.tally);
		running?.pending.add(work);
		void work.finally(() => running?.pending.delete(work));
		return work;
	}

	/**
	 * What is still being said: told as `partial` and not followed any further.
	 *
	 * @param at as of `utterance`
	 */
	partial(partial: PartialUtterance, _place: Place, signal: AbortSignal, at = Date.now()): void {
		if (this.#running.has(partial.sessionId)) void this.#partials?.take({ partial, at, signal });
	}

	/** Voice channels that the bot is in. */
	get sessions(): number {
		return this.#running.size;
	}

	/** Whether it is one of ours: there may be another engine on the same bus. */
	hears(sessionId: string): boolean {
		return this.#running.has(sessionId);
	}

	/** Members who withdraw in a community are forgotten there by every step, too. */
	withdrawn(guildId: string, speakerId: string): void {
		for (const [sessionId, { place }] of this.#running) {
			if (place.guildId !== guildId) continue;
			this.#pipeline.forget(sessionId, speakerId);
		}
	}

	/** @returns resolves when all that was said has had its effect */
	ended(session: HeardSession, _place: Place, _reason: string): Promise<void> {
		const ending = this.#finish(session);
		this.#endings.add(ending);
		void ending.finally(() => this.#endings.delete(ending));
		return ending;
	}

	/** Waits until all that was accepted has had its effect. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#partials?.[Symbol.dispose]();
		while (this.#endings.size > 0) await Promise.allSettled([...this.#endings]);
		this.#unsubscribe();
	}

	async #take(heard: Heard, tally: SessionTally | undefined): Promise<void> {
		const cause = await this.#pipeline.take(heard);
		if (cause) tally?.dropped(cause);
	}

	async #finish(session: HeardSession): Promise<void> {
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
		this.#pipeline.forget(session.id);
		this.#reportSession('ended', session.id, running.place);
	}

	#reportSession(status: 'started' | 'ended', sessionId: string, { guildId, channelId }: Place): void {
		this.#options.bus.publish({ type: 'session', at: Date.now(), status, sessionId, guildId, channelId });
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
		const running = 'sessionId' in event ? this.#running.get(event.sessionId) : undefined;
		if (!running) return;
		running.tally.see(event);
		if (event.type === 'heat') running.isHeated = event.state === 'warm' || event.state === 'hot';
	}
}
