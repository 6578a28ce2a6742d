import { EMOTION_COLOURS } from '../../../src/domain/palette.ts';
import { percent, signed, words } from '../format.ts';
import { nameOf } from '../model/alerts.ts';
import { now } from '../model/overview.ts';
import type { Lane, Shown } from '../model/sessions.ts';
import { Dot } from './dot.tsx';
import { Strip } from './strip.tsx';

/** One speaker: what the last utterance sounded like, and the minutes before. */
export function LaneView({ lane }: { readonly lane: Lane }) {
	const last = lane.last.value;
	const soFar = lane.soFar.value;
	const isOpen = soFar !== undefined && now.value < soFar.staleAt;
	const shown = isOpen ? soFar : last;
	const name = nameOf(lane.speaker);
	return (
		<li class="lane" data-speaker={lane.speaker}>
			<div class="speaker">
				<b>{name ?? lane.speaker}</b>
				{name && <span class="quiet"> {lane.speaker}</span>}
				{lane.deaf.value && <span class="badge is-bad">not heard: {words(lane.deaf.value)}</span>}
			</div>
			{shown ? <Affect {...shown} isOpen={isOpen} /> : <p class="quiet affect">Not heard yet</p>}
			<Strip marks={lane.marks} />
		</li>
	);
}

/** @param isOpen the speaker goes on speaking: it is a first impression */
function Affect({ label, confidence, valence, arousal, isOpen }: Shown & { readonly isOpen: boolean }) {
	return (
		<div class={isOpen ? 'affect is-open' : 'affect'}>
			<p class="label">
				<Dot label={label} />
				<b>{label}</b> <span>{isOpen ? 'so far' : percent(confidence)}</span>
			</p>
			<Circumplex valence={valence} arousal={arousal} colour={EMOTION_COLOURS[label]} />
			<p class="axes quiet">
				valence <b>{signed(valence)}</b>
				<br />
				arousal <b>{signed(arousal)}</b>
			</p>
		</div>
	);
}

/** Valence from left to right, arousal upwards; both −1…1. */
export function Circumplex({
	valence,
	arousal,
	colour,
}: {
	readonly valence: number;
	readonly arousal: number;
	readonly colour: string;
}) {
	return (
		<svg class="circumplex" viewBox="-1.2 -1.2 2.4 2.4" width="40" height="40" aria-hidden="true">
			<circle r="1.1" class="rim" />
			<path d="M-1.1 0H1.1M0-1.1V1.1" class="cross" />
			<circle cx={valence} cy={-arousal} r="0.24" fill={colour} class="point" />
		</svg>
	);
}
