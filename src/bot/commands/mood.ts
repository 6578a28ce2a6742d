import { ChannelType, InteractionContextType, SlashCommandBuilder } from 'discord.js';
import { type Command, describe } from './command.ts';
import { showGroupMood } from './mood/channel.ts';
import { contestMood, labelChoices, suggestUtterances } from './mood/contest.ts';
import { showOwnMood } from './mood/me.ts';
import { periodOption, themeOption } from './mood/periods.ts';
import { showTrend, suggestTimeZones } from './mood/trend.ts';

export const moodCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('mood'), 'command.mood')
		.setContexts(InteractionContextType.Guild)
		.addSubcommand((me) =>
			describe(me.setName('me'), 'command.mood.me')
				.addStringOption(periodOption('today', 'week', 'month'))
				.addStringOption(themeOption),
		)
		.addSubcommand((group) =>
			describe(group.setName('channel'), 'command.mood.channel')
				.addChannelOption((channel) =>
					describe(channel.setName('channel'), 'command.mood.channel.channel').addChannelTypes(ChannelType.GuildVoice),
				)
				.addStringOption(periodOption('today', 'week', 'month'))
				.addStringOption(themeOption),
		)
		.addSubcommand((trend) =>
			describe(trend.setName('trend'), 'command.mood.trend')
				.addStringOption(periodOption('week', 'month'))
				.addStringOption((zone) =>
					describe(zone.setName('timezone'), 'command.mood.trend.timezone').setAutocomplete(true),
				)
				.addStringOption(themeOption),
		)
		.addSubcommand((contest) =>
			describe(contest.setName('contest'), 'command.mood.contest')
				.addStringOption((when) => describe(when.setName('when'), 'command.mood.contest.when').setAutocomplete(true))
				.addStringOption((was) => describe(was.setName('was'), 'command.mood.contest.was').setChoices(labelChoices)),
		),
	handlers: { me: showOwnMood, channel: showGroupMood, trend: showTrend, contest: contestMood },
	autocomplete: { 'trend timezone': suggestTimeZones, 'contest when': suggestUtterances },
};
