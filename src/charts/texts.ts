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
	/** Of the model, on average. */
	readonly confidence: string;
	/** How many the member corrected. */
	readonly contested: string;
	readonly keyDots: string;
	/** Where the means of neighbouring times are joined … */
	readonly keyLine: string;
	/** … and where there are none to be joined. */
	readonly keyMean: string;
	readonly keyBox: string;
	readonly derived: string;
	readonly empty: string;
	readonly emptyHint: string;
	readonly mean: string;
	readonly byHour: string;
	readonly byWeekday: string;
	readonly byChannel: string;
	/** Of channels that are not shown one by one; `{count}` is their number. */
	readonly otherChannels: string;
	/** Of a channel that is gone, or that the reader cannot see. */
	readonly unknownChannel: string;
	readonly keyTrend: string;
	/** Of the members whose voices a figure rests on. */
	readonly people: string;
	/** How many at least, `{count}`. */
	readonly atLeast: string;
	/** `{k}` is the fewest that are shown. */
	readonly keyGroup: string;
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
	confidence: 'Confidence',
	contested: 'Corrected by you',
	keyDots: 'Dots: single utterances',
	keyLine: 'line: mean',
	keyMean: 'diamond: mean',
	keyBox: 'box: spread',
	derived: 'Valence and arousal are derived from the emotions.',
	empty: 'Nothing was recorded in this period.',
	emptyHint: 'There is no mood to show.',
	mean: 'mean',
	byHour: 'Hour of the day',
	byWeekday: 'Weekday',
	byChannel: 'Channel',
	otherChannels: '{count} others',
	unknownChannel: 'another',
	keyTrend: 'Dot: mean · bar behind it: spread · faint: fewer than 3 utterances',
	people: 'People',
	atLeast: '{count} or more',
	keyGroup: 'Line: mean · grey: unsure or rare · blank: fewer than {k} people',
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
	confidence: 'Sicherheit',
	contested: 'Von dir berichtigt',
	keyDots: 'Punkte: einzelne Äußerungen',
	keyLine: 'Linie: Mittel',
	keyMean: 'Raute: Mittel',
	keyBox: 'Kasten: Streuung',
	derived: 'Valenz und Erregung sind aus den Emotionen abgeleitet.',
	empty: 'In diesem Zeitraum wurde nichts erfasst.',
	emptyHint: 'Es gibt keine Stimmung zu zeigen.',
	mean: 'Mittel',
	byHour: 'Tageszeit',
	byWeekday: 'Wochentag',
	byChannel: 'Kanal',
	otherChannels: '{count} weitere',
	unknownChannel: 'ein anderer',
	keyTrend: 'Punkt: Mittel · Balken dahinter: Streuung · blass: unter 3 Äußerungen',
	people: 'Personen',
	atLeast: '{count} oder mehr',
	keyGroup: 'Linie: Mittel · grau: unsicher oder selten · leer: unter {k} Personen',
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
	confidence: 'Pewność',
	contested: 'Poprawione przez Ciebie',
	keyDots: 'Punkty: pojedyncze wypowiedzi',
	keyLine: 'linia: średnia',
	keyMean: 'romb: średnia',
	keyBox: 'pole: rozrzut',
	derived: 'Walencja i pobudzenie są wyprowadzone z emocji.',
	empty: 'W tym okresie niczego nie zapisano.',
	emptyHint: 'Nie ma nastroju do pokazania.',
	mean: 'średnia',
	byHour: 'Pora dnia',
	byWeekday: 'Dzień tygodnia',
	byChannel: 'Kanał',
	otherChannels: 'inne: {count}',
	unknownChannel: 'inny',
	keyTrend: 'Punkt: średnia · pasek za nim: rozrzut · blade: poniżej 3 wypowiedzi',
	people: 'Osoby',
	atLeast: '{count} lub więcej',
	keyGroup: 'Linia: średnia · szare: niepewne lub rzadkie · puste: osób mniej niż {k}',
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
	confidence: 'Certeza',
	contested: 'Corregidas por ti',
	keyDots: 'Puntos: intervenciones',
	keyLine: 'línea: media',
	keyMean: 'rombo: media',
	keyBox: 'caja: dispersión',
	derived: 'La valencia y la activación se derivan de las emociones.',
	empty: 'No se registró nada en este periodo.',
	emptyHint: 'No hay estado de ánimo que mostrar.',
	mean: 'media',
	byHour: 'Hora del día',
	byWeekday: 'Día de la semana',
	byChannel: 'Canal',
	otherChannels: 'otros: {count}',
	unknownChannel: 'otro',
	keyTrend: 'Punto: media · barra detrás: dispersión · tenue: menos de 3 intervenciones',
	people: 'Personas',
	atLeast: '{count} o más',
	keyGroup: 'Línea: media · gris: sin certeza o raro · vacío: menos de {k} personas',
};

const TEXTS: Readonly<Record<string, ChartTexts>> = { en, de, pl, es };

/** @param locale BCP 47, as Discord gives it, for example `es-ES` */
export function textsFor(locale: string): ChartTexts {
	return TEXTS[locale.toLowerCase().split(/[-_]/)[0] ?? 'en'] ?? en;
}

/** What a label is called in `locale`. */
export const emotionName = (label: EmotionLabel, locale: string): string => textsFor(locale).labels[label];
