import type { EmotionLabel } from 'speech-emotion-sense/client';
import { face, make } from './dom.ts';
import { type Answers, feedbackOf, RATINGS, type Rating } from './feedback.ts';
import { heardSection } from './heard.ts';
import type { OwnMoments } from './moments.ts';
import type { Texts } from './texts.ts';

const MOST_CHARACTERS = 500;

export interface FormParts {
	readonly moments: OwnMoments;
	readonly texts: Texts;
	/** Pressed, with all that is needed. */
	readonly onSend: (answers: Answers) => void;
	readonly onLater: () => void;
}

/** Asks how it went, and shows what was heard. Nothing in it sends anything. */
export function feedbackForm({ moments, texts, onSend, onLater }: FormParts): HTMLFormElement {
	const said = new Map<string, EmotionLabel>();
	const problem = make('p', { class: 'problem', role: 'alert' });
	const comment = make('textarea', { rows: '2', maxlength: String(MOST_CHARACTERS), name: 'comment' });
	const share = make('input', { type: 'checkbox', name: 'share' });
	const preview = make('pre');
	const title = make('h2', { id: 'title', tabindex: '-1' }, texts.title);
	const form = make('form', { class: 'card', 'aria-labelledby': 'title', novalidate: true });

	const rating = (): Rating | undefined => {
		const value = Number(new FormData(form).get('rating'));
		return RATINGS.find((each) => each === value);
	};
	const answers = (given: Rating): Answers => ({
		rating: given,
		comment: comment.value,
		said,
		shareSounded: share.checked,
	});
	const show = (): void => {
		const given = rating();
		if (given) problem.textContent = '';
		preview.textContent = given ? JSON.stringify(feedbackOf(answers(given), moments), null, 2) : texts.pick;
	};
	const correct = (utteranceId: string, label: EmotionLabel | undefined): void => {
		if (label === undefined) said.delete(utteranceId);
		else said.set(utteranceId, label);
	};

	const isShown = moments.all.length > 0;
	form.append(
		title,
		ratingsOf(texts),
		heardSection(moments, texts, correct),
		...(isShown ? [make('label', { class: 'check' }, share, texts.share)] : []),
		make('label', {}, texts.comment, comment),
		make('details', {}, make('summary', {}, texts.preview), preview),
		problem,
		make(
			'div',
			{ class: 'actions' },
			make('button', { type: 'submit', class: 'is-main' }, texts.send),
			make('button', { type: 'button', name: 'later' }, texts.later),
		),
	);
	form.addEventListener('input', show);
	form.elements.namedItem('later')?.addEventListener('click', onLater);
	form.addEventListener('submit', (event) => {
		event.preventDefault();
		const given = rating();
		if (given) onSend(answers(given));
		else {
			problem.textContent = texts.pick;
			form.querySelector('input')?.focus();
		}
	});
	show();
	return form;
}

function ratingsOf(texts: Texts): HTMLElement {
	const choices = RATINGS.map((rating) =>
		make(
			'label',
			{ class: 'rating' },
			make('input', { type: 'radio', name: 'rating', value: String(rating) }),
			make('span', {}, face(rating), texts.ratings[rating - 1] ?? String(rating)),
		),
	);
	return make('fieldset', { class: 'ratings', 'aria-labelledby': 'title' }, ...choices);
}
