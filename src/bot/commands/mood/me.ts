import { AttachmentBuilder, MessageFlags } from 'discord.js';
import type { MoodChartRequest } from '../../../domain/index.ts';
import { translate } from '../../i18n/index.ts';
import type { Handler } from '../command.ts';
import { ownEntries, PERIODS, periodOf, themeOf } from './periods.ts';
import { secondsOf, summarize } from './summary.ts';

/** `/mood me`: one's own mood over time, as a picture and in words. */
export const showOwnMood: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { locale } = interaction;
	const period = periodOf(interaction, 'today');
	const entries = await ownEntries(interaction, services, PERIODS[period]);
	if (entries.length === 0) {
		await interaction.editReply(translate(locale, 'mood.empty'));
		return;
	}
	const request: MoodChartRequest = {
		title: translate(locale, 'mood.title', { period: translate(locale, `mood.period.${period}`) }),
		subtitle: translate(locale, 'mood.subtitle', { seconds: secondsOf(entries), count: entries.length }),
		entries,
		theme: themeOf(interaction),
		locale,
	};
	const { charts } = services;
	const chart = new AttachmentBuilder(await charts.moodChart(request), {
		name: 'mood.png',
		description: charts.altText(request),
	});
	await interaction.editReply({ content: summarize(entries, locale), files: [chart] });
};
