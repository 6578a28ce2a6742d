import { MessageFlags } from 'discord.js';
import {
	asContested,
	clearestContrast,
	isTimeZone,
	type MoodEntry,
	TREND_HOURS,
	type TrendChartRequest,
	trendOf,
} from '../../../domain/index.ts';
import { translate } from '../../i18n/index.ts';
import type { AutocompleteHandler, CommandServices, GuildCommand, Handler } from '../command.ts';
import { ownEntries, PERIODS, periodOf, themeOf } from './periods.ts';
import { withPicture } from './picture.ts';
import { secondsOf } from './summary.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const MOST_CHOICES = 25;
const HOST_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** Discord tells nobody's time zone: the one that is named, the community's, or this machine's. */
function timeZoneOf({ guildId, options }: GuildCommand, { community }: CommandServices): string {
	const chosen = community.of(guildId).alerts?.quietHours?.timeZone;
	return options.getString('timezone') ?? chosen ?? HOST_ZONE;
}

/** Patterns that are more than chance, in words; what a channel is called is a mention. */
export function trendLines(entries: readonly MoodEntry[], timeZone: string, locale: string): string[] {
	const { byHour, byWeekday, byChannel } = trendOf(entries.map(asContested), timeZone);
	const hours = (key: string): string => `${key}–${Number(key) + TREND_HOURS}`;
	const dayFormat = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
	const weekday = (key: string): string => dayFormat.format(MONDAY + (Number(key) - 1) * DAY_MS);
	const lines = [
		{ key: 'mood.trend.hour', groups: byHour, name: hours },
		{ key: 'mood.trend.weekday', groups: byWeekday, name: weekday },
		{ key: 'mood.trend.channel', groups: byChannel, name: (key: string) => `<#${key}>` },
	] as const;
	const found = lines.flatMap(({ key, groups, name }) => {
		const contrast = clearestContrast(groups);
		if (!contrast) return [];
		return [translate(locale, key, { higher: name(contrast.higher.key), lower: name(contrast.lower.key) })];
	});
	return found.length > 0 ? found : [translate(locale, 'mood.trend.none')];
}

/** `/mood trend`: patterns in one's own conversations, by hour of the day, weekday and channel. */
export const showTrend: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { locale, guild, member } = interaction;
	const timeZone = timeZoneOf(interaction, services);
	if (!isTimeZone(timeZone)) {
		await interaction.editReply(translate(locale, 'mood.trend.zone', { zone: timeZone.slice(0, 50) }));
		return;
	}
	const period = periodOf(interaction, 'month');
	const entries = await ownEntries(interaction, services, PERIODS[period]);
	if (entries.length === 0) {
		await interaction.editReply(translate(locale, 'mood.empty'));
		return;
	}
	const visible = guild.channels.cache.filter((channel) => channel.permissionsFor(member).has('ViewChannel'));
	const request: TrendChartRequest = {
		title: translate(locale, 'mood.trend.title', { period: translate(locale, `mood.period.${period}`) }),
		subtitle: translate(locale, 'mood.subtitle', { seconds: secondsOf(entries), count: entries.length }),
		entries,
		theme: themeOf(interaction),
		locale,
		timeZone,
		channelNames: new Map(visible.map(({ id, name }) => [id, name])),
	};
	const { charts, log } = services;
	const picture = {
		name: 'trend.png',
		draw: () => charts.trendChart(request),
		inWords: charts.trendAltText(request),
		locale,
	};
	const words = [...trendLines(entries, timeZone, locale), translate(locale, 'mood.trend.caution')];
	await interaction.editReply(await withPicture(words, picture, log));
};

/** Time zones whose names hold what has been typed. */
export const suggestTimeZones: AutocompleteHandler = async (interaction) => {
	const typed = interaction.options.getFocused().toLowerCase().replaceAll(' ', '_');
	return ZONES.filter((zone) => zone.toLowerCase().includes(typed))
		.slice(0, MOST_CHOICES)
		.map((zone) => ({ name: zone, value: zone }));
};
