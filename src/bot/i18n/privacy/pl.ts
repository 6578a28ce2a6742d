import type { privacy as en } from './en.ts';

export const privacy: Readonly<Record<keyof typeof en, string>> = {
	'privacy.what.alerts':
		'**Alerty:** Twój głos złożył się na tyle alertów o kanale: {count}. Nikt nie widzi, że był Twój, chyba że ktoś z moderacji odsłoni to z podaniem powodu, a to jest zapisywane.',
	'privacy.what.audit': '**Dziennik:** wpisy o tym, co robisz tu jako moderator: {count}.',
	'privacy.what.consent': '**Zgoda:** potwierdzenie `{receipt}`; jego treść pokazuje `/consent receipt`.',
	'privacy.erase.ask':
		'**Usunąć wszystko, co jest tu przechowywane o Twoim głosie?** Znikną wpisy ({count}) i Twój udział w alertach. Tego nie da się cofnąć. Najpierw możesz je zabrać przez `/privacy export`.',
	'privacy.erase.yes': 'Usuń',
	'privacy.erase.withdraw': 'Usuń i wycofaj zgodę',
	'privacy.erase.no': 'Zachowaj',
	'privacy.erase.kept': 'Nic nie usunięto.',
	'privacy.remains':
		'Co pozostaje: potwierdzenie Twojej zgody, dopóki ona trwa; to, co robisz jako moderator, w dzienniku; oraz zaszyfrowane kopie w kopiach zapasowych osoby, która mnie prowadzi, dopóki nie zostaną nadpisane: zapytaj ją, jak długo to trwa.',
	'privacy.readme':
		'Co SpeechEmotionSense przechowuje o Tobie na serwerze {server}\n\nconsent.json: potwierdzenie Twojej zgody albo null.\nmoods.json, moods.csv: jeden wpis na każdą Twoją wypowiedź: kiedy i gdzie, etykieta, na co ją poprawiono, prawdopodobieństwa, walencja i pobudzenie (od −1 do 1), jakość dźwięku. Czasy w UTC; początek i koniec w milisekundach od początku sesji. Oba pliki zawierają to samo.\nalerts.json: alerty o kanale, na które złożył się Twój głos.\nmoderation.json: to, co robisz jako moderator.\n\nDźwięk i słowa nigdy nie są zapisywane. W pliku CSV apostrof stoi przed tekstem, który arkusz kalkulacyjny uruchomiłby jako formułę.\n',
};
