import type { CallReport, ReportUtterance } from './model.ts';
import { phrasesOf } from './texts/index.ts';

type Separator = ',' | '.';

function timeCode(ms: number, separator: Separator): string {
	const whole = Math.max(0, Math.round(ms));
	const digits = (value: number, length = 2): string => String(value).padStart(length, '0');
	const seconds = Math.floor(whole / 1000);
	const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => digits(part));
	return `${clock.join(':')}${separator}${digits(whole % 1000, 3)}`;
}

/** Who sounds how: emotion and confidence; no words, none are recognised. */
function cueText(report: CallReport): (utterance: ReportUtterance) => string {
	const say = phrasesOf(report.language);
	const names = new Map(report.parties.map((party) => [party.id, say.party(party)]));
	return ({ party, label, confidence }) => {
		const emotion = label === 'unsure' ? say.emotion(label) : `${say.emotion(label)} ${say.percent(confidence)}`;
		return `${names.get(party)}: ${emotion}`;
	};
}

/** Emotion by time code, as SubRip. */
export function toSrt(report: CallReport): string {
	const text = cueText(report);
	return report.utterances
		.map((each, index) => {
			return `${index + 1}\n${timeCode(each.startMs, ',')} --> ${timeCode(each.endMs, ',')}\n${text(each)}\n`;
		})
		.join('\n');
}

/** The same as WebVTT; the voice of a cue is its party. */
export function toVtt(report: CallReport): string {
	const text = cueText(report);
	const cues = report.utterances.map((each, index) => {
		const content = text(each).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
		return `${index + 1}\n${timeCode(each.startMs, '.')} --> ${timeCode(each.endMs, '.')}\n<v ${each.party}>${content}</v>\n`;
	});
	return ['WEBVTT\n', ...cues].join('\n');
}
