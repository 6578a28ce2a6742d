import { isSpeech } from '../playground/model.ts';

/** Whether somebody speaks, as the engine hears it. */
export function Speech() {
	return <span class={isSpeech.value ? 'speech is-speech' : 'speech'}>{isSpeech.value ? 'Speech' : 'No speech'}</span>;
}
