import { describe, expect, it } from 'vitest';
import { de } from '../../src/bot/i18n/de.ts';
import { en } from '../../src/bot/i18n/en.ts';
import { es } from '../../src/bot/i18n/es.ts';
import { LOCALES, translate } from '../../src/bot/i18n/index.ts';
import { pl } from '../../src/bot/i18n/pl.ts';
import { COMMANDS } from '../../src/bot/index.ts';

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe.each([
	['German', de],
	['Polish', pl],
	['Spanish', es],
] as const)('%s', (_, catalog) => {
	it.each(Object.entries(en))('%s has the same blanks to fill in', (key, english) => {
		expect(placeholders(catalog[key as keyof typeof en])).toEqual(placeholders(english));
	});
});

describe('translate', () => {
	it('falls back to the language, then to English', () => {
		expect(translate('de-CH', 'emotion.anger')).toBe('Ärger');
		expect(translate('en-GB', 'emotion.anger')).toBe('anger');
		expect(translate('ja', 'emotion.anger')).toBe('anger');
	});

	it('fills in what it is given and leaves the rest to be seen', () => {
		expect(translate('en', 'mood.subtitle', { seconds: 3 })).toBe('3 s of speech in {count} utterances');
	});
});

describe('the commands', () => {
	const described = (data: unknown): { description: string; description_localizations?: Record<string, string> }[] => {
		if (Array.isArray(data)) return data.flatMap(described);
		if (typeof data !== 'object' || data === null) return [];
		const own = 'description' in data ? [data as { description: string }] : [];
		return [...own, ...Object.values(data).flatMap(described)];
	};

	it.each(COMMANDS.map(({ data }) => data.toJSON()))(
		'/$name is described in every language, within Discord’s 100 characters',
		(data) => {
			for (const { description, description_localizations } of described(data)) {
				expect(Object.keys(description_localizations ?? {}).sort()).toEqual(
					LOCALES.filter((locale) => locale !== 'en').sort(),
				);
				for (const text of [description, ...Object.values(description_localizations ?? {})]) {
					expect(text.length).toBeLessThanOrEqual(100);
				}
			}
		},
	);

	it('have a handler for each subcommand', () => {
		for (const { data, handlers } of COMMANDS) {
			expect(Object.keys(handlers).sort()).toEqual(data.options.map((option) => option.toJSON().name).sort());
		}
	});
});
