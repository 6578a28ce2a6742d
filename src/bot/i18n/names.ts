import type { LocalizationMap } from 'discord.js';
import { DISCORD_LOCALES, type MessageKey } from './index.ts';

type Names = Readonly<Record<'de' | 'pl' | 'es', string>>;

/**
 * What commands, subcommands and options are called where it is not their English name, by the key of their
 * description. Texts name commands in English, which Discord finds in every language.
 */
const NAMES: Readonly<Partial<Record<MessageKey, Names>>> = {
	'command.alerts': { de: 'warnungen', pl: 'alerty', es: 'avisos' },
	'command.alerts.recent': { de: 'letzte', pl: 'ostatnie', es: 'recientes' },
	'command.alerts.acknowledge': { de: 'übernehmen', pl: 'przejmij', es: 'ocuparse' },
	'command.alerts.reveal': { de: 'nennen', pl: 'ujawnij', es: 'revelar' },
	'command.alerts.tune': { de: 'abstimmen', pl: 'dostrój', es: 'ajustar' },
	'command.alerts.id': { de: 'kennung', pl: 'kod', es: 'código' },
	'command.alerts.reason': { de: 'grund', pl: 'powód', es: 'motivo' },
	'command.consent': { de: 'zustimmung', pl: 'zgoda', es: 'consentimiento' },
	'command.consent.give': { de: 'geben', pl: 'wyraź', es: 'dar' },
	'command.consent.withdraw': { de: 'widerrufen', pl: 'wycofaj', es: 'retirar' },
	'command.consent.receipt': { de: 'quittung', pl: 'potwierdzenie', es: 'recibo' },
	'command.privacy': { de: 'datenschutz', pl: 'prywatność', es: 'privacidad' },
	'command.privacy.what': { de: 'was', pl: 'co', es: 'qué' },
	'command.privacy.export': { de: 'export', pl: 'eksport', es: 'exportar' },
	'command.privacy.erase': { de: 'löschen', pl: 'usuń', es: 'borrar' },
	'command.mood': { de: 'stimmung', pl: 'nastrój', es: 'ánimo' },
	'command.mood.me': { de: 'ich', pl: 'ja', es: 'yo' },
	'command.mood.channel': { de: 'kanal', pl: 'kanał', es: 'canal' },
	'command.mood.channel.channel': { de: 'kanal', pl: 'kanał', es: 'canal' },
	'command.mood.trend': { de: 'muster', pl: 'wzorce', es: 'patrones' },
	'command.mood.trend.timezone': { de: 'zeitzone', pl: 'strefa-czasowa', es: 'zona-horaria' },
	'command.mood.contest': { de: 'berichtigen', pl: 'popraw', es: 'corregir' },
	'command.mood.contest.when': { de: 'wann', pl: 'kiedy', es: 'cuándo' },
	'command.mood.contest.was': { de: 'war', pl: 'było', es: 'era' },
	'command.mood.period': { de: 'zeitraum', pl: 'okres', es: 'periodo' },
	'command.mood.theme': { de: 'farben', pl: 'kolory', es: 'colores' },
	'command.emotion': { de: 'emotion', pl: 'emocje', es: 'emoción' },
	'command.emotion.setup': { de: 'einrichten', pl: 'konfiguracja', es: 'configurar' },
	'command.emotion.join': { de: 'beitreten', pl: 'dołącz', es: 'entrar' },
	'command.emotion.join.channel': { de: 'kanal', pl: 'kanał', es: 'canal' },
	'command.emotion.leave': { de: 'verlassen', pl: 'wyjdź', es: 'salir' },
	'command.emotion.leave.channel': { de: 'kanal', pl: 'kanał', es: 'canal' },
	'command.emotion.follow': { de: 'folgen', pl: 'podążaj', es: 'seguir' },
	'command.emotion.follow.state': { de: 'zustand', pl: 'stan', es: 'estado' },
	'command.emotion.follow.members': { de: 'mitglieder', pl: 'osoby', es: 'miembros' },
	'command.emotion.status': { de: 'status', pl: 'status', es: 'estado' },
	'command.emotion.pause': { de: 'pause', pl: 'przerwa', es: 'pausa' },
	'command.emotion.resume': { de: 'fortsetzen', pl: 'wznów', es: 'reanudar' },
	'command.emotion.config': { de: 'einstellungen', pl: 'ustawienia', es: 'ajustes' },
	'command.emotion.config.setting': { de: 'einstellung', pl: 'ustawienie', es: 'ajuste' },
	'command.emotion.config.value': { de: 'wert', pl: 'wartość', es: 'valor' },
	'command.emotion.doctor': { de: 'prüfen', pl: 'diagnoza', es: 'diagnóstico' },
	'command.emotion.doctor.channel': { de: 'kanal', pl: 'kanał', es: 'canal' },
};

/** A name in every language but English, as Discord takes it for commands; undefined where it has the English one only. */
export function commandNames(key: MessageKey): LocalizationMap | undefined {
	const names = NAMES[key];
	if (!names) return undefined;
	const locales = DISCORD_LOCALES.filter((locale) => locale !== 'en');
	return Object.fromEntries(locales.map((locale) => [locale, names[locale.split('-')[0] as keyof Names]]));
}
