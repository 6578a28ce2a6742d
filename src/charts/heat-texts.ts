import type { HeatState } from '../domain/index.ts';

/** All that a chart of heat says in words of its own. */
export interface HeatTexts {
	/** Names of the bands; a channel that is cooling stands in one of the others by its score. */
	readonly bands: Readonly<Record<Exclude<HeatState, 'cooling'>, string>>;
	readonly alert: string;
	readonly alt: {
		/** `{from}`, `{to}` and `{peak}` are percentages, `{span}` is a duration. */
		readonly course: string;
		/** `{band}` is a name, `{before}` a duration. */
		readonly since: string;
		readonly empty: string;
	};
}

const en: HeatTexts = {
	bands: { calm: 'calm', warm: 'warm', hot: 'hot' },
	alert: 'alert',
	alt: {
		course: 'Line chart of the last {span} before the alert: heat went from {from} to {to}, at most {peak}.',
		since: 'The channel was {band} for the last {before}.',
		empty: 'Nothing was measured before the alert.',
	},
};

const de: HeatTexts = {
	bands: { calm: 'ruhig', warm: 'warm', hot: 'hitzig' },
	alert: 'Warnung',
	alt: {
		course: 'Liniendiagramm der letzten {span} vor der Warnung: die Hitze ging von {from} auf {to}, höchstens {peak}.',
		since: 'Zuletzt war der Kanal {before} lang {band}.',
		empty: 'Vor der Warnung wurde nichts gemessen.',
	},
};

const pl: HeatTexts = {
	bands: { calm: 'spokojnie', warm: 'nerwowo', hot: 'gorąco' },
	alert: 'alert',
	alt: {
		course:
			'Wykres liniowy ostatnich {span} przed alertem: temperatura zmieniła się z {from} na {to}, najwyżej {peak}.',
		since: 'Przez ostatnie {before} na kanale było {band}.',
		empty: 'Przed alertem niczego nie zmierzono.',
	},
};

const es: HeatTexts = {
	bands: { calm: 'calma', warm: 'tensión', hot: 'acalorado' },
	alert: 'aviso',
	alt: {
		course:
			'Gráfico de líneas de los últimos {span} antes del aviso: el calor pasó de {from} a {to}, con un máximo de {peak}.',
		since: 'Estado del canal en los últimos {before}: {band}.',
		empty: 'No se midió nada antes del aviso.',
	},
};

const TEXTS: Readonly<Record<string, HeatTexts>> = { en, de, pl, es };

/** @param locale BCP 47, as Discord gives it, for example `es-ES` */
export const heatTextsFor = (locale: string): HeatTexts => TEXTS[locale.toLowerCase().split(/[-_]/)[0] ?? 'en'] ?? en;
