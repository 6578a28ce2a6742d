import { type GuildSettings, type HeatState, isQuiet } from '../../domain/index.ts';
import { isNoticed } from './actions.ts';
import { kindsOf, windowsOf } from './conditions.ts';
import { evaluate, type Moment } from './evaluate.ts';
import { type Heard, SessionFacts } from './facts.ts';
import { type Allowance, Ledger } from './ledger.ts';
import type { Rule, Rules } from './schema.ts';

/** A stay of the bot in a channel, as rules see it. */
export interface RuleSession {
	readonly sessionId: string;
	readonly guildId: string;
	readonly channelId: string;
	/** The community's language. */
	readonly locale: string;
}

/** Why a rule that holds does not fire. */
export type HoldBack =
	/** The bot is paused here, or was told to say nothing by itself. */
	| 'paused'
	| 'replies-off'
	/** `silentWhile` of the rules holds. */
	| 'silent'
	| 'quiet-hours'
	| 'cooldown'
	| 'budget'
	/** Another rule has spoken in the channel just now, or too much was said there in the last hour. */
	| 'channel-cooldown'
	| 'channel-budget';

/** What became of a rule that holds. */
export interface Decision {
	readonly at: number;
	readonly rule: Rule;
	readonly session: RuleSession;
	/** What the rule asks about, as in `heat+time`. */
	readonly cause: string;
	readonly heldBack?: HoldBack;
	/** For the texts. */
	readonly figures: { readonly minutes: number; readonly members: number; readonly heat: number };
}

export interface RuleEngineOptions {
	/** Between two replies in a channel, whichever rules they come from. */
	readonly channel: Allowance;
	/** Where neither the community nor the rules name one. */
	readonly timeZone: string;
	/** What a community chose, as far as it is known. */
	settings(guildId: string): GuildSettings;
}

/** Rule and session: whether it holds, since when, and what came of it. */
interface Episode {
	since: number;
	fired: boolean;
	/** Told once, not for each utterance. */
	heldBack: HoldBack | undefined;
}

interface Followed {
	session: RuleSession;
	readonly facts: SessionFacts;
	readonly episodes: Map<string, Episode>;
	/** Whether `silentWhile` held. */
	silent: boolean;
	at: number;
}

/** `{members}` of a text: who was heard in the last ten minutes. */
const MEMBERS_WITHIN_MS = 600_000;
/** Without a choice of the community a condition's own number of contributors counts. */
const ANY_GROUP = 0;

/**
 * Decides which rules fire, from what is heard and the clock alone: the same course of events leads to the
 * same decisions. It does nothing itself.
 *
 * A rule fires once for as long as it holds (again after its cooldown with `repeat`). Where it is held back,
 * it fires as soon as nothing holds it back any more, if it still holds then.
 */
export class RuleEngine {
	readonly #options: RuleEngineOptions;
	readonly #sessions = new Map<string, Followed>();
	readonly #ledger = new Ledger();
	#rules: Rules;

	constructor(rules: Rules, options: RuleEngineOptions) {
		this.#rules = rules;
		this.#options = options;
	}

