import type { mood as en } from './en.ts';

export const mood: Readonly<Record<keyof typeof en, string>> = {
	'mood.confidence': 'Średnio mam {share} % pewności.',
	'mood.contested': 'Poprawione przez Ciebie: {count}; liczy się Twoje słowo.',
	'mood.no-picture': 'Tym razem nie udało się narysować obrazu. Słowami: {words}',
	'mood.theme.dark': 'ciemny',
	'mood.theme.light': 'jasny',
	'mood.trend.title': 'Twoje wzorce · {period}',
	'mood.trend.hour':
		'**Pora dnia:** najprzyjemniej brzmisz w godzinach {higher}, najmniej przyjemnie w godzinach {lower}.',
	'mood.trend.weekday': '**Dzień tygodnia:** najprzyjemniej: {higher}, najmniej przyjemnie: {lower}.',
	'mood.trend.channel': '**Kanał:** najprzyjemniej na {higher}, najmniej przyjemnie na {lower}.',
	'mood.trend.none':
		'Nie widzę wyraźnego wzorca: różnice między porami, dniami i kanałami nie są większe, niż dałby przypadek.',
	'mood.trend.caution':
		'Jest w tym tylko Twój własny głos i nikt inny tego nie widzi. Wzorzec mówi kiedy, nigdy dlaczego ani przez kogo.',
	'mood.trend.zone': 'Nie znam strefy czasowej „{zone}”. Wybierz jedną z podpowiedzi, na przykład `Europe/Warsaw`.',
	'mood.channel.title': '#{channel} · {period}',
	'mood.channel.subtitle': 'Nastrój grupy, nigdy jednej osoby',
	'mood.channel.where': 'Najpierw wejdź na kanał głosowy albo podaj jego nazwę.',
	'mood.channel.forbidden': 'Nie widzisz kanału {channel}, więc nic Ci o nim nie mówię.',
	'mood.channel.suppressed':
		'Na {channel} w tym czasie słychać było zbyt mało osób. Nastrój grupy pokazuję dopiero, gdy złożyło się na niego co najmniej tyle osób: {least}, żeby nikogo nie dało się wyłowić.',
	'mood.channel.summary':
		'Na {channel} grupa najczęściej brzmi tak: **{first}** ({firstShare} %){second}. Opiera się to na głosach co najmniej tylu osób naraz: {least}.',
	'mood.channel.unsure':
		'Na {channel} żadnej emocji nie było słychać naraz u co najmniej tylu osób: {least}, więc żadnej nie podaję.',
	'mood.channel.hidden':
		'Wartości są zaokrąglone, godzinowe i bez bieżącej godziny. Godziny, w których osób było mniej niż {least}, zostają puste.',
	'mood.contest.pick': 'W której wypowiedzi jest błąd?',
	'mood.contest.when': 'Wybierz wypowiedź',
	'mood.contest.offer': '{ago}: {heard} ({share} %), {seconds} s',
	'mood.contest.ask': '{time} · {offer}\nCo to było naprawdę?',
	'mood.contest.was': 'Wybierz, co to było',
	'mood.contest.unsure': 'trudno powiedzieć',
	'mood.contest.done':
		'Dziękuję. Dla Ciebie liczy się to teraz jako **{label}**, na wykresach i w podsumowaniach; pokazuje też, jak często mam tu rację.',
	'mood.contest.undo': 'Cofnij',
	'mood.contest.undone': 'Cofnięte: znów liczy się to, co słychać w głosie.',
	'mood.contest.gone':
		'Nie mam (już) takiej Twojej wypowiedzi. Wybierz jedną z podpowiedzi; znikają po okresie przechowywania albo gdy je usuniesz.',
	'command.mood.period': 'Jaki czas pokazać',
	'command.mood.theme': 'Kolory obrazu; ciemne, jeśli nie podasz',
	'command.mood.channel': 'Nastrój grupy na kanale głosowym, gdzie zgodziło się dość osób',
	'command.mood.channel.channel': 'Który kanał; Twój, jeśli nie podasz',
	'command.mood.trend': 'Wzorce w Twoich rozmowach: pora dnia, dzień tygodnia, kanał',
	'command.mood.trend.timezone': 'Twoja strefa czasowa, na przykład Europe/Warsaw',
	'command.mood.contest': 'Popraw to, co słychać w Twoim głosie',
	'command.mood.contest.when': 'Która wypowiedź; bez podania otworzy się menu',
	'command.mood.contest.was': 'Co to było naprawdę',
};
