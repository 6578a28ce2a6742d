import { useEffect } from 'preact/hooks';
import { EMOTIONS } from '../../../src/domain/emotion.ts';
import { EMOTION_COLOURS } from '../../../src/domain/palette.ts';
import { capital, iso, percent, signed } from '../format.ts';
import { type Heard, leave, phase, soFar, utterances } from '../playground/model.ts';
import { whyUnsure } from '../playground/reasons.ts';
import { Dot } from './dot.tsx';
import { Circumplex } from './lane.tsx';
import { MicrophoneCard } from './microphone-card.tsx';
import { Strip } from './strip.tsx';

const MOST_LISTED = 10;

/** Speak and see: the operator's own voice, heard by the bot's engine. */
export function Playground({ isOperator }: { readonly isOperator: boolean }) {
	// The microphone is not to stay open behind another view.
	useEffect(() => leave, []);
	return (
		<div class="playground">
			<h2>Speak and see</h2>
			{isOperator ? (
				<>
					<MicrophoneCard />
					<Sound />
					<History />
				</>
			) : (
				<p class="card quiet">Operators alone may send sound to the bot.</p>
			)}
		</div>
	);
}

function Sound() {
	const shown = soFar.value ?? utterances.value[0];
	return (
		<section class="sound card" aria-labelledby="sound-title">
			<h3 id="sound-title">What it hears</h3>
			{shown ? <Shown heard={shown} /> : <p class="quiet">{WAITING[phase.value]}</p>}
		</section>
	);
}

const SAY_SOMETHING = 'Say a sentence or two. What it sounds like shows here while you speak, and when you pause.';
const WAITING = {
	idle: 'Nothing yet: start, and say something.',
	asking: 'Waiting for the microphone …',
	calling: 'Calling the bot …',
	listening: SAY_SOMETHING,
	ending: 'Waiting for the last words …',
} as const;

function Shown({ heard }: { readonly heard: Heard }) {
	const { label, confidence, valence, arousal, unsureReason, isOpen } = heard;
	return (
		<div class={isOpen ? 'shown is-open' : 'shown'} data-utterance={heard.utteranceId}>
			<div class="verdict">
				<p class="label">
					<Dot label={label} />
					<b>{capital(label)}</b>
				</p>
				<p class="quiet">
					{label === 'unsure' && `${capital(whyUnsure(unsureReason))}. `}
					{isOpen ? 'So far, while you speak' : `Confidence ${percent(confidence)}`}
				</p>
			</div>
			<Circumplex valence={valence} arousal={arousal} colour={EMOTION_COLOURS[label]} />
			<dl class="axes">
				<div>
					<dt>valence</dt>
					<dd>{signed(valence, 2)}</dd>
				</div>
				<div>
					<dt>arousal</dt>
					<dd>{signed(arousal, 2)}</dd>
				</div>
			</dl>
			<Bars probabilities={heard.probabilities} />
		</div>
	);
}

const BAR = 100;

/** How likely each emotion is; always in one order, so that the eye finds each where it was. */
function Bars({ probabilities }: Pick<Heard, 'probabilities'>) {
	const highest = Math.max(...Object.values(probabilities));
	return (
		<ul class="bars" aria-label="How likely each emotion is">
			{EMOTIONS.map((emotion) => {
				const share = probabilities[emotion] ?? 0;
				return (
					<li key={emotion} class={share === highest ? 'is-likeliest' : ''}>
						<span>{emotion}</span>
						<svg viewBox={`0 0 ${BAR} 10`} preserveAspectRatio="none" aria-hidden="true">
							<rect width={BAR * share} height="10" fill={EMOTION_COLOURS[emotion]} />
						</svg>
						<span class="share">{percent(share)}</span>
					</li>
				);
			})}
		</ul>
	);
}

function History() {
	const all = utterances.value;
	return (
		<section class="history card" aria-labelledby="history-title">
			<h3 id="history-title">
				The last three minutes <span class="count">{all.length}</span>
			</h3>
			<Strip marks={utterances} />
			{all.length === 0 && (
				<p class="quiet">Each utterance becomes a bar: in the colour of its emotion, as high as it is sure.</p>
			)}
			<ol aria-label="Utterances, newest first">
				{all.slice(0, MOST_LISTED).map((heard) => (
					<Line key={heard.utteranceId} heard={heard} />
				))}
			</ol>
		</section>
	);
}

const toTheSecond = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

function Line({ heard }: { readonly heard: Heard }) {
	const { at, label, confidence, unsureReason, valence, arousal, durationMs } = heard;
	return (
		<li>
			<time dateTime={iso(at)}>{toTheSecond.format(at)}</time>
			<span>
				<Dot label={label} />
				{label}
			</span>
			<span class="reason quiet">{label === 'unsure' ? whyUnsure(unsureReason) : `${percent(confidence)} sure`}</span>
			<span class="mood quiet">
				valence {signed(valence, 2)}, arousal {signed(arousal, 2)}
			</span>
			<span class="quiet">{(durationMs / 1000).toFixed(1)} s</span>
		</li>
	);
}
