import { describe, expect, it } from 'vitest';
import { acknowledgeText } from '../../src/bot/alerts/components.ts';
import { statusLines } from '../../src/bot/alerts/message.ts';
import type { AlertRecord } from '../../src/domain/index.ts';
import { alertRecord } from '../web/support.ts';

const MODERATOR = '1456074443984994509';
const taken = (by: string): AlertRecord => ({
	...alertRecord('a'),
	acknowledged: { by, at: 1000 },
	verdict: { by, at: 2000, verdict: 'justified' },
});

describe('who looked after an alert', () => {
	it.each([
		['en', 'an operator in the console', 'An operator in the console is on it already.'],
		['de', 'jemand an der Konsole', 'Jemand an der Konsole kümmert sich schon.'],
		['pl', 'operator w konsoli', 'Tym zajmuje się już operator w konsoli.'],
		['es-ES', 'un operador en la consola', 'Un operador en la consola ya se ocupa.'],
	])('is said in words where it was no member, in %s', (locale, words, already) => {
		const lines = statusLines(taken('console'), locale);
		expect(lines).toHaveLength(2);
		for (const line of lines) expect(line).toContain(words);
		const text = acknowledgeText({ status: 'already', alert: taken('console') }, 'a', locale);
		expect(text).toBe(already);
		expect(`${lines}${text}`).not.toContain('<@');
	});

	it('is a mention of the member otherwise', () => {
		expect(statusLines(taken(MODERATOR), 'en').join()).toContain(`<@${MODERATOR}>`);
		const outcome = { status: 'already', alert: taken(MODERATOR) } as const;
		expect(acknowledgeText(outcome, 'a', 'en')).toBe(`<@${MODERATOR}> is on it already.`);
	});
});
