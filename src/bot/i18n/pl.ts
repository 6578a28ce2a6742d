import type { Catalog } from './en.ts';

export const pl: Catalog = {
	'notice.title': 'Na tym kanale działa rozpoznawanie emocji',
	'notice.body':
		'Słucham tylko osób, które wyraziły zgodę. Z ich głosu szacuję nastrój i ostrzegam moderatorów, gdy rozmowa staje się gniewna. Nikogo innego nie słychać, dźwięk nie jest przechowywany i nic z tego nie jest oceną zdrowia.',
	'notice.how':
		'Zgodę można wyrazić lub wycofać w każdej chwili przyciskami poniżej albo przez `/consent`; `/privacy what` mówi, co jest przechowywane.',
	'notice.give': 'Jestem osobą pełnoletnią i wyrażam zgodę',
	'notice.withdraw': 'Wycofaj',
	'consent.given':
		'Dziękuję. Od teraz słucham Cię na tym serwerze. Twoje potwierdzenie: `{receipt}`. Zgodę wycofasz w każdej chwili przez `/consent withdraw`.',
	'consent.withdrawn':
		'Gotowe. Już Cię nie słucham, a to, co było tu o Tobie przechowywane, zostało usunięte (wpisów: {count}).',
	'consent.nothing': 'Na tym serwerze nie ma Twojej zgody, więc nie ma czego wycofać. Nie słucham Cię.',
	'consent.receipt': 'Zgoda z dnia {date} na wersję {version} informacji. Twoje potwierdzenie: `{receipt}`.',
	'consent.receipt.none': 'Na tym serwerze nie ma Twojej zgody. Nie słucham Cię.',
	'privacy.what':
		'**Co jest tu o Tobie przechowywane:** wpisów: {count}, najstarszy z {oldest}. Każdy zawiera etykietę, prawdopodobieństwa, czasy i jakość dźwięku, zaszyfrowane. Dźwięk i słowa nigdy nie są zapisywane. Wpisy są usuwane po {days} dniach albo od razu przez `/privacy erase`. Możesz je zabrać przez `/privacy export`.',
	'privacy.none': 'Na tym serwerze nic o Tobie nie jest przechowywane.',
	'privacy.export': 'Wszystko, co jest o Tobie przechowywane na tym serwerze, jako JSON (wpisów: {count}).',
	'privacy.erased': 'Usunięto wpisów: {count}. Twoja zgoda pozostaje; kończy ją `/consent withdraw`.',
	'mood.title': 'Twój nastrój · {period}',
	'mood.subtitle': '{seconds} s mowy w {count} wypowiedziach',
	'mood.empty':
		'Za ten czas nie ma jeszcze czego pokazać. Słucham Cię dopiero po `/consent give` i tylko na kanałach głosowych, na które mnie zaproszono.',
	'mood.summary':
		'W {count} wypowiedziach ({seconds} s mowy) najczęściej brzmi **{first}** ({firstShare} %){second}. {unsure}Uczyła mnie mowa aktorów, a prawdziwe głosy są subtelniejsze: to tylko wskazówka.',
	'mood.summary.unsure':
		'W {count} wypowiedziach ({seconds} s mowy) ani razu nie mam pewności, jaki to nastrój. Krótką, cichą lub zaszumioną mowę trudno ocenić, a wiele głosów jest subtelniejszych niż mowa aktorów, która mnie uczyła.',
	'mood.unsure': 'W {share} % nie mam pewności. ',
	'mood.second': ', potem **{second}** ({secondShare} %)',
	'mood.period.today': 'dzisiaj',
	'mood.period.week': 'ostatnie 7 dni',
	'mood.period.month': 'ostatnie 30 dni',
	'emotion.joined': 'Jestem na {channel} i słucham osób, które wyraziły zgodę.',
	'emotion.join.where': 'Najpierw wejdź na kanał głosowy albo podaj jego nazwę.',
	'emotion.join.permission':
		'Nie mogę zobaczyć {channel}, wejść tam lub tam pisać. Nadaj mojej roli Wyświetlanie kanału, Łączenie i Wysyłanie wiadomości.',
	'emotion.join.failed': 'Nie udało się połączyć z {channel}: {reason}. Spróbuj ponownie albo zmień region kanału.',
	'emotion.left': 'Kanał głosowy opuszczony.',
	'emotion.left.none': 'Nie ma mnie tu na żadnym kanale głosowym.',
	'emotion.status.none': 'Nie ma mnie tu na żadnym kanale głosowym. Zaprosi mnie `/emotion join`.',
	'emotion.status':
		'Na {channel} od {minutes} min · {state}\n{members}\nPakiety innych osób, policzone, nigdy nie dekodowane: {ignored}',
	'emotion.status.member':
		'{member}: pakiety usłyszane {heard}, zgubione {lost}, zastąpione {concealed}, nieodszyfrowane {undecryptable}',
	'emotion.status.more': '… i jeszcze {count}.',
	'emotion.status.nobody': 'Nikt tu jeszcze nie wyraził zgody.',
	'reply.deescalate': 'Robi się gorąco. Może weźmy oddech i mówmy po kolei?',
	'reply.cooled': 'Teraz brzmi to spokojniej. Dziękuję za ochłonięcie.',
	'alert.title': '{channel}: ta rozmowa staje się gniewna (temperatura {heat} %, osób: {members}).',
	'alert.footer':
		'Chodzi o kanał, nie o osobę. Śmiech, zabawa i gra aktorska mogą mnie zmylić: najpierw posłuchaj, potem działaj.',
	'reason.sustained-anger': 'gniew w kilku wypowiedziach',
	'reason.negative-valence': 'ton stał się negatywny',
	'reason.rising-trend': 'więcej gniewu niż zwykle w tej sesji',
	'reason.several-speakers': 'uczestniczy kilka osób',
	'reason.dominant-speaker': 'pochodzi od jednej osoby',
	'reception.lost':
		'Połączenie głosowe zostało utracone i nie udało się go odzyskać ({reason}). Zaproś mnie ponownie przez `/emotion join`; jeśli to się powtarza, zmień region kanału.',
	'error.unexpected': 'To się nie udało. To moja wina, nie Twoja; więcej wie dziennik serwera.',
	'emotion.anger': 'gniew',
	'emotion.boredom': 'nuda',
	'emotion.calm': 'spokój',
	'emotion.disgust': 'wstręt',
	'emotion.fear': 'strach',
	'emotion.happiness': 'radość',
	'emotion.neutral': 'neutralny',
	'emotion.sadness': 'smutek',
	'emotion.surprise': 'zaskoczenie',
	'command.consent': 'Zgoda na słuchanie lub jej wycofanie',
	'command.consent.give': 'Zgódź się, by bot słuchał Cię na tym serwerze',
	'command.consent.withdraw': 'Przestań być słuchanym i usuń, co przechowano',
	'command.consent.receipt': 'Pokaż, na co i kiedy wyrażono zgodę',
	'command.mood': 'Twój nastrój, niewidoczny dla innych',
	'command.mood.me': 'Twój własny nastrój w czasie',
	'command.mood.me.period': 'Jaki czas pokazać',
	'command.privacy': 'Co jest o Tobie przechowywane',
	'command.privacy.what': 'Pokaż, co jest o Tobie przechowywane',
	'command.privacy.export': 'Zabierz wszystko, co jest o Tobie przechowywane',
	'command.privacy.erase': 'Usuń wszystko, co jest o Tobie przechowywane',
	'command.emotion': 'Ustawienia rozpoznawania emocji',
	'command.emotion.join': 'Zaproś bota na kanał głosowy',
	'command.emotion.join.channel': 'Który kanał; Twój, jeśli nie podasz',
	'command.emotion.leave': 'Niech bot wyjdzie',
	'command.emotion.status': 'Co bot słyszy i jak dobrze',
};
