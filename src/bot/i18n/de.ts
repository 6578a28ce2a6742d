import type { Catalog } from './en.ts';

export const de: Catalog = {
	'notice.title': 'In diesem Kanal läuft Emotionserkennung',
	'notice.body':
		'Ich höre nur Mitglieder, die zugestimmt haben. Aus ihrer Stimme schätze ich Stimmungen und warne die Moderation, wenn ein Gespräch in Ärger umschlägt. Alle anderen werden nicht gehört, Ton wird nicht aufbewahrt, und nichts hiervon ist eine Aussage über Gesundheit.',
	'notice.how':
		'Zustimmen oder widerrufen geht jederzeit mit den Knöpfen unten oder mit `/consent`; `/privacy what` sagt, was aufbewahrt wird.',
	'notice.give': 'Ich bin volljährig und stimme zu',
	'notice.withdraw': 'Widerrufen',
	'consent.given':
		'Danke. Ab jetzt höre ich dir auf diesem Server zu. Deine Quittung: `{receipt}`. Widerruf jederzeit mit `/consent withdraw`.',
	'consent.withdrawn':
		'Erledigt. Ich höre dir nicht mehr zu, und was hier über dich aufbewahrt war, ist gelöscht ({count} Einträge).',
	'consent.nothing':
		'Du hast auf diesem Server nicht zugestimmt, es gibt also nichts zu widerrufen. Ich höre dir nicht zu.',
	'consent.receipt': 'Du hast am {date} der Version {version} des Hinweises zugestimmt. Deine Quittung: `{receipt}`.',
	'consent.receipt.none': 'Du hast auf diesem Server nicht zugestimmt. Ich höre dir nicht zu.',
	'privacy.what':
		'**Was hier über dich aufbewahrt wird:** {count} Einträge, der älteste von {oldest}. Jeder enthält Bezeichnung, Wahrscheinlichkeiten, Zeiten und Tonqualität, verschlüsselt. Ton und Worte werden nie gespeichert. Einträge werden nach {days} Tagen gelöscht, oder sofort mit `/privacy erase`. Mitnehmen kannst du sie mit `/privacy export`.',
	'privacy.none': 'Auf diesem Server wird nichts über dich aufbewahrt.',
	'privacy.export': 'Alles, was auf diesem Server über dich aufbewahrt wird, als JSON ({count} Einträge).',
	'privacy.erased':
		'Gelöscht: {count} Einträge. Deine Zustimmung bleibt bestehen; `/consent withdraw` beendet auch sie.',
	'mood.title': 'Deine Stimmung · {period}',
	'mood.subtitle': '{seconds} s Sprache in {count} Äußerungen',
	'mood.empty':
		'Für diese Zeit gibt es noch nichts zu zeigen. Ich höre dir erst nach `/consent give` zu, und nur in Sprachkanälen, in die ich geholt wurde.',
	'mood.summary':
		'In {count} Äußerungen ({seconds} s Sprache) klangst du vor allem nach **{first}** ({firstShare} %){second}. {unsure}Gelernt habe ich von Schauspielern, echte Stimmen sind feiner: nimm es als Hinweis.',
	'mood.summary.unsure':
		'In {count} Äußerungen ({seconds} s Sprache) war ich mir nie sicher, wie du klangst. Kurzes, Leises oder Verrauschtes ist schwer einzuschätzen, und viele Stimmen sind feiner als die der Schauspieler, von denen ich gelernt habe.',
	'mood.unsure': 'Bei {share} % war ich mir nicht sicher. ',
	'mood.second': ', dann nach **{second}** ({secondShare} %)',
	'mood.period.today': 'heute',
	'mood.period.week': 'letzte 7 Tage',
	'mood.period.month': 'letzte 30 Tage',
	'emotion.joined': 'Ich bin in {channel} und höre denen zu, die zugestimmt haben.',
	'emotion.join.where': 'Geh zuerst in einen Sprachkanal oder nenne einen.',
	'emotion.join.permission':
		'Ich darf {channel} nicht sehen, betreten oder dort schreiben. Gib meiner Rolle dort Kanal ansehen, Verbinden und Nachrichten senden.',
	'emotion.join.failed':
		'Ich konnte mich nicht mit {channel} verbinden: {reason}. Versuche es noch einmal oder ändere die Region des Kanals.',
	'emotion.left': 'Ich habe den Sprachkanal verlassen.',
	'emotion.left.none': 'Ich bin hier in keinem Sprachkanal.',
	'emotion.status.none': 'Ich bin hier in keinem Sprachkanal. `/emotion join` holt mich.',
	'emotion.status':
		'In {channel} seit {minutes} min · {state}\n{members}\nPakete anderer, gezählt und nie dekodiert: {ignored}',
	'emotion.status.member':
		'{member}: {heard} Pakete gehört, {lost} verloren, {concealed} ersetzt, {undecryptable} nicht entschlüsselbar',
	'emotion.status.more': '… und {count} weitere.',
	'emotion.status.nobody': 'Noch hat hier niemand zugestimmt.',
	'reply.deescalate': 'Das klingt hitzig. Wollen wir kurz durchatmen und nacheinander sprechen?',
	'reply.cooled': 'Das klingt jetzt ruhiger. Danke fürs Herunterkommen.',
	'alert.title': '{channel}: dieses Gespräch schlägt in Ärger um (Hitze {heat} %, {members} Mitglieder).',
	'alert.footer':
		'Es geht um den Kanal, nicht um eine Person. Lachen, Spiel und Schauspiel können mich täuschen: erst hinhören, dann handeln.',
	'reason.sustained-anger': 'Ärger über mehrere Beiträge',
	'reason.negative-valence': 'der Ton ist negativ geworden',
	'reason.rising-trend': 'ärgerlicher als sonst in dieser Sitzung',
	'reason.several-speakers': 'mehrere Mitglieder sind beteiligt',
	'reason.dominant-speaker': 'ein Mitglied trägt es allein',
	'reception.lost':
		'Ich habe die Sprachverbindung verloren und nicht wiederbekommen ({reason}). Hol mich mit `/emotion join` zurück; wiederholt es sich, ändere die Region des Kanals.',
	'error.unexpected': 'Das hat nicht geklappt. Es liegt an mir, nicht an dir; das Protokoll des Servers weiß mehr.',
	'emotion.anger': 'Ärger',
	'emotion.boredom': 'Langeweile',
	'emotion.calm': 'Ruhe',
	'emotion.disgust': 'Ekel',
	'emotion.fear': 'Angst',
	'emotion.happiness': 'Freude',
	'emotion.neutral': 'neutral',
	'emotion.sadness': 'Trauer',
	'emotion.surprise': 'Überraschung',
	'command.consent': 'Zustimmen, gehört zu werden, oder widerrufen',
	'command.consent.give': 'Zustimmen, dass der Bot dir auf diesem Server zuhört',
	'command.consent.withdraw': 'Nicht mehr gehört werden und Aufbewahrtes löschen',
	'command.consent.receipt': 'Zeigen, wem du wann zugestimmt hast',
	'command.mood': 'Deine Stimmung, von niemandem sonst gesehen',
	'command.mood.me': 'Deine eigene Stimmung im Verlauf',
	'command.mood.me.period': 'Welche Zeit gezeigt wird',
	'command.privacy': 'Was über dich aufbewahrt wird',
	'command.privacy.what': 'Zeigen, was über dich aufbewahrt wird',
	'command.privacy.export': 'Alles mitnehmen, was über dich aufbewahrt wird',
	'command.privacy.erase': 'Alles löschen, was über dich aufbewahrt wird',
	'command.emotion': 'Emotionserkennung einrichten',
	'command.emotion.join': 'Den Bot in einen Sprachkanal holen',
	'command.emotion.join.channel': 'Welcher Kanal; deiner, wenn du keinen nennst',
	'command.emotion.leave': 'Den Bot gehen lassen',
	'command.emotion.status': 'Was der Bot hört und wie gut',
};
