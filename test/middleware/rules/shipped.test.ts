import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { EmotionLabel } from '../../../src/domain/index.ts';
import { parseRules, RuleEngine, type Rules, TEXT_LOCALES } from '../../../src/middleware/index.ts';

const MINUTE = 60_000;
const parsed = parseRules(await readFile(new URL('../../../config/rules.yaml', import.meta.url), 'utf8'));
const rules = (): Rules => {
	if (!parsed.ok) throw new Error('the shipped rules are not in order');
	return parsed.rules;
};

/** Plays minutes of talk: each member speaks twice a minute. @returns rules that fired, with the minute */
function talk(
	minutes: number,
	label: (minute: number, member: string) => EmotionLabel,
	{ members = 'abc', fatigue }: { members?: string; fatigue?: (minute: number) => number } = {},
): string[] {
	const engine = new RuleEngine(rules(), {
		channel: { cooldownMs: 20_000, perHour: 6 },
		timeZone: 'UTC',
		settings: () => ({}),
	});
	const session = { sessionId: 's', guildId: 'g', channelId: 'c', locale: 'en' };
	const begin = Date.UTC(2026, 10, 22, 18);
	const decisions = engine.start(session, begin);
	for (let at = begin; at < begin + minutes * MINUTE; at += 30_000) {
		const minute = Math.floor((at - begin) / MINUTE);
		for (const [index, speakerId] of [...members].entries()) {
			const heard = { at: at + index * 4000, speakerId, label: label(minute, speakerId), durationMs: 3000 };
			engine.hear(session, { ...heard, fatigue: fatigue?.(minute) });
			decisions.push(...engine.look('s', heard.at));
		}
		for (let tick = at + 15_000; tick < at + 30_000; tick += 5000) decisions.push(...engine.tick(tick));
	}
	return decisions
		.filter(({ heldBack, rule }) => !heldBack && !rule.dryRun)
		.map(({ rule, at }) => `${rule.name} ${Math.floor((at - begin) / MINUTE)}`);
}

describe('the shipped rules', () => {
	it('speak English, German, Polish and Spanish, each in words of its own', () => {
		const texts = rules().rules.flatMap(({ then }) => then.flatMap(({ message }) => message ?? []));
		expect(texts.length).toBeGreaterThanOrEqual(6);
		for (const text of texts) {
			const worded = TEXT_LOCALES.map((locale) => text[locale]);
			expect(new Set(worded).size).toBe(4);
			for (const words of worded) expect(words?.length).toBeLessThan(160);
		}
	});

	it('say nothing in an ordinary conversation', () => {
		const labels: EmotionLabel[] = ['neutral', 'calm', 'happiness', 'surprise', 'sadness', 'neutral', 'unsure'];
		expect(talk(170, (minute, member) => labels[(minute + member.charCodeAt(0)) % labels.length] ?? 'neutral')).toEqual(
			[],
		);
	});

	it('cheer up a group that has been sad for long, and one only', () => {
		expect(talk(60, (minute) => (minute < 10 ? 'calm' : 'sadness'))).toEqual(['encourage 27']);
		expect(talk(60, (_, member) => (member === 'a' ? 'sadness' : 'calm'))).toEqual([]);
		expect(talk(60, () => 'sadness', { members: 'ab' })).toEqual([]);
	});

	it('are glad with a happy group, once an hour at most', () => {
		const fired = talk(100, (minute) => (minute % 20 < 10 ? 'happiness' : 'neutral'));
		expect(fired.map((each) => each.split(' ')[0])).toEqual(['celebrate', 'celebrate']);
		const [first = 0, second = 0] = fired.map((each) => Number(each.split(' ')[1]));
		expect(second - first).toBeGreaterThanOrEqual(60);
	});

	it('suggest a rest when the group has sounded tired for long, and a break after hours', () => {
		const tired = (minute: number): number => (minute < 60 ? 0.2 : 0.8);
		const fired = talk(200, () => 'neutral', { fatigue: tired });
		expect(fired.map((each) => each.split(' ')[0])).toEqual(['rest', 'break']);
		expect(Number(fired[0]?.split(' ')[1])).toBeGreaterThanOrEqual(80);
		expect(fired[1]).toBe('break 180');
		expect(talk(120, () => 'neutral', { fatigue: tired, members: 'ab' })).toEqual([]);
	});

	it('are silent while most is unsure', () => {
		const mostly = (label: EmotionLabel) => (minute: number) => (minute % 5 === 4 ? 'happiness' : label);
		expect(talk(200, mostly('happiness'))).not.toEqual([]);
		expect(talk(200, mostly('unsure'))).toEqual([]);
	});
});
