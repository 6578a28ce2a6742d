import { alerts } from './alerts/de.ts';
import type { Catalog } from './en.ts';
import { mood } from './mood/de.ts';
import { privacy } from './privacy/de.ts';
import { setup } from './setup/de.ts';

export const de: Catalog = {
	...setup,
	...privacy,
	...mood,
	...alerts,
	'notice.title': 'In diesem Kanal läuft Emotionserkennung',
	'notice.body':
		'Ich höre nur Mitglieder, die zugestimmt haben. Aus ihrer Stimme schätze ich Stimmungen und warne die Moderation, wenn ein Gespräch in Ärger umschlägt. Alle anderen werden nicht gehört, Ton wird nicht aufbewahrt, und nichts hiervon ist eine Aussage über Gesundheit.',
	'notice.how':
		'Zustimmen oder widerrufen geht jederzeit mit den Knöpfen unten oder mit `/consent`; `/privacy what` sagt, was aufbewahrt wird.',
	'notice.give': 'Ich bin volljährig und stimme zu',
	'notice.withdraw': 'Widerrufen',
	'notice.nickname': '[hört zu] ',
	'notice.status': 'Emotionserkennung: ich höre denen zu, die zugestimmt haben',
	'consent.given':
		'Danke. Ab jetzt höre ich dir auf diesem Server zu. Deine Quittung: `{receipt}` (Version {version} des Hinweises, {date}). Widerruf jederzeit mit `/consent withdraw`.',
	'consent.withdrawn':
		'Erledigt. Ich höre dir nicht mehr zu, und was hier über dich aufbewahrt war, ist gelöscht ({count} Einträge).',
	'consent.nothing':
		'Du hast auf diesem Server nicht zugestimmt, es gibt also nichts zu widerrufen. Ich höre dir nicht zu.',
	'consent.receipt':
		'Du hast am {date} der Version {version} des Hinweises zugestimmt; was er sagt, steht hier. Deine Quittung: `{receipt}`. Widerruf jederzeit mit `/consent withdraw`.',
	'consent.receipt.none': 'Du hast auf diesem Server nicht zugestimmt. Ich höre dir nicht zu.',
	'privacy.what':
		'**Was hier über dich aufbewahrt wird:** {count} Einträge, der älteste von {oldest}. Jeder enthält Bezeichnung, Wahrscheinlichkeiten, Zeiten und Tonqualität, verschlüsselt. Ton und Worte werden nie gespeichert. Einträge werden nach {days} Tagen gelöscht, oder sofort mit `/privacy erase`. Mitnehmen kannst du sie mit `/privacy export`.',
	'privacy.none': 'Auf diesem Server wird nichts über dich aufbewahrt.',
	'privacy.export':
		'Alles, was auf diesem Server über dich aufbewahrt wird, als JSON und als CSV (Äußerungen: {count}, Dateien: {parts}).',
	'privacy.erased':
		'Gelöscht: {count} Einträge und alles, was noch in Arbeit war. Deine Zustimmung bleibt bestehen; `/consent withdraw` beendet auch sie.',
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
	'emotion.join.busy':
		'Alle meine Konten hören schon zu: {channels}. `/emotion leave` in einem dieser Kanäle macht eines frei; wer mich betreibt, kann weitere hinzufügen.',
	'emotion.left': 'Ich habe den Sprachkanal verlassen.',
	'emotion.left.none': 'Ich bin hier in keinem Sprachkanal.',
	'emotion.status.none': 'Ich bin hier in keinem Sprachkanal. `/emotion join` holt mich.',
	'emotion.status':
		'In {channel} seit {minutes} min · {state}\n{members}\nPakete anderer, gezählt, nie entschlüsselt: {ignored} · Unsinn: {malformed}',
	'emotion.status.member':
		'{member}: {heard} Pakete gehört, {lost} verloren ({late} zu spät), {concealed} verdeckt, {recovered} gerettet, {duplicate} doppelt, {undecryptable} nicht entschlüsselbar, {dropped} verworfen',
	'emotion.status.together': 'Zusammen',
	'emotion.status.more': '… und {count} weitere.',
	'emotion.status.nobody': 'Noch hat hier niemand zugestimmt.',
	'emotion.status.waiting': 'Warten darauf, dass eines meiner Konten frei wird: {channels}',
	'emotion.follow.on':
		'Ab jetzt folge ich: Sind {count} oder mehr Mitglieder, die zugestimmt haben, in einem Sprachkanal, komme ich dazu; ist keines von ihnen mehr da, gehe ich.',
	'emotion.follow.off': 'Ich folge Mitgliedern nicht mehr in Sprachkanäle. `/emotion join` holt mich.',
	'emotion.follow.choice.on': 'an',
	'emotion.follow.choice.off': 'aus',
	'fleet.orphaned':
		'Mein Konto, das hier zugehört hat, ist weg, und kein anderes ist frei. Ich höre hier also niemanden und komme zurück, sobald eines frei ist.',
	'reply.slow-mode':
		'In {channel} klingt es hitzig. Ein Slow-Modus von {seconds} s im Chat dort (Kanal bearbeiten → Übersicht → Slow-Modus) könnte helfen. Das ist ein Vorschlag: geändert ist nichts.',
	'reason.sustained-anger': 'Ärger über mehrere Beiträge',
	'reason.negative-valence': 'der Ton ist negativ geworden',
	'reason.rising-trend': 'ärgerlicher als sonst in dieser Sitzung',
	'reason.several-speakers': 'mehrere Mitglieder sind beteiligt',
	'reason.dominant-speaker': 'ein Mitglied trägt es allein',
	'reason.overlap': 'Mitglieder fallen sich ins Wort',
	'reason.laughter': 'es wird gelacht',
	'reason.play': 'es klingt nach Spaß',
	'reception.deaf.no-packets':
		'spricht, aber es kommen keine Sprachpakete an. Ändert die Region des Kanals; hilft das nicht, muss die Firewall meines Rechners UDP durchlassen.',
	'reception.deaf.transport':
		'spricht, aber die Pakete passen nicht zum Schlüssel des Gesprächs. Ich baue eine neue Verbindung auf; bleibt es so, holt mich mit `/emotion join` neu herein.',
	'reception.deaf.encryption':
		'spricht, aber die Ende-zu-Ende-Verschlüsselung lässt sich nicht öffnen. Ich handle sie neu aus; bleibt es so, sollte das Mitglied den Kanal verlassen und wiederkommen, oder ändert die Region des Kanals.',
	'reception.deaf.not-opus':
		'spricht, aber was ankommt, ist kein Opus-Ton. Das Mitglied sollte seinen Discord-Client neu starten.',
	'reception.deaf.no-decoder':
		'spricht, aber es ließ sich kein Decoder öffnen. Das Protokoll meines Rechners sagt, warum; startet mich neu, wenn das behoben ist.',
	'reception.deaf.bot-deafened':
		'spricht, aber ich bin auf diesem Server taub geschaltet. Hebt das auf (Rechtsklick auf mich, Ein-/Ausgabe deaktivieren).',
	'reception.unheard': '⚠️ Ein Mitglied hier, das zugestimmt hat, {advice} `/emotion status` sagt, wer.',
	'reception.lost.disconnected':
		'Ich wurde vom Kanal getrennt{detail}. War das nicht gewollt, holt mich mit `/emotion join` wieder herein.',
	'reception.lost.refused':
		'Discord hat die Sprachverbindung immer wieder abgelehnt{detail}. Holt mich mit `/emotion join` wieder herein; passiert es erneut, ändert die Region des Kanals.',
	'reception.lost.encryption':
		'Die Ende-zu-Ende-Verschlüsselung ließ sich nicht wiederherstellen{detail}. Ändert die Region des Kanals und holt mich mit `/emotion join` wieder herein.',
	'reception.lost.channel-deleted':
		'Den Kanal gibt es nicht mehr{detail}. Holt mich mit `/emotion join` in einen anderen.',
	'reception.lost.removed': 'Ich wurde vom Server entfernt{detail}. Ladet mich neu ein, wenn ich wiederkommen soll.',
	'error.unexpected': 'Das hat nicht geklappt. Es liegt an mir, nicht an dir; das Protokoll des Servers weiß mehr.',
	'component.forbidden': 'Das darfst du hier nicht.',
	'component.gone':
		'Dieser Knopf oder dieses Formular stammt aus einer früheren Version von mir und tut nichts mehr. Gib den Befehl noch einmal.',
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
	'command.privacy': 'Was über dich aufbewahrt wird',
	'command.privacy.what': 'Zeigen, was über dich aufbewahrt wird',
	'command.privacy.export': 'Alles mitnehmen, was über dich aufbewahrt wird',
	'command.privacy.erase': 'Alles löschen, was über dich aufbewahrt wird',
	'command.emotion': 'Emotionserkennung einrichten',
	'command.emotion.join': 'Den Bot in einen Sprachkanal holen',
	'command.emotion.join.channel': 'Welcher Kanal; deiner, wenn du keinen nennst',
	'command.emotion.leave': 'Den Bot gehen lassen',
	'command.emotion.leave.channel': 'Welcher Kanal; deiner oder alle, wenn du keinen nennst',
	'command.emotion.follow': 'Den Bot von selbst kommen lassen, wenn zustimmende Mitglieder in einem Sprachkanal sind',
	'command.emotion.follow.state': 'Ob er das tut',
	'command.emotion.follow.members': 'Wie viele von ihnen es braucht',
	'command.emotion.status': 'Was der Bot hört und wie gut',
};
