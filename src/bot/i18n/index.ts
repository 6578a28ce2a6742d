import type { LocalizationMap } from 'discord.js';
import { de } from './de.ts';
import { type Catalog, en, type MessageKey } from './en.ts';
import { es } from './es.ts';
import { pl } from './pl.ts';

export type { MessageKey } from './en.ts';

/** By language; English is what everybody else gets. */
const CATALOGS: Readonly<Record<string, Catalog>> = { en, de, pl, es };

/** Discord's codes for the languages that we speak; it knows Spanish by region only. */
export const DISCORD_LOCALES = ['en', 'de', 'pl', 'es-ES', 'es-419'] as const;

/** What a community may be told in. */
export const LOCALES = [...DISCORD_LOCALES, 'es'] as const;

/** The same without regions, as communities choose one. */
export const LANGUAGES: readonly string[] = Object.keys(CATALOGS);

const catalogOf = (locale = 'en'): Catalog => CATALOGS[locale.split('-')[0] as string] ?? en;

/** The message in the reader's language, or in English where that is not known; `{name}` is replaced by a value. */
export function translate(
	locale: string | undefined,
	key: MessageKey,
	values: Readonly<Record<string, string | number>> = {},
): string {
	return catalogOf(locale)[key].replace(/\{(\w+)\}/g, (placeholder, name: string) =>
		String(values[name] ?? placeholder),
	);
}

/** The same message in every language but English, as Discord takes it for commands. */
export function localizations(key: MessageKey): LocalizationMap {
	return Object.fromEntries(
		DISCORD_LOCALES.filter((locale) => locale !== 'en').map((locale) => [locale, translate(locale, key)]),
	);
}

/** The date as a reader of `locale` writes it, in UTC. */
export const formatDate = (locale: string, at: number): string =>
	new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at).concat(' UTC');
