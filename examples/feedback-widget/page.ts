import { connectFeed } from 'speech-emotion-sense/client';
import './emotion-feedback.ts';
import type { EmotionFeedback } from './emotion-feedback.ts';

const find = <Found extends Element>(selector: string): Found => document.querySelector(selector) as Found;
const widget = find<EmotionFeedback>('emotion-feedback');
const speakers = find<HTMLSelectElement>('#speaker');
const received = find<HTMLPreElement>('#received');

/** Here the page would send it home; this one shows what it got. */
widget.onSend = (feedback) => {
	received.textContent = JSON.stringify(feedback, null, 2);
};
speakers.addEventListener('input', () => {
	if (speakers.value) widget.setAttribute('speaker', speakers.value);
	else widget.removeAttribute('speaker');
});
find('#with-token').addEventListener('submit', (event) => {
	event.preventDefault();
	widget.removeAttribute('speaker');
	widget.token = find<HTMLInputElement>('#token').value.trim();
});
find('#over').addEventListener('click', () => widget.ask());
void offerVoices();

/** The operator of the demo may see all pseudonyms; a page of yours would not read this. */
async function offerVoices(): Promise<void> {
	const known = new Set<string>();
	for await (const event of connectFeed({ url: location.origin, types: ['emotion'], lastEventId: 'none' })) {
		if (event.type !== 'emotion' || known.has(event.data.speaker)) continue;
		const { speaker } = event.data;
		known.add(speaker);
		const first = speakers.options[0];
		if (first) first.text = 'Choose …';
		speakers.add(new Option(speaker, speaker));
	}
}
