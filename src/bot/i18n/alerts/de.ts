import type { alerts as en } from './en.ts';

export const alerts: Readonly<Record<keyof typeof en, string>> = {
	'alert.title': '{channel}: dieses Gespräch schlägt in Ärger um',
	'alert.heat': 'Hitze: **{heat} %** · beteiligte Mitglieder: **{members}** · {time}',
	'alert.footer':
		'Hier geht es um den Kanal, nicht um eine Person. Lachen, Spiel und Schauspiel können mich täuschen: hör hin, bevor du handelst.',
	'alert.chart.title': 'Hitze des Sprachkanals',
	'alert.chart.subtitle': '{heat} % bei der Warnung',
	'alert.operator': 'jemand an der Konsole',
	'alert.status.acknowledged': '👀 {moderator} kümmert sich · {time}',
	'alert.status.justified': '✅ Berechtigt, sagt {moderator} · {time}',
	'alert.status.false-alarm': '❌ Fehlalarm, sagt {moderator} · {time}',
	'alert.status.muted': '🔕 Warnungen dieses Servers sind stumm bis {time}',
	'alert.sent': 'die Moderation wurde gerufen',
	'alert.unsent':
		'die Moderation konnte nicht gerufen werden: ich darf in ihrem Kanal nicht schreiben, oder es gibt ihn nicht mehr',
	'alert.monitor': 'Beobachtungsmodus: wäre verschickt worden, niemand wurde gerufen',
	'alert.held.quiet-hours': 'in den Ruhezeiten zurückgehalten, niemand wurde gerufen',
	'alert.held.muted': 'zurückgehalten, solange Warnungen stumm waren, niemand wurde gerufen',
	'alert.button.acknowledge': 'Ich kümmere mich',
	'alert.button.justified': 'Berechtigt',
	'alert.button.false-alarm': 'Fehlalarm',
	'alert.button.mute': '30 Min. stumm',
	'alert.button.unmute': 'Wieder warnen',
	'alert.button.reveal': 'Sprechende nennen',
	'alert.button.console': 'In der Konsole öffnen',
	'alert.unknown':
		'Eine Warnung `{id}` gibt es auf diesem Server nicht, oder ihre Zeit ist um und sie ist gelöscht. `/alerts recent` zeigt alle, die es gibt.',
	'alert.acknowledge.done': 'Du kümmerst dich, und die übrige Moderation sieht das.',
	'alert.acknowledge.already': '{moderator} kümmert sich schon.',
	'alert.verdict.done': 'Vermerkt, danke.',
	'alert.verdict.already': 'So lautet das Urteil schon.',
	'alert.verdict.shifted':
		'Die Urteile haben die Schwellen verschoben: von jetzt an gilt ein Kanal ab {hot} % als hitzig.',
	'alert.muted':
		'Keine Warnungen für diesen Server bis {time}. Was verschickt worden wäre, bleibt in `/alerts recent`. Im Protokoll kann das Team es nachlesen.',
	'alert.unmuted': 'Warnungen sind wieder an.',
	'alert.unmuted.already': 'Warnungen sind nicht stumm.',
	'alert.reveal.title': 'Sprechende nennen',
	'alert.reveal.label': 'Warum musst du es wissen?',
	'alert.reveal.hint': 'Dein Name und dieser Grund stehen danach im Protokoll, jedes Mal.',
	'alert.reveal.short': 'Nenne einen Grund von mindestens {count} Zeichen: er steht danach im Protokoll.',
	'alert.reveal.done':
		'Die Warnung beruht auf den Stimmen von: {members}\nSie ist nur aus dem Tonfall geschätzt. Dein Grund steht im Protokoll; nur du siehst dies.',
	'alert.reveal.none':
		'Niemand kann genannt werden: alle Beteiligten haben ihre Daten löschen lassen. Dein Grund steht im Protokoll.',
	'alert.recent.title': 'Letzte Warnungen',
	'alert.recent.none':
		'Bisher keine Warnungen. Schlägt ein Gespräch in Ärger um, steht es hier, auch im Beobachtungsmodus.',
	'alert.recent.page': 'Seite {page} von {pages}',
	'alert.recent.open': 'noch nicht beurteilt',
	'alert.recent.choose': 'Eine Warnung öffnen …',
	'alert.recent.newer': 'Neuere',
	'alert.recent.older': 'Ältere',
	'alert.tune.title': 'Wie gut Warnungen treffen',
	'alert.tune.figures':
		'Letzte {days} Tage: **{alerts}** Warnungen, **{perHour}** je Stunde, beurteilt: **{judged}** (berechtigt: {justified}, Fehlalarme: {falseAlarms})',
	'alert.tune.precision': 'Präzision: **{precision} %** der beurteilten waren berechtigt',
	'alert.tune.precision.none':
		'Präzision: unbekannt. Beurteile Warnungen mit *Berechtigt* und *Fehlalarm*; im Beobachtungsmodus hat `/alerts recent` die Knöpfe.',
	'alert.tune.thresholds':
		'Ein Kanal gilt ab **{warm} %** als warm und ab **{hot} %** als hitzig (Verschiebung: {shift})',
	'alert.tune.automatic': 'Urteile verschieben die Schwellen von selbst, vom {count}. an.',
	'alert.tune.manual': 'Die Schwellen sind von Hand gesetzt; Urteile verschieben sie nicht.',
	'alert.tune.more': 'Empfindlicher',
	'alert.tune.less': 'Unempfindlicher',
	'alert.tune.auto': 'Automatisch',
	'slow-mode.start': 'Slow-Modus für {minutes} min ({seconds} s)',
	'slow-mode.end': 'Slow-Modus beenden',
	'slow-mode.started':
		'{moderator} hat den Slow-Modus eingeschaltet: {seconds} s, bis {time}. Danach ist es wie zuvor.',
	'slow-mode.ended': '{moderator} hat den Slow-Modus beendet.',
	'slow-mode.over': 'Der Slow-Modus in {channel} ist schon vorbei.',
	'slow-mode.gone': '{channel} gibt es nicht mehr, also ist nichts zu verlangsamen.',
	'slow-mode.forbidden':
		'Das darf ich nicht: In {channel} brauche ich die Rechte „Kanal ansehen“, „Verbinden“ und „Kanäle verwalten“.',
	'slow-mode.already':
		'In {channel} warten Mitglieder schon mindestens so lange zwischen zwei Nachrichten. Geändert ist nichts.',
	'slow-mode.refused': 'Discord hat es gerade nicht angenommen. Geändert ist nichts; versuche es gleich noch einmal.',
	'command.alerts': 'Frühe Warnungen vor Gesprächen, die in Ärger umschlagen',
	'command.alerts.recent': 'Die letzten Warnungen zeigen, auch die, die der Beobachtungsmodus verschickt hätte',
	'command.alerts.acknowledge': 'Der übrigen Moderation sagen, dass du dich kümmerst',
	'command.alerts.reveal': 'Nennen, auf wessen Stimmen eine Warnung beruht; dein Grund bleibt im Protokoll',
	'command.alerts.tune': 'Sehen, wie gut Warnungen treffen, und sie empfindlicher oder unempfindlicher machen',
	'command.alerts.id': 'Welche Warnung: der Code, den /alerts recent zeigt',
	'command.alerts.reason': 'Warum du es wissen musst; bleibt im Protokoll',
};
