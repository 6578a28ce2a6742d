import { formatsFor } from '../../../charts/format.ts';
import { emotionName } from '../../../charts/index.ts';
import type { EmotionLabel } from '../../../domain/index.ts';
import { clockTime } from '../../terminal/index.ts';
import type { Language, Party } from '../model.ts';
import { de } from './de.ts';
import { en, type TextKey, type Texts } from './en.ts';
import { es } from './es.ts';
import { pl } from './pl.ts';

export type { TextKey, Texts } from './en.ts';
export const TEXTS: Readonly<Record<Language, Texts>> = { en, de, pl, es };

/** How a report says things in one language. */
export interface Phrases {
	readonly language: Language;
	t(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
	emotion(label: EmotionLabel): string;
	percent(share: number): string;
	signed(value: number): string;
	duration(ms: number): string;
	/** `3:07`, `1:02:03`: a place in the recording. */
	clock(ms: number): string;
	date(at: number): string;
	party(party: Pick<Party, 'id' | 'role'>): string;
}

export function phrasesOf(language: Language, timeZone = 'UTC'): Phrases {
	const texts = TEXTS[language];
	const formats = formatsFor(language, timeZone);
	const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone });
	const t: Phrases['t'] = (key, values = {}) =>
		texts[key].replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
	return {
		language,
		t,
		emotion: (label) => emotionName(label, language),
		percent: formats.percent,
		signed: (value) => formats.signed(value).replace('-', '−'),
		duration: formats.duration,
		clock: (ms) => clockTime(ms, 0),
		date: (at) => date.format(at),
		party: ({ id, role }) => {
			const name = placeOf(id, t);
			if (role === 'speaker') return name;
			return id === 'all'
				? t(`role.${role}`)
				: `${t(`role.${role}`)} (${/^[AB]$/.test(id) ? name : name.toLocaleLowerCase(language)})`;
		},
	};
}

function placeOf(id: string, t: Phrases['t']): string {
	if (id === 'left' || id === 'right' || id === 'all') return t(`party.${id}`);
	return t(/^\d+$/.test(id) ? 'party.channel' : 'party.voice', { id });
}
