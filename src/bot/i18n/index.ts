import type { LocalizationMap } from 'discord.js';
import { de } from './de.ts';
import { type Catalog, en, type MessageKey } from './en.ts';
import { es } from './es.ts';
import { pl } from './pl.ts';

export type { MessageKey } from './en.ts';

/** Discord's locale codes that we speak; English is what everybody else gets. */
const CATALOGS: Readonly<Record<string, Catalog>> = { en, de, pl, 'es-ES': es, 'es-419': es };

export const LOCALES = Object.keys(CATALOGS);

const catalogOf = (locale = 'en'): Catalog => CATALOGS[locale] ?? CATALOGS[locale.split('-')[0] as string] ?? en;

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
		Object.entries(CATALOGS)
			.filter(([locale]) => locale !== 'en')
			.map(([locale, catalog]) => [locale, catalog[key]]),
	);
}

/** The date as a reader of `locale` writes it, in UTC. */
export const formatDate = (locale: string, at: number): string =>
	new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at).concat(' UTC');
