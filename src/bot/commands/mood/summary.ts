import { asContested, type ChartedMood, EMOTIONS, type EmotionLabel } from '../../../domain/index.ts';
import { translate } from '../../i18n/index.ts';

export const percent = (share: number): number => Math.round(share * 100);

export const spokenMs = (entries: readonly Pick<ChartedMood, 'startMs' | 'endMs'>[]): number =>
	entries.reduce((sum, entry) => sum + (entry.endMs - entry.startMs), 0);

export const secondsOf = (entries: readonly ChartedMood[]): number => Math.round(spokenMs(entries) / 1000);

/** What the chart of a mood shows, in words, for those who do not see it; what members corrected counts as they said. */
export function summarize(kept: readonly ChartedMood[], locale: string): string {
	const entries = kept.map(asContested);
	const total = spokenMs(entries);
	const share = (label: EmotionLabel): number =>
		spokenMs(entries.filter((entry) => entry.label === label)) / Math.max(total, 1);
	const counts = { count: entries.length, seconds: secondsOf(entries) };
	if (entries.every(({ label }) => label === 'unsure')) return translate(locale, 'mood.summary.unsure', counts);
	const ranked = EMOTIONS.map((emotion) => ({ emotion, share: share(emotion) })).sort((a, b) => b.share - a.share);
	const [first, second] = ranked as [(typeof ranked)[number], (typeof ranked)[number]];
	const mix = translate(locale, 'mood.summary', {
		...counts,
		first: translate(locale, `emotion.${first.emotion}`),
		firstShare: percent(first.share),
		second:
			second.share > 0
				? translate(locale, 'mood.second', {
						second: translate(locale, `emotion.${second.emotion}`),
						secondShare: percent(second.share),
					})
				: '',
		unsure: share('unsure') > 0 ? translate(locale, 'mood.unsure', { share: percent(share('unsure')) }) : '',
	});
	return [mix, ...trustLines(kept, locale)].join('\n');
}

/** How sure the model was, and what the member knew better. */
function trustLines(kept: readonly ChartedMood[], locale: string): string[] {
	const judged = kept.filter(({ contested }) => contested === undefined);
	const contested = kept.length - judged.length;
	const confidence =
		judged.reduce((sum, entry) => sum + entry.confidence * (entry.endMs - entry.startMs), 0) /
		Math.max(spokenMs(judged), 1);
	return [
		...(judged.length > 0 ? [translate(locale, 'mood.confidence', { share: percent(confidence) })] : []),
		...(contested > 0 ? [translate(locale, 'mood.contested', { count: contested })] : []),
	];
}
