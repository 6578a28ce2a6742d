import type { GuildSettings, HeatState, Log } from '../../domain/index.ts';
import type { SettingsOf } from '../settings.ts';
import { type Decision, RuleEngine, type RuleEngineOptions, type RuleSession } from './engine.ts';
import type { Heard } from './facts.ts';
import { type LoadedRules, type Performer, perform } from './perform.ts';

export interface AdaptiveRepliesOptions extends Omit<RuleEngineOptions, 'settings'>, Performer {
	readonly settingsOf: SettingsOf;
	readonly log: Log;
}

/** One utterance, as the steps leave it. */
export interface HeardInSession extends Heard {
	readonly heat?: { readonly state: HeatState; readonly score: number } | undefined;
}

/** Lets rules decide and does what they say. */
export class AdaptiveReplies implements AsyncDisposable {
	readonly #options: AdaptiveRepliesOptions;
	readonly #engine: RuleEngine;
	/** What communities chose, as last read. */
	readonly #chosen = new Map<string, GuildSettings>();
	/** Where sessions are. */
	readonly #sessions = new Map<string, string>();
	readonly #pending = new Set<Promise<void>>();
	#loaded: LoadedRules;

	constructor(loaded: LoadedRules, options: AdaptiveRepliesOptions) {
		this.#loaded = loaded;
		this.#options = options;
		const { channel, timeZone } = options;
		const settings = (guildId: string): GuildSettings => this.#chosen.get(guildId) ?? {};
		this.#engine = new RuleEngine(loaded.rules, { channel, timeZone, settings });
	}

	/** Other rules from now on. */
	replace(loaded: LoadedRules): void {
		this.#loaded = loaded;
		this.#engine.replace(loaded.rules);
	}

	/** The bot begins to listen in a channel. */
	started(session: RuleSession, at: number): void {
		this.#track(async () => {
			this.#sessions.set(session.sessionId, session.guildId);
			await this.#ask(session.guildId);
			await this.#carryOut(this.#engine.start(session, at));
		});
	}

	/**
	 * Somebody was heard. Resolves when all that follows from it has been done.
	 *
	 * @param signal aborts when the speaker withdraws
	 */
	async heard(session: RuleSession, { heat, ...heard }: HeardInSession, signal: AbortSignal): Promise<void> {
		const { sessionId, guildId } = session;
		this.#sessions.set(sessionId, guildId);
		await this.#ask(guildId);
		// The session may be over, or the speaker have withdrawn, while the settings were read.
		if (signal.aborted || !this.#sessions.has(sessionId)) return;
		this.#engine.hear(session, heard);
		if (heat) this.#engine.heat(sessionId, heat.state, heat.score);
		await this.#carryOut(this.#engine.look(sessionId, heard.at));
	}

	/** What depends on the clock; call it every few seconds. */
	tick(at: number): void {
		this.#track(async () => {
			const guilds = new Set(this.#sessions.values());
			await Promise.all([...guilds].map((guildId) => this.#ask(guildId)));
			for (const guildId of this.#chosen.keys()) if (!guilds.has(guildId)) this.#chosen.delete(guildId);
			await this.#carryOut(this.#engine.tick(at));
		});
	}

	/** A session is over, or a member of it withdrew. */
	forget(sessionId: string, speakerId: string | undefined, at: number): void {
		if (speakerId !== undefined) {
			this.#engine.forget(sessionId, speakerId);
			return;
		}
		this.#sessions.delete(sessionId);
		this.#track(() => this.#carryOut(this.#engine.end(sessionId, at)));
	}

	/** Waits for all that is being done. */
	async [Symbol.asyncDispose](): Promise<void> {
		while (this.#pending.size > 0) await Promise.allSettled([...this.#pending]);
	}

	async #ask(guildId: string): Promise<void> {
		this.#chosen.set(guildId, await this.#options.settingsOf(guildId));
	}

	async #carryOut(decisions: readonly Decision[]): Promise<void> {
		await Promise.all(decisions.map((decision) => this.#follow(decision)));
	}

	async #follow(decision: Decision): Promise<void> {
		const { log } = this.#options;
		const { rule, heldBack } = decision;
		if (heldBack) return log.debug({ rule: rule.name, heldBack }, 'rule held back');
		if (rule.dryRun) return log.info({ rule: rule.name }, 'rule would have fired (dry run)');
		const { done, failed } = await perform(decision, this.#loaded, this.#options);
		log.info({ rule: rule.name, done, failed }, 'rule fired');
	}

	#track(work: () => Promise<void>): void {
		const pending = work().catch((error: unknown) => this.#options.log.error({ error }, 'rule failed'));
		this.#pending.add(pending);
		void pending.finally(() => this.#pending.delete(pending));
	}
}
