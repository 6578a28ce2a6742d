import type { SesEvent } from '../../domain/index.ts';
import type { Style } from './style.ts';
import { pad, percent, signed } from './text.ts';

/** Width of the first column. */
export const KIND_COLUMNS = 8;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Discord's `**bold**`, as a terminal shows it. */
const emphasised = (text: string, style: Style): string =>
	text.replace(/\*\*(.+?)\*\*/g, (_, words: string) => style.bold(words));

/** Names of members by id; the demo knows them, the bot does not. */
export type NameOf = (speakerId: string) => string;

/**
 * An event as a line or two for people, or nothing when the panel shows it better.
 *
 * @param verbose also what comes several times a second
 */
export function eventLines(event: SesEvent, nameOf: NameOf, style: Style, verbose: boolean): string[] {
	const line = (kind: string, text: string, paint = style.dim): string => `${paint(pad(kind, KIND_COLUMNS))} ${text}`;
	const under = (text: string): string => `${' '.repeat(KIND_COLUMNS + 1)}${style.dim(text)}`;
	switch (event.type) {
		case 'notice':
			return [line('notice', `“${event.text}”, with buttons to agree or withdraw`)];
		case 'consent':
			return [
				line(
					'consent',
					event.action === 'given'
						? `${style.bold(nameOf(event.speakerId))} agrees to be heard`
						: `${style.bold(nameOf(event.speakerId))} withdraws; what was kept is deleted`,
				),
			];
		case 'emotion': {
			const { label, confidence, valence, arousal, unsureReason } = event;
			const reason = unsureReason ? `  ${unsureReason}` : '';
			const affect = style.dim(`valence ${signed(valence)}  arousal ${signed(arousal)}${reason}`);
			const name = style.bold(pad(nameOf(event.speakerId), 5));
			return [
				line(
					'emotion',
					`${name} ${style.label(label, pad(label, 9))} ${pad(percent(confidence), 5, 'right')}  ${affect}`,
				),
			];
		}
		case 'partial':
			return verbose ? [line('so far', `${nameOf(event.speakerId)} ${event.label} ${percent(event.confidence)}`)] : [];
		case 'fatigue': {
			const score = event.experimental.fatigue.toFixed(2);
			return verbose ? [line('fatigue', `${nameOf(event.speakerId)} ${score} (experimental)`)] : [];
		}
		case 'heat':
			return verbose ? [line('heat', `${event.state} ${event.score.toFixed(2)}`)] : [];
		case 'alert':
			return [
				line(
					'alert',
					`this conversation is turning angry ${style.dim(`(heat ${percent(event.score)}, ${plural(event.contributors, 'member')})`)}`,
					style.red,
				),
				...event.reasons.map((reason) => under(`${signed(reason.points)} ${reason.text}`)),
				...(event.mode === 'monitor' ? [under('monitor mode: nobody is called')] : []),
			];
		case 'reply':
			return [
				line(
					event.ephemeral ? 'whisper' : 'bot',
					event.ephemeral
						? emphasised(event.text, style)
						: event.text
							? style.bold(`“${event.text}”`)
							: `${event.cause}: ${event.action}`,
				),
			];
		case 'summary': {
			const labels = Object.entries(event.labels)
				.sort(([, a], [, b]) => b - a)
				.map(([label, count]) => `${count} ${label}`)
				.join(', ');
			return [
				line(
					'summary',
					`${plural(event.utterances, 'utterance')} of ${plural(event.members, 'member')} in ${Math.round(event.durationMs / 1000)} s: ${labels}`,
				),
				under(`peak heat ${percent(event.peakHeat)}, ${plural(event.alerts, 'alert')}`),
			];
		}
		case 'reception': {
			const name = style.bold(nameOf(event.speakerId));
			return [line('hearing', event.status === 'heard' ? `${name} is heard again` : `${name} ${event.advice ?? ''}`)];
		}
		case 'end':
			return event.chart ? [line('chart', event.chart)] : [];
		case 'utterance':
		case 'health':
		case 'session':
			return [];
	}
}
