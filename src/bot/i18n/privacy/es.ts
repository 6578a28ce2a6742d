import type { privacy as en } from './en.ts';

export const privacy: Readonly<Record<keyof typeof en, string>> = {
	'privacy.what.alerts':
		'**Avisos:** tu voz contribuyó a {count} avisos sobre un canal. Nadie ve que era la tuya, salvo que alguien de la moderación lo revele con un motivo, y eso queda registrado.',
	'privacy.what.audit': '**Registro:** {count} entradas dicen lo que hiciste aquí como moderación.',
	'privacy.what.consent': '**Consentimiento:** recibo `{receipt}`; `/consent receipt` muestra lo que dice.',
	'privacy.erase.ask':
		'**¿Borrar todo lo que se guarda aquí sobre tu voz?** Se irían {count} entradas y tu parte en los avisos. No se puede deshacer. Antes puedes llevártelo con `/privacy export`.',
	'privacy.erase.yes': 'Borrar',
	'privacy.erase.withdraw': 'Borrar y retirar el consentimiento',
	'privacy.erase.no': 'Conservar',
	'privacy.erase.kept': 'No se ha borrado nada.',
	'privacy.remains':
		'Lo que queda: el recibo de tu consentimiento mientras siga en pie; lo que hiciste como moderación, en el registro; y copias cifradas en las copias de seguridad de quien me administra, hasta que se sobrescriban: pregúntale cuánto tarda.',
	'privacy.readme':
		'Lo que SpeechEmotionSense guarda sobre ti en {server}\n\nconsent.json: el recibo de tu consentimiento, o null.\nmoods.json, moods.csv: una entrada por cada enunciado tuyo: cuándo y dónde, la etiqueta, a qué la corregiste, probabilidades, valencia y activación (de −1 a 1), calidad del audio. Tiempos en UTC; inicio y fin en milisegundos desde que empezó la sesión. Los dos archivos contienen lo mismo.\nalerts.json: avisos sobre un canal a los que contribuyó tu voz.\nmoderation.json: lo que hiciste como moderación.\n\nNunca se guardan audio ni palabras. En el CSV va un apóstrofo delante de los textos que una hoja de cálculo ejecutaría como fórmula.\n',
};
