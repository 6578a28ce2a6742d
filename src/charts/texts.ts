import type { EmotionLabel } from '../domain/index.ts';

/** All that a chart says in words of its own. Counts stand after a colon, so that no plural is needed. */
export interface ChartTexts {
	readonly labels: Readonly<Record<EmotionLabel, string>>;
	readonly mix: string;
	readonly valence: string;
	readonly pleasant: string;
	readonly unpleasant: string;
	readonly arousal: string;
	readonly excited: string;
	readonly relaxed: string;
	readonly speech: string;
	readonly utterances: string;
	readonly unsure: string;
	readonly key: string;
	readonly derived: string;
	readonly empty: string;
	readonly emptyHint: string;
	readonly mean: string;
}

const en: ChartTexts = {
	labels: {
		anger: 'anger',
		boredom: 'boredom',
		calm: 'calm',
		disgust: 'disgust',
		fear: 'fear',
		happiness: 'happiness',
		neutral: 'neutral',
		sadness: 'sadness',
		surprise: 'surprise',
		unsure: 'unsure',
	},
	mix: 'Emotions',
	valence: 'Valence',
	pleasant: 'pleasant',
	unpleasant: 'unpleasant',
	arousal: 'Arousal',
	excited: 'excited',
	relaxed: 'relaxed',
	speech: 'Speech',
	utterances: 'Utterances',
	unsure: 'Unsure',
	key: 'Dots: single utterances · line: mean · box: spread',
	derived: 'Valence and arousal are derived from the emotions.',
	empty: 'Nothing was recorded in this period.',
	emptyHint: 'There is no mood to show.',
	mean: 'mean',
};

const de: ChartTexts = {
	labels: {
		anger: 'Ärger',
		boredom: 'Langeweile',
		calm: 'Gelassenheit',
		disgust: 'Ekel',
		fear: 'Angst',
		happiness: 'Freude',
		neutral: 'neutral',
		sadness: 'Trauer',
		surprise: 'Überraschung',
		unsure: 'unsicher',
	},
	mix: 'Emotionen',
	valence: 'Valenz',
	pleasant: 'angenehm',
	unpleasant: 'unangenehm',
	arousal: 'Erregung',
	excited: 'erregt',
	relaxed: 'entspannt',
	speech: 'Sprache',
	utterances: 'Äußerungen',
	unsure: 'Unsicher',
	key: 'Punkte: einzelne Äußerungen · Linie: Mittel · Kasten: Streuung',
	derived: 'Valenz und Erregung sind aus den Emotionen abgeleitet.',
	empty: 'In diesem Zeitraum wurde nichts erfasst.',
	emptyHint: 'Es gibt keine Stimmung zu zeigen.',
	mean: 'Mittel',
};

const pl: ChartTexts = {
	labels: {
		anger: 'złość',
		boredom: 'znudzenie',
		calm: 'spokój',
		disgust: 'wstręt',
		fear: 'strach',
		happiness: 'radość',
		neutral: 'neutralność',
		sadness: 'smutek',
		surprise: 'zaskoczenie',
		unsure: 'brak pewności',
	},
	mix: 'Emocje',
	valence: 'Walencja',
	pleasant: 'przyjemne',
	unpleasant: 'przykre',
	arousal: 'Pobudzenie',
	excited: 'wysokie',
	relaxed: 'niskie',
	speech: 'Mowa',
	utterances: 'Wypowiedzi',
	unsure: 'Niepewne',
	key: 'Punkty: pojedyncze wypowiedzi · linia: średnia · pole: rozrzut',
	derived: 'Walencja i pobudzenie są wyprowadzone z emocji.',
	empty: 'W tym okresie niczego nie zapisano.',
	emptyHint: 'Nie ma nastroju do pokazania.',
	mean: 'średnia',
};

const es: ChartTexts = {
	labels: {
		anger: 'enfado',
		boredom: 'aburrimiento',
		calm: 'calma',
		disgust: 'asco',
		fear: 'miedo',
		happiness: 'alegría',
		neutral: 'neutral',
		sadness: 'tristeza',
		surprise: 'sorpresa',
		unsure: 'sin certeza',
	},
	mix: 'Emociones',
	valence: 'Valencia',
	pleasant: 'agradable',
	unpleasant: 'desagradable',
	arousal: 'Activación',
	excited: 'alta',
	relaxed: 'baja',
	speech: 'Habla',
	utterances: 'Intervenciones',
	unsure: 'Sin certeza',
	key: 'Puntos: intervenciones · línea: media · caja: dispersión',
	derived: 'La valencia y la activación se derivan de las emociones.',
	empty: 'No se registró nada en este periodo.',
	emptyHint: 'No hay estado de ánimo que mostrar.',
	mean: 'media',
};

const TEXTS: Readonly<Record<string, ChartTexts>> = { en, de, pl, es };

/** @param locale BCP 47, as Discord gives it, for example `es-ES` */
export function textsFor(locale: string): ChartTexts {
	return TEXTS[locale.toLowerCase().split(/[-_]/)[0] ?? 'en'] ?? en;
}

/** What a label is called in `locale`. */
export const emotionName = (label: EmotionLabel, locale: string): string => textsFor(locale).labels[label];
