import { alerts } from './alerts/pl.ts';
import type { Catalog } from './en.ts';
import { mood } from './mood/pl.ts';
import { privacy } from './privacy/pl.ts';
import { setup } from './setup/pl.ts';

export const pl: Catalog = {
	...setup,
	...privacy,
	...mood,
	...alerts,
	'notice.title': 'Na tym kanale działa rozpoznawanie emocji',
	'notice.body':
		'Słucham tylko osób, które wyraziły zgodę. Z ich głosu szacuję nastrój i ostrzegam moderatorów, gdy rozmowa staje się gniewna. Nikogo innego nie słychać, dźwięk nie jest przechowywany i nic z tego nie jest oceną zdrowia.',
	'notice.how':
		'Zgodę można wyrazić lub wycofać w każdej chwili przyciskami poniżej albo przez `/consent`; `/privacy what` mówi, co jest przechowywane.',
	'notice.give': 'Jestem osobą pełnoletnią i wyrażam zgodę',
	'notice.withdraw': 'Wycofaj',
	'notice.nickname': '[słucha] ',
	'notice.status': 'Rozpoznawanie emocji: słucham osób, które wyraziły zgodę',
	'consent.given':
		'Dziękuję. Od teraz słucham Cię na tym serwerze. Twoje potwierdzenie: `{receipt}` (wersja {version} informacji, {date}). Zgodę wycofasz w każdej chwili przez `/consent withdraw`.',
	'consent.withdrawn':
		'Gotowe. Już Cię nie słucham, a to, co było tu o Tobie przechowywane, zostało usunięte (wpisów: {count}).',
	'consent.nothing': 'Na tym serwerze nie ma Twojej zgody, więc nie ma czego wycofać. Nie słucham Cię.',
	'consent.receipt':
		'Zgoda z dnia {date} na wersję {version} informacji, przytoczoną tutaj. Twoje potwierdzenie: `{receipt}`. Zgodę wycofasz w każdej chwili przez `/consent withdraw`.',
	'consent.receipt.none': 'Na tym serwerze nie ma Twojej zgody. Nie słucham Cię.',
	'privacy.what':
		'**Co jest tu o Tobie przechowywane:** wpisów: {count}, najstarszy z {oldest}. Każdy zawiera etykietę, prawdopodobieństwa, czasy i jakość dźwięku, zaszyfrowane. Dźwięk i słowa nigdy nie są zapisywane. Wpisy są usuwane po {days} dniach albo od razu przez `/privacy erase`. Możesz je zabrać przez `/privacy export`.',
	'privacy.none': 'Na tym serwerze nic o Tobie nie jest przechowywane.',
	'privacy.export':
		'Wszystko, co jest o Tobie przechowywane na tym serwerze, jako JSON i CSV (wypowiedzi: {count}, pliki: {parts}).',
	'privacy.erased':
		'Usunięto wpisów: {count} i wszystko, co było jeszcze w obróbce. Twoja zgoda pozostaje; kończy ją `/consent withdraw`.',
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
	'emotion.join.busy':
		'Wszystkie moje konta już słuchają: {channels}. `/emotion leave` na jednym z tych kanałów zwalnia konto; kto mnie prowadzi, może dodać kolejne.',
	'emotion.left': 'Kanał głosowy opuszczony.',
	'emotion.left.none': 'Nie ma mnie tu na żadnym kanale głosowym.',
	'emotion.status.none': 'Nie ma mnie tu na żadnym kanale głosowym. Zaprosi mnie `/emotion join`.',
	'emotion.status':
		'Na {channel} od {minutes} min · {state}\n{members}\nPakiety innych, policzone, nigdy nieodszyfrowane: {ignored} · bezsensowne: {malformed}',
	'emotion.status.member':
		'{member}: pakiety usłyszane {heard}, utracone {lost} (spóźnione {late}), zamaskowane {concealed}, odzyskane {recovered}, podwójne {duplicate}, nieodszyfrowane {undecryptable}, odrzucone {dropped}',
	'emotion.status.together': 'Razem',
	'emotion.status.more': '… i jeszcze {count}.',
	'emotion.status.nobody': 'Nikt tu jeszcze nie wyraził zgody.',
	'emotion.status.waiting': 'Czekają, aż zwolni się jedno z moich kont: {channels}',
	'emotion.follow.on':
		'Od teraz przychodzę w ślad za Wami: gdy na kanale głosowym jest co najmniej tyle osób, które wyraziły zgodę: {count}, dołączam; gdy nie ma już żadnej z nich, wychodzę.',
	'emotion.follow.off': 'Nie przychodzę już za nikim na kanały głosowe. Zaprosi mnie `/emotion join`.',
	'emotion.follow.choice.on': 'włączone',
	'emotion.follow.choice.off': 'wyłączone',
	'fleet.orphaned':
		'Konta, które tu słuchało, już nie ma, a żadne inne nie jest wolne, więc nikogo tu nie słyszę. Wrócę, gdy tylko któreś się zwolni.',
	'reply.slow-mode':
		'Na {channel} robi się gorąco. Pomóc może tryb powolny na tamtejszym czacie, {seconds} s (Edytuj kanał → Przegląd → Tryb powolny). To tylko propozycja: nic nie zostało zmienione.',
	'reason.sustained-anger': 'gniew w kilku wypowiedziach',
	'reason.negative-valence': 'ton stał się negatywny',
	'reason.rising-trend': 'więcej gniewu niż zwykle w tej sesji',
	'reason.several-speakers': 'uczestniczy kilka osób',
	'reason.dominant-speaker': 'pochodzi od jednej osoby',
	'reason.overlap': 'uczestnicy mówią jednocześnie',
	'reason.laughter': 'słychać śmiech',
	'reason.play': 'brzmi to jak zabawa',
	'reception.deaf.no-packets':
		'mówi, ale nie docierają pakiety głosu. Zmień region kanału; jeśli to nie pomoże, przepuść UDP przez zaporę komputera, na którym działam.',
	'reception.deaf.transport':
		'mówi, ale pakiety nie pasują do klucza rozmowy. Otwieram nowe połączenie; jeśli to potrwa, zaproś mnie znowu przez `/emotion join`.',
	'reception.deaf.encryption':
		'mówi, ale nie da się otworzyć szyfrowania end-to-end. Negocjuję je od nowa; jeśli to potrwa, ta osoba powinna wyjść z kanału i wrócić albo zmień region kanału.',
	'reception.deaf.not-opus':
		'mówi, ale to, co dociera, nie jest dźwiękiem Opus. Ta osoba powinna uruchomić ponownie klienta Discorda.',
	'reception.deaf.no-decoder':
		'mówi, ale nie udało się otworzyć dekodera. Dziennik mojego komputera mówi dlaczego; uruchom mnie ponownie, gdy to naprawisz.',
	'reception.deaf.bot-deafened':
		'mówi, ale na tym serwerze wyciszono mi słuch. Wyłącz to (prawy przycisk na mnie, ogłuszenie przez serwer).',
	'reception.unheard': '⚠️ Ktoś tutaj, kto wyraził zgodę, {advice} `/emotion status` mówi, kto.',
	'reception.lost.disconnected':
		'Odłączono mnie od kanału{detail}. Jeśli to nie było zamierzone, zaproś mnie znowu przez `/emotion join`.',
	'reception.lost.refused':
		'Discord wciąż odrzucał połączenie głosowe{detail}. Zaproś mnie znowu przez `/emotion join`; jeśli to się powtórzy, zmień region kanału.',
	'reception.lost.encryption':
		'Nie udało się przywrócić szyfrowania end-to-end{detail}. Zmień region kanału i zaproś mnie znowu przez `/emotion join`.',
	'reception.lost.channel-deleted': 'Tego kanału już nie ma{detail}. Zaproś mnie do innego przez `/emotion join`.',
	'reception.lost.removed': 'Usunięto mnie z serwera{detail}. Zaproś mnie ponownie, jeśli mam wrócić.',
	'error.unexpected': 'To się nie udało. To moja wina, nie Twoja; więcej wie dziennik serwera.',
	'component.forbidden': 'Nie masz do tego uprawnień.',
	'component.gone':
		'Ten przycisk lub formularz pochodzi z mojej wcześniejszej wersji i już nie działa. Wydaj polecenie jeszcze raz.',
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
	'command.privacy': 'Co jest o Tobie przechowywane',
	'command.privacy.what': 'Pokaż, co jest o Tobie przechowywane',
	'command.privacy.export': 'Zabierz wszystko, co jest o Tobie przechowywane',
	'command.privacy.erase': 'Usuń wszystko, co jest o Tobie przechowywane',
	'command.emotion': 'Ustawienia rozpoznawania emocji',
	'command.emotion.join': 'Zaproś bota na kanał głosowy',
	'command.emotion.join.channel': 'Który kanał; Twój, jeśli nie podasz',
	'command.emotion.leave': 'Niech bot wyjdzie',
	'command.emotion.leave.channel': 'Który kanał; Twój albo wszystkie, jeśli nie podasz',
	'command.emotion.follow': 'Niech bot sam dołącza, gdy na kanale głosowym są osoby, które wyraziły zgodę',
	'command.emotion.follow.state': 'Czy ma to robić',
	'command.emotion.follow.members': 'Ilu takich osób potrzeba',
	'command.emotion.status': 'Co bot słyszy i jak dobrze',
};