	/** Other rules from now on. Cooldowns and budgets of those that keep their name stand. */
	replace(rules: Rules): void {
		this.#rules = rules;
		const names = new Set(rules.rules.map(({ name }) => name));
		for (const { facts, episodes } of this.#sessions.values()) {
			facts.resize(this.#windows);
			for (const name of episodes.keys()) if (!names.has(name)) episodes.delete(name);
		}
	}

	/** A session began; whatever has the event `start` may fire. */
	start(session: RuleSession, at: number): Decision[] {
		const { facts } = this.#follow(session, at);
		facts.event = 'start';
		try {
			return this.look(session.sessionId, at);
		} finally {
			facts.event = undefined;
		}
	}

	/** Somebody was heard. A session that nobody told of begins, without the event. */
	hear(session: RuleSession, heard: Heard): void {
		this.#follow(session, heard.at - heard.durationMs).facts.hear(heard);
	}

	/** The channel's tension, as of the utterance that was heard last. */
	heat(sessionId: string, state: HeatState, score: number): void {
		const facts = this.#sessions.get(sessionId)?.facts;
		if (facts) facts.heat = { state, previous: facts.heat.state, score };
	}

	/** Looks at all rules for a session. */
	look(sessionId: string, at: number): Decision[] {
		const followed = this.#sessions.get(sessionId);
		if (!followed) return [];
		// Utterances of several members do not end in the order in which they are judged.
		followed.at = Math.max(followed.at, at);
		const { facts, session } = followed;
		facts.advance(followed.at);
		const settings = this.#options.settings(session.guildId);
		const moment: Moment = {
			facts,
			at: followed.at,
			timeZone: settings.alerts?.quietHours?.timeZone ?? this.#rules.timeZone ?? this.#options.timeZone,
			groupOf: settings.groupOf ?? ANY_GROUP,
		};
		followed.silent = evaluate(this.#rules.silentWhile, moment, followed.silent) === true;
		const decisions = this.#rules.rules.flatMap((rule) => this.#decide(rule, followed, moment, settings) ?? []);
		// A change of heat is one for a single look.
		facts.heat.previous = facts.heat.state;
		return decisions;
	}

	/** Looks at all sessions: what depends on the clock may hold though nobody spoke. */
	tick(at: number): Decision[] {
		this.#ledger.prune(at);
		return [...this.#sessions.keys()].flatMap((sessionId) => this.look(sessionId, at));
	}

	/** A session is over; whatever has the event `end` may fire. Nothing is kept of it. */
	end(sessionId: string, at: number): Decision[] {
		const followed = this.#sessions.get(sessionId);
		if (!followed) return [];
		followed.facts.event = 'end';
		const decisions = this.look(sessionId, at);
		this.#sessions.delete(sessionId);
		return decisions;
	}

	/** A member withdrew: figures of the group are without them from now on. */
	forget(sessionId: string, speakerId: string): void {
		this.#sessions.get(sessionId)?.facts.forget(speakerId);
	}

	get #windows(): number[] {
		const conditions = this.#rules.rules.map(({ when }) => when);
		return [...new Set([MEMBERS_WITHIN_MS, ...windowsOf([...conditions, this.#rules.silentWhile])])];
	}

	#follow(session: RuleSession, at: number): Followed {
		const known = this.#sessions.get(session.sessionId);
		if (known) {
			// The community may have chosen another language meanwhile.
			known.session = session;
			return known;
		}
		const facts = new SessionFacts(at, this.#windows);
		const followed = { session, facts, episodes: new Map(), silent: false, at };
		this.#sessions.set(session.sessionId, followed);
		return followed;
	}

	#decide(rule: Rule, followed: Followed, moment: Moment, settings: GuildSettings): Decision | undefined {
		const { session, facts, episodes } = followed;
		const { where } = rule;
		if (where?.guilds?.includes(session.guildId) === false) return undefined;
		if (where?.channels?.includes(session.channelId) === false) return undefined;
		const { at } = moment;
		const episode = episodes.get(rule.name) ?? { since: at, fired: false, heldBack: undefined };
		if (evaluate(rule.when, moment, episodes.has(rule.name)) !== true) {
			episodes.delete(rule.name);
			return undefined;
		}
		episodes.set(rule.name, episode);
		if (at - episode.since < rule.for || (episode.fired && !rule.repeat)) return undefined;
		const heldBack = this.#heldBack(rule, followed, moment, settings);
		if (heldBack) {
			// That it is not time yet for another is no news.
			if (episode.fired || episode.heldBack === heldBack) return undefined;
			episode.heldBack = heldBack;
		} else {
			episode.fired = true;
			this.#note(rule, session, at);
		}
		const figures = {
			minutes: Math.floor((at - facts.startedAt) / 60_000),
			members: facts.window(MEMBERS_WITHIN_MS).members,
			heat: facts.heat.score,
		};
		return { at, rule, session, cause: kindsOf(rule.when), figures, ...(heldBack && { heldBack }) };
	}

	#heldBack(rule: Rule, { session, silent }: Followed, moment: Moment, settings: GuildSettings): HoldBack | undefined {
		const { at, timeZone } = moment;
		if (settings.paused) return 'paused';
		if (settings.replies === false) return 'replies-off';
		const noticed = isNoticed(rule.then);
		if (silent && noticed) return 'silent';
		const { cooldown, perHour, quietHours } = rule;
		if (quietHours && isQuiet({ ...quietHours, timeZone: quietHours.timeZone ?? timeZone }, at)) return 'quiet-hours';
		const [inChannel, inGuild] = keysOf(rule, session);
		const own =
			this.#ledger.refusal(inChannel, { cooldownMs: cooldown.channel, perHour: perHour.channel }, at) ??
			this.#ledger.refusal(inGuild, { cooldownMs: cooldown.guild, perHour: perHour.guild }, at);
		if (own || !noticed || rule.dryRun) return own;
		const all = this.#ledger.refusal(session.channelId, this.#options.channel, at);
		return all && `channel-${all}`;
	}

	#note(rule: Rule, session: RuleSession, at: number): void {
		for (const key of keysOf(rule, session)) this.#ledger.add(key, at);
		if (isNoticed(rule.then) && !rule.dryRun) this.#ledger.add(session.channelId, at);
	}
}

const keysOf = ({ name }: Rule, { channelId, guildId }: RuleSession): [string, string] => [
	`${name} in ${channelId}`,
	`${name} in all of ${guildId}`,
];
