import { MessageFlags } from 'discord.js';
import type { MoodChartRequest } from '../../../domain/index.ts';
import { translate } from '../../i18n/index.ts';
import type { Handler } from '../command.ts';
import { ownChart, PERIODS, periodOf, themeOf } from './periods.ts';
import { withPicture } from './picture.ts';
import { secondsOf, summarize } from './summary.ts';

/** `/mood me`: one's own mood over time, as a picture and in words. */
export const showOwnMood: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { locale } = interaction;
	const period = periodOf(interaction, 'today');
	const entries = await ownChart(interaction, services, PERIODS[period]);
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
	const { charts, log } = services;
	const picture = {
		name: 'mood.png',
		draw: () => charts.moodChart(request),
		inWords: charts.altText(request),
		locale,
	};
	await interaction.editReply(await withPicture([summarize(entries, locale)], picture, log));
};
