import { batch, signal } from '@preact/signals';
import type { AudioServerMessage } from '../../../src/web/audio/schemas.ts';
import { polite, urgent } from '../announce.ts';
import { percent } from '../format.ts';
import { type Mark, WINDOW_MS } from '../model/sessions.ts';
import { type Line, openLine } from './line.ts';
import { type Microphone, openMicrophone } from './microphone.ts';
import { whyUnsure } from './reasons.ts';

type Told = Extract<AudioServerMessage, { type: 'emotion' }>;

/** An utterance, or what there is of it so far. */
export interface Heard extends Mark, Pick<Told, 'utteranceId' | 'unsureReason' | 'probabilities'> {
	/** The speaker goes on: it may still change. */
	readonly isOpen: boolean;
}

/** `asking` for the microphone, `calling` the bot; while `ending` the last utterance is still being judged. */
export type Phase = 'idle' | 'asking' | 'calling' | 'listening' | 'ending';

const QUIETEST_DB = -60;
const MOST_KEPT = 100;

export const phase = signal<Phase>('idle');
/** Why it ended, or did not begin. */
export const problem = signal<string | undefined>(undefined);
/** Decibels below full scale, −60…0. */
export const levelDb = signal(QUIETEST_DB);
export const isSpeech = signal(false);
/** Newest first. They are of this page alone, and gone with it. */
export const utterances = signal<readonly Heard[]>([]);
export const soFar = signal<Heard | undefined>(undefined);

let microphone: Microphone | undefined;
let line: Line | undefined;
/** Counts attempts: an answer to one that was given up counts no more. */
let attempts = 0;

/** Asks for the microphone and begins. */
export async function start(): Promise<void> {
	if (phase.value !== 'idle') return;
	batch(() => {
		phase.value = 'asking';
		problem.value = undefined;
	});
	const attempt = ++attempts;
	try {
		const opened = await openMicrophone();
		if (attempt !== attempts) return opened[Symbol.dispose]();
		microphone = opened;
	} catch (error) {
		if (attempt === attempts) over((error as Error).message);
		return;
	}
	phase.value = 'calling';
	line = openLine(microphone.sampleRate, { onMessage: take, onClosed: over });
}

/** Lets go of the microphone at once; what was said last is still judged. */
export function stop(): void {
	hush();
	if (phase.value === 'listening') {
		phase.value = 'ending';
		line?.stop();
	} else if (phase.value !== 'ending') over(undefined);
}

/** Ends everything and forgets it: the page is left. */
export function leave(): void {
	over(undefined);
	utterances.value = [];
	problem.value = undefined;
}

function hush(): void {
	microphone?.[Symbol.dispose]();
	microphone = undefined;
	levelDb.value = QUIETEST_DB;
}

function over(why: string | undefined): void {
	if (phase.value === 'idle') return;
	attempts++;
	batch(() => {
		phase.value = 'idle';
		problem.value = why;
		isSpeech.value = false;
		soFar.value = undefined;
		hush();
	});
	if (why) urgent.value = why;
	else polite.value = 'Stopped. The microphone is off.';
	const ending = line;
	line = undefined;
	ending?.drop();
}

function take(message: AudioServerMessage): void {
	switch (message.type) {
		case 'ready':
			phase.value = 'listening';
			polite.value = 'Listening.';
			microphone?.listen(
				({ pcm, level }) => {
					levelDb.value = Math.max(QUIETEST_DB, Math.min(0, 20 * Math.log10(level || 1e-9)));
					line?.send(pcm);
				},
				() => over('The microphone is gone: unplugged, or taken away by the browser.'),
			);
			break;
		case 'speech':
			isSpeech.value = message.active;
			break;
		case 'partial':
			soFar.value = heardOf(message, true);
			break;
		case 'emotion':
			batch(() => keep(heardOf(message, false)));
			break;
		default:
	}
}

function keep(heard: Heard): void {
	soFar.value = undefined;
	utterances.value = [heard, ...utterances.value].filter(({ at }) => at > heard.at - WINDOW_MS).slice(0, MOST_KEPT);
	const { label, confidence, unsureReason } = heard;
	polite.value = label === 'unsure' ? `Unsure: ${whyUnsure(unsureReason)}.` : `${label}, ${percent(confidence)} sure.`;
}

function heardOf(told: Told | Extract<AudioServerMessage, { type: 'partial' }>, isOpen: boolean): Heard {
	const { utteranceId, label, unsureReason, confidence, valence, arousal, probabilities, startMs, endMs } = told;
	const shown = { utteranceId, label, confidence, valence, arousal, probabilities, unsureReason };
	return { ...shown, isOpen, at: Date.now(), durationMs: endMs - startMs };
}
