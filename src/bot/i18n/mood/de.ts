import type { mood as en } from './en.ts';

export const mood: Readonly<Record<keyof typeof en, string>> = {
	'mood.confidence': 'Im Mittel war ich mir zu {share} % sicher.',
	'mood.contested': '{count} davon hast du berichtigt, und dein Wort gilt.',
	'mood.no-picture': 'Das Bild ließ sich diesmal nicht zeichnen. In Worten: {words}',
	'mood.theme.dark': 'dunkel',
	'mood.theme.light': 'hell',
	'mood.trend.title': 'Deine Muster · {period}',
	'mood.trend.hour': '**Tageszeit:** am angenehmsten klingst du um {higher} Uhr, am wenigsten um {lower} Uhr.',
	'mood.trend.weekday': '**Wochentag:** am angenehmsten am {higher}, am wenigsten am {lower}.',
	'mood.trend.channel': '**Kanal:** am angenehmsten in {higher}, am wenigsten in {lower}.',
	'mood.trend.none':
		'Ich sehe kein klares Muster: Die Unterschiede zwischen Zeiten, Tagen und Kanälen sind nicht größer, als der Zufall sie macht.',
	'mood.trend.caution':
		'Hierin steckt nur deine eigene Stimme, und niemand sonst sieht es. Ein Muster sagt, wann; nie, warum oder wegen wem.',
	'mood.trend.zone':
		'Die Zeitzone „{zone}“ kenne ich nicht. Wähle eine der vorgeschlagenen, zum Beispiel `Europe/Berlin`.',
	'mood.channel.title': '#{channel} · {period}',
	'mood.channel.subtitle': 'Stimmung der Gruppe, nie die einer Person',
	'mood.channel.where': 'Geh zuerst in einen Sprachkanal oder nenne einen.',
	'mood.channel.forbidden': 'Du kannst {channel} nicht sehen, also erzähle ich dir nichts darüber.',
	'mood.channel.suppressed':
		'In {channel} waren in dieser Zeit zu wenige zu hören. Die Stimmung einer Gruppe zeige ich erst, wenn mindestens {least} beigetragen haben, damit niemand herauszulesen ist.',
	'mood.channel.summary':
		'In {channel} klang die Gruppe vor allem nach **{first}** ({firstShare} %){second}. Das beruht auf den Stimmen von jeweils mindestens {least} Personen.',
	'mood.channel.unsure':
		'In {channel} war keine Emotion bei mindestens {least} Personen zugleich zu hören, also nenne ich keine.',
	'mood.channel.hidden':
		'Die Werte sind gerundet, je Stunde und ohne die laufende. Stunden mit weniger als {least} Beteiligten bleiben leer.',
	'mood.contest.pick': 'Worin habe ich mich geirrt?',
	'mood.contest.when': 'Äußerung wählen',
	'mood.contest.offer': '{ago}: {heard} ({share} %), {seconds} s',
	'mood.contest.ask': '{time} · {offer}\nWas war es wirklich?',
	'mood.contest.was': 'Wählen, was es war',
	'mood.contest.unsure': 'schwer zu sagen',
	'mood.contest.done':
		'Danke. Für dich zählt es jetzt als **{label}**, in deinen Bildern und Zusammenfassungen; und es zeigt, wie oft ich hier richtig liege.',
	'mood.contest.undo': 'Zurücknehmen',
	'mood.contest.undone': 'Zurückgenommen: Es zählt wieder, was ich gehört habe.',
	'mood.contest.gone':
		'Eine solche Äußerung von dir habe ich nicht (mehr). Wähle eine der vorgeschlagenen; sie gehen nach der Aufbewahrungsfrist, oder wenn du sie löschst.',
	'command.mood.period': 'Welche Zeit gezeigt wird',
	'command.mood.theme': 'Farben des Bildes; dunkel, wenn du nichts nennst',
	'command.mood.channel': 'Die Stimmung der Gruppe in einem Sprachkanal, wo genug zugestimmt haben',
	'command.mood.channel.channel': 'Welcher Kanal; deiner, wenn du keinen nennst',
	'command.mood.trend': 'Muster in deinen eigenen Gesprächen: Tageszeit, Wochentag, Kanal',
	'command.mood.trend.timezone': 'Deine Zeitzone, zum Beispiel Europe/Berlin',
	'command.mood.contest': 'Berichtigen, was ich aus deiner Stimme gehört habe',
	'command.mood.contest.when': 'Welche Äußerung; ohne Angabe öffnet sich ein Menü',
	'command.mood.contest.was': 'Was es wirklich war',
};
