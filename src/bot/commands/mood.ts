import { AttachmentBuilder, InteractionContextType, MessageFlags, SlashCommandBuilder } from 'discord.js';
import { EMOTIONS, type EmotionLabel, type MoodChartRequest, type MoodEntry } from '../../domain/index.ts';
import { localizations, translate } from '../i18n/index.ts';
import { type Command, describe } from './command.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PERIODS = { today: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
type Period = keyof typeof PERIODS;

const percent = (share: number): number => Math.round(share * 100);

const spokenMs = (entries: readonly MoodEntry[]): number =>
	entries.reduce((sum, entry) => sum + (entry.endMs - entry.startMs), 0);

/** What the chart shows, in words, for those who do not see it. */
export function summarize(entries: readonly MoodEntry[], locale: string): string {
	const total = spokenMs(entries);
	const share = (label: EmotionLabel): number =>
		spokenMs(entries.filter((entry) => entry.label === label)) / Math.max(total, 1);
	const ranked = EMOTIONS.map((emotion) => ({ emotion, share: share(emotion) })).sort((a, b) => b.share - a.share);
	if (entries.every(({ label }) => label === 'unsure')) {
		return translate(locale, 'mood.summary.unsure', { count: entries.length, seconds: Math.round(total / 1000) });
	}
	const [first, second] = ranked as [(typeof ranked)[number], (typeof ranked)[number]];
	return translate(locale, 'mood.summary', {
		count: entries.length,
		seconds: Math.round(total / 1000),
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
}

export const moodCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('mood'), 'command.mood')
		.setContexts(InteractionContextType.Guild)
		.addSubcommand((me) =>
			describe(me.setName('me'), 'command.mood.me').addStringOption((period) =>
				describe(period.setName('period'), 'command.mood.me.period').setChoices(
					(Object.keys(PERIODS) as Period[]).map((value) => ({
						value,
						name: translate('en', `mood.period.${value}`),
						name_localizations: localizations(`mood.period.${value}`),
					})),
				),
			),
		),
	handlers: {
		me: async (interaction, { moods, charts }) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { locale } = interaction;
			const period = (interaction.options.getString('period') ?? 'today') as Period;
			const to = Date.now() + 1;
			const entries = await moods.list({
				guildId: interaction.guildId,
				userId: interaction.user.id,
				from: to - PERIODS[period],
				to,
			});
			if (entries.length === 0) {
				await interaction.editReply(translate(locale, 'mood.empty'));
				return;
			}
			const summary = summarize(entries, locale);
			const request: MoodChartRequest = {
				title: translate(locale, 'mood.title', { period: translate(locale, `mood.period.${period}`) }),
				subtitle: translate(locale, 'mood.subtitle', {
					seconds: Math.round(spokenMs(entries) / 1000),
					count: entries.length,
				}),
				entries,
				theme: 'dark',
				locale,
			};
			const chart = new AttachmentBuilder(await charts.moodChart(request), {
				name: 'mood.png',
				description: charts.altText(request),
			});
			await interaction.editReply({ content: summary, files: [chart] });
		},
	},
};
