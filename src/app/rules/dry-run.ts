import { z } from 'zod';
import { COVERING_SOUNDS, EMOTIONS, SesError } from '../../domain/index.ts';
import {
	type ActionKind,
	type Decision,
	type HoldBack,
	kindOf,
	RuleEngine,
	type RuleSession,
	type Rules,
	wordsOf,
} from '../../middleware/index.ts';

/** As often as the bot looks at the clock. */
const TICK_MS = 5000;
/** A longer gap is one between recordings. */
const LONGEST_GAP_MS = 6 * 3_600_000;

const at = z.number();
const sessionId = z.string();
const speakerId = z.string();
/** What rules look at, of what the feed has; all else is passed over. */
const SEEN = {
	session: z.object({
		at,
		sessionId,
		status: z.enum(['started', 'ended']),
		guildId: z.string(),
		channelId: z.string(),
	}),
	notice: z.object({ at, sessionId, channelId: z.string() }),
	consent: z.object({ at, speakerId, action: z.enum(['given', 'withdrawn']), guildId: z.string() }),
	emotion: z.object({
		at,
		sessionId,
		speakerId,
		label: z.enum([...EMOTIONS, 'unsure']),
		startMs: z.number(),
		endMs: z.number(),
		dominantSound: z.enum(COVERING_SOUNDS).optional(),
	}),
	fatigue: z.object({ at, sessionId, speakerId, experimental: z.object({ fatigue: z.number() }) }),
	heat: z.object({ at, sessionId, state: z.enum(['calm', 'warm', 'hot', 'cooling']), score: z.number() }),
	summary: z.object({ at, sessionId }),
} as const;
const anyEvent = z.looseObject({ type: z.string(), at });

export interface DryRunOptions {
	readonly rules: Rules;
	readonly cooldownMs: number;
	readonly perHour: number;
	readonly timeZone: string;
	/** Of the texts. */
	readonly locale: string;
	/** What the events are called in an error. */
	readonly file: string;
}

/** What became of a rule that held. */
export interface DryRunEntry {
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** Since the first event. */
	readonly sinceMs: number;
	readonly sessionId: string;
	readonly rule: string;
	readonly outcome: 'fires' | 'dry-run' | 'held-back';
	readonly heldBack?: HoldBack;
	readonly actions: readonly ActionKind[];
	/** What it would say, when it says something. */
	readonly text?: string;
}

/**
 * Goes through recorded events as the bot would have, and says which rules would have fired, and why others
 * would not. Nothing is done.
 *
 * @param lines as `ses start --json` prints them
 * @throws {SesError} SES_RULES_EVENTS
 */
export async function* dryRun(lines: AsyncIterable<string>, options: DryRunOptions): AsyncGenerator<DryRunEntry> {
	const { rules, cooldownMs, perHour, timeZone, locale } = options;
	const engine = new RuleEngine(rules, { channel: { cooldownMs, perHour }, timeZone, settings: () => ({}) });
	const sessions = new Map<string, RuleSession>();
	let first: number | undefined;
	let looked = 0;
	let number = 0;

	const entryOf = (decision: Decision): DryRunEntry => {
		const { rule, session, heldBack } = decision;
		const texts = rule.then.flatMap(({ message, embed }) => message ?? embed?.text ?? []);
		return {
			at: decision.at,
			sinceMs: decision.at - (first ?? decision.at),
			sessionId: session.sessionId,
			rule: rule.name,
			outcome: heldBack ? 'held-back' : rule.dryRun ? 'dry-run' : 'fires',
			...(heldBack && { heldBack }),
			actions: rule.then.map(kindOf),
			...(texts.length > 0 && { text: texts.map((text) => wordsOf(decision, text)).join('\n') }),
		};
	};
	/** The clock goes on until `until`. */
	function* pass(until: number): Generator<Decision> {
		if (until - looked > LONGEST_GAP_MS || sessions.size === 0) looked = until;
		for (; looked + TICK_MS <= until; looked += TICK_MS) yield* engine.tick(looked + TICK_MS);
	}
	const sessionOf = (id: string): RuleSession =>
		sessions.get(id) ?? { sessionId: id, guildId: '', channelId: id, locale };
	const begin = (session: RuleSession, when: number): Decision[] => {
		if (sessions.has(session.sessionId)) return [];
		sessions.set(session.sessionId, session);
		return engine.start(session, when);
	};
	const finish = (id: string, when: number): Decision[] => {
		sessions.delete(id);
		return engine.end(id, when);
	};

	const take = (value: unknown): Decision[] => {
		const { type } = anyEvent.parse(value);
		switch (type) {
			case 'session': {
				const { at, status, sessionId, guildId, channelId } = SEEN.session.parse(value);
				return status === 'started' ? begin({ sessionId, guildId, channelId, locale }, at) : finish(sessionId, at);
			}
			case 'notice': {
				const { at, sessionId, channelId } = SEEN.notice.parse(value);
				return begin({ sessionId, guildId: '', channelId, locale }, at);
			}
			case 'emotion': {
				const { at, sessionId, speakerId, label, startMs, endMs, dominantSound: sound } = SEEN.emotion.parse(value);
				const session = sessionOf(sessionId);
				sessions.set(sessionId, session);
				engine.hear(session, { at, speakerId, label, durationMs: endMs - startMs, sound });
				return engine.look(sessionId, at);
			}
			case 'fatigue': {
				const { at, sessionId, speakerId, experimental } = SEEN.fatigue.parse(value);
				engine.hear(sessionOf(sessionId), { at, speakerId, durationMs: 0, fatigue: experimental.fatigue });
				return engine.look(sessionId, at);
			}
			case 'heat': {
				const { at, sessionId, state, score } = SEEN.heat.parse(value);
				engine.heat(sessionId, state, score);
				return engine.look(sessionId, at);
			}
			case 'consent': {
				const { action, guildId, speakerId } = SEEN.consent.parse(value);
				if (action === 'given') return [];
				for (const session of sessions.values()) {
					// Older recordings do not say where a session was.
					if (session.guildId === '' || session.guildId === guildId) engine.forget(session.sessionId, speakerId);
				}
				return [];
			}
			case 'summary': {
				const { at, sessionId } = SEEN.summary.parse(value);
				return finish(sessionId, at);
			}
			default:
				return [];
		}
	};

	for await (const line of lines) {
		number++;
		if (line.trim() === '') continue;
		let value: unknown;
		let when: number;
		try {
			value = JSON.parse(line);
			when = anyEvent.parse(value).at;
			first ??= when;
			if (looked === 0) looked = when;
			for (const decision of [...pass(when), ...take(value)]) yield entryOf(decision);
		} catch (error) {
			throw new SesError('SES_RULES_EVENTS', { file: options.file, line: number, reason: reasonFor(error) }, error);
		}
	}
}

function reasonFor(error: unknown): string {
	if (!(error instanceof z.ZodError)) return 'it is no JSON object';
	const [issue] = error.issues;
	return `${issue?.path.join('.') || 'the event'}: ${issue?.message.replace(/^Invalid input: /, '') ?? 'is not valid'}`;
}
