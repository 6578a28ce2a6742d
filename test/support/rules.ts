import type { Effects, Log, Notifier, Publish } from '../../src/domain/index.ts';
import { AdaptiveReplies, type LoadedRules, parseRules, problemLine } from '../../src/middleware/index.ts';

/** Beside that of ./discord.ts, which brings a whole bot. */
export const QUIET_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Rules that must be in order. */
export function rulesOf(text: string): LoadedRules['rules'] {
	const parsed = parseRules(`version: 1\n${text}`);
	if (!parsed.ok) throw new Error(parsed.problems.map(problemLine).join('\n'));
	return parsed.rules;
}

/** Effects that do nothing but what `done` does. */
export const effectsOf = (done: Partial<Effects>): Effects => ({
	say: async () => true,
	embed: async () => true,
	react: async () => true,
	suggestSlowMode: async () => true,
	soundboard: async () => true,
	play: async () => true,
	call: async () => true,
	...done,
});

/** Replies that follow heat as the shipped rules do, each saying its name. */
export function heatReplies({ say }: Notifier, publish: Publish): AdaptiveReplies {
	const rules = rulesOf(`
rules:
  - { name: deescalate, when: { heat: { to: hot } }, then: [{ message: { en: deescalate } }], cooldown: 0s }
  - { name: cooled, when: { heat: { from: cooling, to: calm } }, then: [{ message: { en: cooled } }], cooldown: 0s }
`);
	return new AdaptiveReplies(
		{ rules, sounds: new Map(), secrets: new Map() },
		{
			channel: { cooldownMs: 20_000, perHour: 6 },
			timeZone: 'UTC',
			settingsOf: () => ({}),
			effects: effectsOf({ say }),
			publish,
			log: QUIET_LOG,
		},
	);
}
