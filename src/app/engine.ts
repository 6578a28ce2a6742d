import type { Place, SessionListener, VoiceSession } from '../bot/index.ts';
import type { SesEvent, Utterance } from '../domain/index.ts';
import type { EventBus } from './event-bus.ts';
import { type Heard, Pipeline, type PipelineOptions } from './pipeline.ts';
import { SessionTally } from './session-tally.ts';

export interface EngineOptions extends PipelineOptions {
	readonly bus: EventBus;
	readonly healthEveryMs: number;
}

interface Running {
	readonly session: VoiceSession;
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
	readonly #running = new Map<string, Running>();
	readonly #endings = new Set<Promise<void>>();
	readonly #unsubscribe: () => void;

	constructor(options: EngineOptions) {
		this.#options = options;
		this.#pipeline = new Pipeline(options);
		this.#unsubscribe = options.bus.subscribe((event) => this.#count(event));
	}

	started(session: VoiceSession, place: Place): void {
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

	utterance(utterance: Utterance, place: Place, signal: AbortSignal): void {
		const { pcm: _, id: utteranceId, ...heard } = utterance;
		const at = Date.now();
		this.#options.bus.publish({ type: 'utterance', at, utteranceId, ...heard });
		const running = this.#running.get(utterance.sessionId);
		const priority = running?.isHeated ? 'raised' : 'normal';
		const work = this.#take({ utterance, place, at, signal, priority }, running?.tally);
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
			this.#pipeline.forget(sessionId, speakerId);
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

	async #take(heard: Heard, tally: SessionTally | undefined): Promise<void> {
		const cause = await this.#pipeline.take(heard);
		if (cause) tally?.dropped(cause);
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
