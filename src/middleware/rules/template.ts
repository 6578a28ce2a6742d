import { z } from 'zod';

/** Languages in which a rule may speak. English is what everybody else gets. */
export const TEXT_LOCALES = ['en', 'de', 'pl', 'es'] as const;
type TextLocale = (typeof TEXT_LOCALES)[number];

/** What a text may mention. */
export const PLACEHOLDERS = {
	channel: 'the voice channel, as a mention',
	minutes: 'how long the session has lasted',
	hours: 'the same in whole hours',
	members: 'how many members were heard in the last ten minutes',
	heat: 'how tense the channel is, in percent',
} as const;
export type Placeholder = keyof typeof PLACEHOLDERS;
export type TextValues = Readonly<Record<Placeholder, string | number>>;

const MENTIONED = /\{(\w*)\}/g;

/** Names in braces that are no placeholders. */
export const unknownPlaceholders = (text: string): string[] =>
	[...text.matchAll(MENTIONED)].map(([, name = '']) => name).filter((name) => !(name in PLACEHOLDERS));

/** Fills a text; what `values` lacks stays as it is. */
export const fill = (text: string, values: Partial<TextValues>): string =>
	text.replace(MENTIONED, (mention, name: Placeholder) => String(values[name] ?? mention));

/** @param most characters; Discord counts them after the placeholders are filled, so some room is left */
const template = (most: number) =>
	z
		.string()
		.trim()
		.min(1)
		.max(most)
		.superRefine((text, context) => {
			for (const name of unknownPlaceholders(text)) {
				const known = Object.keys(PLACEHOLDERS).join('}, {');
				context.addIssue({
					code: 'custom',
					message: `unknown placeholder {${name}}; there are {${known}}`,
					// So that the place within the text can be told.
					params: { excerpt: `{${name}}` },
				});
			}
		});

/** A text in several languages, English at least. */
export const localText = (most: number) =>
	z.strictObject({
		en: template(most),
		de: template(most).optional(),
		pl: template(most).optional(),
		es: template(most).optional(),
	});
export type LocalText = { readonly en: string } & { readonly [locale in TextLocale]?: string | undefined };

/** The language of `of` that is nearest to what the reader speaks. @param locale as Discord names it, such as `es-419` */
export function inLanguage<T>(of: { readonly en: T } & Partial<Record<string, T | undefined>>, locale: string): T {
	return of[locale.split('-')[0] as string] ?? of.en;
}
