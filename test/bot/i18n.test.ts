import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { de } from '../../src/bot/i18n/de.ts';
import { en } from '../../src/bot/i18n/en.ts';
import { es } from '../../src/bot/i18n/es.ts';
import { DISCORD_LOCALES, LOCALES, translate } from '../../src/bot/i18n/index.ts';
import { pl } from '../../src/bot/i18n/pl.ts';
import { COMMANDS } from '../../src/bot/index.ts';
import { botOptions } from '../../src/bot/options.ts';
import { SETTINGS } from '../../src/bot/setup/settings.ts';
import { STEPS } from '../../src/bot/setup/steps.ts';
import { EMOTIONS } from '../../src/domain/index.ts';

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

	it('knows Spanish by its region and without', () => {
		for (const locale of ['es', 'es-ES', 'es-419']) expect(translate(locale, 'emotion.anger')).toBe('ira');
	});

	it('fills in what it is given and leaves the rest to be seen', () => {
		expect(translate('en', 'mood.subtitle', { seconds: 3 })).toBe('3 s of speech in {count} utterances');
	});
});

describe('bot.locale', () => {
	it.each(LOCALES)('may be %s, which is not answered in another language', (locale) => {
		expect(botOptions.parse({ locale }).locale).toBe(locale);
		const german = locale === 'de';
		expect(translate(locale, 'emotion.fear') === 'Angst').toBe(german);
		expect(translate(locale, 'emotion.fear') === 'fear').toBe(locale === 'en');
	});

	it.each(['e', 'Deutsch', 'pt-BR', ''])('%j is refused with the languages that there are', (locale) => {
		expect(botOptions.safeParse({ locale }).error?.issues).toMatchObject([
			{ path: ['locale'], message: 'must be one of the languages that the bot speaks: en, de, pl, es-ES, es-419, es' },
		]);
	});
});

/** Keys that are put together, and with what. The reasons and causes are those of the domain's unions. */
const COMPOSED: Readonly<Record<string, readonly string[]>> = {
	'emotion.': EMOTIONS,
	'mood.period.': ['today', 'week', 'month'],
	'mood.theme.': ['dark', 'light'],
	'setting.': SETTINGS.flatMap((name) => [name, `${name}.hint`]),
	'setup.': STEPS.flatMap((step) => [`${step}.title`, `${step}.text`]),
	'setup.mode.': ['monitor', 'live'],
	'setup.test.': ['sent', 'no-channel', 'forbidden', 'failed'],
	'emotion.join.': ['not-attested', 'paused', 'excluded'],
	'emotion.state.': ['joining', 'listening', 'recovering', 'ended'],
	'doctor.': ['model', 'queue', 'store'].flatMap((part) => [part, `${part}.fault`]),
	'reason.': [
		'sustained-anger',
		'negative-valence',
		'rising-trend',
		'several-speakers',
		'dominant-speaker',
		'overlap',
		'laughter',
		'play',
	],
	'alert.status.': ['justified', 'false-alarm'],
	'alert.held.': ['quiet-hours', 'muted'],
	'slow-mode.': ['gone', 'forbidden', 'already', 'refused'],
	'alert.button.': ['justified', 'false-alarm'],
	'alert.verdict.': ['done', 'already'],
	'alert.tune.': ['automatic', 'manual'],
	'reply.': ['deescalate', 'cooled'],
	'emotion.follow.choice.': ['on', 'off'],
	'reception.deaf.': ['no-packets', 'transport', 'encryption', 'not-opus', 'no-decoder', 'bot-deafened'],
	'reception.lost.': ['disconnected', 'refused', 'encryption', 'channel-deleted', 'removed'],
};

describe('the catalogue', () => {
	it('has no text that nobody says', async () => {
		const root = new URL('../../src/', import.meta.url);
		const files = (await readdir(root, { recursive: true })).filter(
			(file) => file.endsWith('.ts') && !file.includes('i18n'),
		);
		const source = (await Promise.all(files.map((file) => readFile(new URL(file, root), 'utf8')))).join('\n');
		const composed = Object.entries(COMPOSED).flatMap(([prefix, rests]) =>
			source.includes(`\`${prefix}\${`) ? rests.map((rest) => `${prefix}${rest}`) : [],
		);
		const unused = Object.keys(en).filter((key) => !source.includes(`'${key}'`) && !composed.includes(key));
		expect(unused).toEqual([]);
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
					DISCORD_LOCALES.filter((locale) => locale !== 'en').sort(),
				);
				for (const text of [description, ...Object.values(description_localizations ?? {})]) {
					expect(text.length).toBeLessThanOrEqual(100);
				}
			}
		},
	);

	it('are named as Discord takes names, no two alike in one place', () => {
		const check = (
			siblings: readonly { readonly name: string; readonly name_localizations?: unknown; readonly options?: unknown }[],
		) => {
			for (const locale of DISCORD_LOCALES) {
				const names = siblings.map(
					(each) => (each.name_localizations as Record<string, string> | undefined)?.[locale] ?? each.name,
				);
				for (const name of names) expect(name).toMatch(/^[-_\p{L}\p{N}]{1,32}$/u);
				expect(names).toEqual(names.map((name) => name.toLowerCase()));
				expect(new Set(names).size).toBe(names.length);
			}
			for (const { options } of siblings) if (Array.isArray(options)) check(options);
		};
		check(COMMANDS.map(({ data }) => data.toJSON()));
	});

	it('have a handler for each subcommand', () => {
		for (const { data, handlers } of COMMANDS) {
			expect(Object.keys(handlers).sort()).toEqual(data.options.map((option) => option.toJSON().name).sort());
		}
	});
});
