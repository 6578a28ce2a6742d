import { EMOTIONS } from '../../domain/index.ts';
import type { CallReport, Mood } from './model.ts';
import { type Phrases, phrasesOf } from './texts/index.ts';

/** A change of mean valence by less is none. */
const SAME = 0.15;
const MOST_NAMED = 3;
const WORTH_NAMING = 0.1;

/** The report in a few plain sentences, in its language. */
export function summaryOf(report: Omit<CallReport, 'summary'>): string[] {
	const say = phrasesOf(report.language);
	return [
		...talkSentences(report, say),
		...(report.mood ? [...heatSentences(report, say), ...moodSentences(report.mood, say)] : [unread(report, say)]),
		...(report.confidence ? [say.t('say.confidence', { level: say.t(`confidence.${report.confidence.level}`) })] : []),
	];
}

/** Why there is nothing to say of anybody's mood. */
const unread = ({ parties }: Omit<CallReport, 'summary'>, say: Phrases): string =>
	say.t(parties.some(({ isRead }) => isRead) ? 'say.noSpeech' : 'say.notSeparated');

function talkSentences(
	{ parties, durationMs, silenceMs, overlapMs }: Omit<CallReport, 'summary'>,
	say: Phrases,
): string[] {
	const shares = parties.flatMap((party) =>
		party.talk ? [`${say.party(party)} ${say.percent(party.talk.share)}`] : [],
	);
	const silence = say.percent(silenceMs / Math.max(1, durationMs));
	const sentences = [say.t('say.talk', { duration: say.duration(durationMs), shares: shares.join(', '), silence })];
	if (overlapMs !== undefined && overlapMs / durationMs >= 0.01) {
		sentences.push(say.t('say.overlap', { share: say.percent(overlapMs / durationMs) }));
	}
	return sentences;
}

function heatSentences({ escalations }: Omit<CallReport, 'summary'>, say: Phrases): string[] {
	const worst = escalations.reduce<(typeof escalations)[number] | undefined>((most, each) => {
		return most && most.peak >= each.peak ? most : each;
	}, undefined);
	if (!worst) return [say.t('say.calm')];
	const times = { start: say.clock(worst.startMs), peak: say.clock(worst.peakMs) };
	return [
		say.t(`say.${worst.level}`, times),
		worst.endMs === undefined ? say.t('say.notRecovered') : say.t('say.recovered', { end: say.clock(worst.endMs) }),
		...(escalations.length > 1 ? [say.t('say.more', { count: escalations.length - 1 })] : []),
	];
}

function moodSentences({ mix, opening, closing }: Mood, say: Phrases): string[] {
	const named = [...EMOTIONS]
		.sort((a, b) => mix[b] - mix[a])
		.filter((emotion) => mix[emotion] >= WORTH_NAMING)
		.slice(0, MOST_NAMED)
		.map((emotion) => `${say.emotion(emotion)} ${say.percent(mix[emotion])}`);
	const sentences = named.length > 0 ? [say.t('say.mood', { emotions: named.join(', ') })] : [];
	if (opening !== undefined && closing !== undefined) {
		const change = closing - opening;
		sentences.push(say.t(Math.abs(change) < SAME ? 'say.same' : change > 0 ? 'say.better' : 'say.worse'));
	}
	return sentences;
}
