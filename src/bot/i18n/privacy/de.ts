import type { privacy as en } from './en.ts';

export const privacy: Readonly<Record<keyof typeof en, string>> = {
	'privacy.what.alerts':
		'**Warnungen:** Zu {count} Warnungen über einen Kanal hat deine Stimme beigetragen. Dass es deine war, sieht niemand, außer jemand aus der Moderation deckt es mit Begründung auf, und das wird protokolliert.',
	'privacy.what.audit': '**Protokoll:** {count} Einträge sagen, was du hier als Moderation getan hast.',
	'privacy.what.consent': '**Zustimmung:** Quittung `{receipt}`; `/consent receipt` zeigt, was darauf steht.',
	'privacy.erase.ask':
		'**Alles löschen, was hier über deine Stimme aufbewahrt wird?** {count} Einträge gingen, und dein Anteil an Warnungen. Das lässt sich nicht rückgängig machen. Vorher mitnehmen kannst du es mit `/privacy export`.',
	'privacy.erase.yes': 'Löschen',
	'privacy.erase.withdraw': 'Löschen und Zustimmung widerrufen',
	'privacy.erase.no': 'Behalten',
	'privacy.erase.kept': 'Es wurde nichts gelöscht.',
	'privacy.remains':
		'Was bleibt: die Quittung deiner Zustimmung, solange sie gilt; was du als Moderation getan hast, im Protokoll; und verschlüsselte Kopien in Sicherungen, die mein Betreiber gemacht hat, bis sie überschrieben werden: Frag dort, wie lange das dauert.',
	'privacy.readme':
		'Was SpeechEmotionSense in {server} über dich aufbewahrt\n\nconsent.json: die Quittung deiner Zustimmung, oder null.\nmoods.json, moods.csv: ein Eintrag für jede deiner Äußerungen: wann und wo, die Bezeichnung, wozu du sie berichtigt hast, Wahrscheinlichkeiten, Valenz und Erregung (−1 bis 1), Tonqualität. Zeiten in UTC; Beginn und Ende in Millisekunden seit Beginn der Sitzung. Beide Dateien enthalten dasselbe.\nalerts.json: Warnungen über einen Kanal, zu denen deine Stimme beigetragen hat.\nmoderation.json: was du als Moderation getan hast.\n\nTon und Worte werden nie gespeichert. In der CSV-Datei steht ein Apostroph vor Texten, die eine Tabellenkalkulation als Formel ausführen würde.\n',
};
