import { ChannelType, MessageFlags, PermissionFlagsBits } from 'discord.js';
import { type EmotionLabel, type GroupChartRequest, groupMood, HOUR_MS } from '../../../domain/index.ts';
import { translate } from '../../i18n/index.ts';
import type { Handler } from '../command.ts';
import { PERIODS, periodOf, themeOf } from './periods.ts';
import { withPicture } from './picture.ts';
import { percent } from './summary.ts';

/** Fewest contributors where a community chose no other number. */
const GROUP_OF = 5;
/** Always the same: hours beside days of the same time could be set against each other. */
const WINDOW_MS = HOUR_MS;

type Emotion = Exclude<EmotionLabel, 'unsure'>;

/**
 * `/mood channel`: how a group sounded, where enough people took part. Only of one channel at a time: the sum over
 * all would tell of those that are too small to be shown.
 */
export const showGroupMood: Handler = async (interaction, { community, moods, charts, log }) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { guildId, locale, member, options } = interaction;
	const channel = options.getChannel('channel', false, [ChannelType.GuildVoice]) ?? member.voice.channel;
	if (!channel) {
		await interaction.editReply(translate(locale, 'mood.channel.where'));
		return;
	}
	const name = `<#${channel.id}>`;
	if (!channel.permissionsFor(member).has(PermissionFlagsBits.ViewChannel)) {
		await interaction.editReply(translate(locale, 'mood.channel.forbidden', { channel: name }));
		return;
	}
	const period = periodOf(interaction, 'week');
	const now = Date.now();
	const k = community.of(guildId).groupOf ?? GROUP_OF;
	// Whole windows: one that is cut off would tell what was said in the rest of it.
	const from = Math.floor((now - PERIODS[period]) / WINDOW_MS) * WINDOW_MS;
	const entries = await moods.group({ guildId, channelId: channel.id, from, to: now });
	const mood = groupMood(entries, { k, windowMs: WINDOW_MS, now });
	if (!mood.overall) {
		await interaction.editReply(translate(locale, 'mood.channel.suppressed', { channel: name, least: k }));
		return;
	}
	const request: GroupChartRequest = {
		title: translate(locale, 'mood.channel.title', {
			channel: channel.name,
			period: translate(locale, `mood.period.${period}`),
		}),
		subtitle: translate(locale, 'mood.channel.subtitle'),
		mood,
		k,
		theme: themeOf(interaction),
		locale,
	};
	const picture = {
		name: 'channel.png',
		draw: () => charts.groupChart(request),
		inWords: charts.groupAltText(request),
		locale,
	};
	const named = [...mood.overall.labels].filter((each): each is [Emotion, number] => each[0] !== 'unsure');
	const content = [summaryOf(named, name, k, locale), translate(locale, 'mood.channel.hidden', { least: k })];
	await interaction.editReply(await withPicture(content, picture, log));
};

function summaryOf(
	[first, second]: readonly [Emotion, number][],
	channel: string,
	least: number,
	locale: string,
): string {
	if (!first) return translate(locale, 'mood.channel.unsure', { channel, least });
	return translate(locale, 'mood.channel.summary', {
		channel,
		least,
		first: translate(locale, `emotion.${first[0]}`),
		firstShare: percent(first[1]),
		second: second
			? translate(locale, 'mood.second', {
					second: translate(locale, `emotion.${second[0]}`),
					secondShare: percent(second[1]),
				})
			: '',
	});
}
