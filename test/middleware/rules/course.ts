import type { CoveringSound, EmotionLabel, GuildSettings, HeatState } from '../../../src/domain/index.ts';
import { type Decision, RuleEngine, type RuleSession } from '../../../src/middleware/index.ts';
import { rulesOf } from '../../support/rules.ts';

export const MINUTE = 60_000;
/** A Sunday, 20:00 UTC. */
export const EVENING = Date.UTC(2026, 10, 22, 20);

export const SAY = 'then: [{ message: { en: hi } }]';
export const oneRule = (settings: string): string => `rules:\n  - { name: tried, ${SAY}, ${settings} }\n`;

export interface CourseOptions {
	readonly settings?: GuildSettings;
	readonly begin?: number;
	readonly cooldownMs?: number;
	readonly perHour?: number;
}

/** A conversation, second by second, under some rules. */
export class Course {
	readonly engine: RuleEngine;
	readonly decisions: Decision[] = [];
	settings: GuildSettings;
	at: number;
	readonly begin: number;

	constructor(rules: string, { settings = {}, begin = EVENING, cooldownMs = 0, perHour = 1000 }: CourseOptions = {}) {
		this.settings = settings;
		this.begin = begin;
		this.at = begin;
		const channel = { cooldownMs, perHour };
		this.engine = new RuleEngine(rulesOf(rules), { channel, timeZone: 'UTC', settings: () => this.settings });
	}

	static session(sessionId = 's', channelId = 'c', guildId = 'g'): RuleSession {
		return { sessionId, channelId, guildId, locale: 'en' };
	}

	start(session = Course.session()): this {
		this.decisions.push(...this.engine.start(session, this.at));
		return this;
	}

	/** Time goes by, the clock being looked at every five seconds. */
	pass(ms: number): this {
		const until = this.at + ms;
		while (this.at < until) {
			this.at = Math.min(until, this.at + 5000);
			this.decisions.push(...this.engine.tick(this.at));
		}
		return this;
	}

	/** Each of the members says something of three seconds, one second apart. */
	say(
		members: string,
		label: EmotionLabel,
		{ sound, fatigue }: { sound?: CoveringSound; fatigue?: number } = {},
		session = Course.session(),
	): this {
		for (const speakerId of members) {
			this.at += 1000;
			this.engine.hear(session, { at: this.at, speakerId, label, durationMs: 3000, sound, fatigue });
			this.decisions.push(...this.engine.look(session.sessionId, this.at));
		}
		return this;
	}

	heat(state: HeatState, score = 0, session = Course.session()): this {
		this.at += 1000;
		this.engine.heat(session.sessionId, state, score);
		this.decisions.push(...this.engine.look(session.sessionId, this.at));
		return this;
	}

	/** When rules fired, in seconds since the beginning. */
	get fired(): number[] {
		return this.decisions.filter(({ heldBack }) => !heldBack).map(({ at }) => (at - this.begin) / 1000);
	}

	get heldBack(): (string | undefined)[] {
		return this.decisions.filter(({ heldBack }) => heldBack).map(({ heldBack }) => heldBack);
	}
}
