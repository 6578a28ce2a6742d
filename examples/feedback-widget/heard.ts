import type { EmotionLabel } from 'speech-emotion-sense/client';
import { make } from './dom.ts';
import type { Moment, OwnMoments } from './moments.ts';
import { fill, type Texts } from './texts.ts';

const MOST_MOMENTS = 5;
/** Below this a share is drawn, but not named. */
const LEAST_NAMED = 0.05;

/** As the bot's own charts have them. */
const COLOURS: Readonly<Record<EmotionLabel, string>> = {
	anger: '#de2a0c',
	boredom: '#a4846f',
	calm: '#4ed1a2',
	disgust: '#8dad01',
	fear: '#9a4cbb',
	happiness: '#f7d218',
	neutral: '#a9cfec',
	sadness: '#547ff8',
	surprise: '#e97cd2',
	unsure: '#6c6f72',
};

/** Told when the person corrects a moment; `undefined`: what was heard is right after all. */
type Correct = (utteranceId: string, said: EmotionLabel | undefined) => void;

const clock = (ms: number): string => {
	const seconds = Math.floor(ms / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

function dot(label: EmotionLabel): HTMLElement {
	const element = make('span', { class: 'dot', 'aria-hidden': 'true' });
	element.style.background = COLOURS[label];
	return element;
}

/** How the person sounded: shares, and the moments that tell most, each to be corrected. */
export function heardSection(moments: OwnMoments, texts: Texts, correct: Correct): HTMLElement {
	const title = make('h3', { id: 'heard' }, texts.heardTitle);
	const section = make('section', { class: 'heard', 'aria-labelledby': 'heard' }, title);
	if (moments.isForeign || moments.all.length === 0) {
		section.append(make('p', { class: 'quiet' }, moments.isForeign ? texts.foreign : texts.nothing));
		return section;
	}
	const said = new Map<string, EmotionLabel>();
	const shares = make('div', { class: 'shares', 'aria-hidden': 'true' });
	const legend = make('ul', { class: 'legend' });
	const draw = (): void => drawShares(moments, said, texts, shares, legend);
	const rows = moments.telling(MOST_MOMENTS).map((moment) =>
		rowOf(moment, texts, (utteranceId, label) => {
			if (label === undefined) said.delete(utteranceId);
			else said.set(utteranceId, label);
			draw();
			correct(utteranceId, label);
		}),
	);
	draw();
	section.append(
		make('p', { class: 'quiet' }, texts.caution),
		shares,
		legend,
		make('ul', { class: 'moments' }, ...rows),
	);
	return section;
}

function drawShares(
	moments: OwnMoments,
	said: ReadonlyMap<string, EmotionLabel>,
	{ sounded, labels }: Texts,
	bar: HTMLElement,
	legend: HTMLElement,
): void {
	const all = moments.shares(said);
	bar.replaceChildren(
		...all.map(({ label, share }) => {
			const part = make('span');
			part.style.background = COLOURS[label];
			part.style.width = `${100 * share}%`;
			return part;
		}),
	);
	const named = all.filter(({ share }) => share >= LEAST_NAMED);
	legend.replaceChildren(
		...named.map(({ label, share }) =>
			make('li', {}, dot(label), `${fill(sounded, { label: labels[label] })} ${Math.round(share * 100)} %`),
		),
	);
}

function rowOf({ utteranceId, startMs, label, confidence }: Moment, texts: Texts, correct: Correct): HTMLElement {
	const { labels } = texts;
	const choices = (Object.keys(labels) as EmotionLabel[]).filter((each) => each !== label);
	const select = make(
		'select',
		{ 'aria-label': `${clock(startMs)}: ${texts.say}` },
		make('option', { value: '' }, texts.asHeard),
		...choices.map((each) => make('option', { value: each }, labels[each])),
	);
	const row = make(
		'li',
		{ 'data-utterance': utteranceId },
		make(
			'span',
			{},
			make('time', {}, clock(startMs)),
			dot(label),
			make('span', { class: 'word' }, fill(texts.sounded, { label: labels[label] })),
			make('span', { class: 'quiet' }, ` · ${fill(texts.sure, { percent: Math.round(confidence * 100) })}`),
		),
		make('label', {}, texts.say, select),
	);
	select.addEventListener('input', () => {
		const said = choices.find((each) => each === select.value);
		row.classList.toggle('is-corrected', said !== undefined);
		correct(utteranceId, said);
	});
	return row;
}
