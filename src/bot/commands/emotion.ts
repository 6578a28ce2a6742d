import {
	ChannelType,
	InteractionContextType,
	MessageFlags,
	PermissionFlagsBits,
	SlashCommandBuilder,
	type SlashCommandChannelOption,
} from 'discord.js';
import { localizations, type MessageKey, translate } from '../i18n/index.ts';
import { setupView } from '../setup/view.ts';
import { type Command, describe } from './command.ts';
import { config, settingChoices, suggestValues } from './emotion/config.ts';
import { doctor } from './emotion/doctor.ts';
import { join, mention, namedChannel } from './emotion/join.ts';
import { pause, resume } from './emotion/pause.ts';
import { statusText } from './status.ts';

/** More would be a crowd that never forms. */
const MOST_FOLLOWED = 99;

const channelOption = (key: MessageKey) => (channel: SlashCommandChannelOption) =>
	describe(channel.setName('channel'), key).addChannelTypes(ChannelType.GuildVoice);

const choice = (value: 'on' | 'off') => ({
	value,
	name: translate('en', `emotion.follow.choice.${value}`),
	name_localizations: localizations(`emotion.follow.choice.${value}`),
});

export const emotionCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('emotion'), 'command.emotion')
		.setContexts(InteractionContextType.Guild)
		.setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
		.addSubcommand((setup) => describe(setup.setName('setup'), 'command.emotion.setup'))
		.addSubcommand((enter) =>
			describe(enter.setName('join'), 'command.emotion.join').addChannelOption(
				channelOption('command.emotion.join.channel'),
			),
		)
		.addSubcommand((leave) =>
			describe(leave.setName('leave'), 'command.emotion.leave').addChannelOption(
				channelOption('command.emotion.leave.channel'),
			),
		)
		.addSubcommand((follow) =>
			describe(follow.setName('follow'), 'command.emotion.follow')
				.addStringOption((state) =>
					describe(state.setName('state'), 'command.emotion.follow.state')
						.setRequired(true)
						.setChoices(choice('on'), choice('off')),
				)
				.addIntegerOption((members) =>
					describe(members.setName('members'), 'command.emotion.follow.members')
						.setMinValue(1)
						.setMaxValue(MOST_FOLLOWED),
				),
		)
		.addSubcommand((status) => describe(status.setName('status'), 'command.emotion.status'))
		.addSubcommand((halt) => describe(halt.setName('pause'), 'command.emotion.pause'))
		.addSubcommand((again) => describe(again.setName('resume'), 'command.emotion.resume'))
		.addSubcommand((settings) =>
			describe(settings.setName('config'), 'command.emotion.config')
				.addStringOption((setting) =>
					describe(setting.setName('setting'), 'command.emotion.config.setting').setChoices(settingChoices),
				)
				.addStringOption((value) =>
					describe(value.setName('value'), 'command.emotion.config.value').setAutocomplete(true).setMaxLength(300),
				),
		)
		.addSubcommand((checks) =>
			describe(checks.setName('doctor'), 'command.emotion.doctor').addChannelOption(
				channelOption('command.emotion.doctor.channel'),
			),
		),
	handlers: {
		setup: async (interaction, { community, retentionDays }) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { guildId, locale } = interaction;
			const settings = await community.read(guildId);
			await interaction.editReply(setupView({ step: 'attest', settings, locale, retentionDays }));
		},
		join,
		leave: async (interaction, { sessions }) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { guildId, locale, member } = interaction;
			// Named, or where the asker is, or everywhere.
			const here = member.voice.channelId;
			const channelId = namedChannel(interaction)?.id ?? (here && sessions.get(guildId, here) ? here : undefined);
			const left = await sessions.leave(guildId, channelId);
			await interaction.editReply(translate(locale, left ? 'emotion.left' : 'emotion.left.none'));
		},
		follow: async (interaction, { attendance }) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { guildId, locale, options } = interaction;
			const enabled = options.getString('state', true) === 'on';
			const count = await attendance.follow(guildId, enabled, options.getInteger('members') ?? undefined);
			await interaction.editReply(
				enabled ? translate(locale, 'emotion.follow.on', { count }) : translate(locale, 'emotion.follow.off'),
			);
		},
		status: async (interaction, { sessions, community }) => {
			const { guildId, locale } = interaction;
			const texts = sessions.in(guildId).map((session) => statusText(session, locale));
			const waiting = sessions.waiting(guildId).map(mention);
			if (waiting.length > 0) {
				texts.push(translate(locale, 'emotion.status.waiting', { channels: waiting.join(', ') }));
			}
			if (!community.isAttested(guildId)) texts.push(translate(locale, 'emotion.join.not-attested'));
			else if (community.of(guildId).paused) texts.push(translate(locale, 'emotion.join.paused'));
			const [first = translate(locale, 'emotion.status.none'), ...more] = texts;
			const rest = { flags: MessageFlags.Ephemeral, allowedMentions: { parse: [] } } as const;
			await interaction.reply({ content: first, ...rest });
			for (const content of more) await interaction.followUp({ content, ...rest });
		},
		pause,
		resume,
		config,
		doctor,
	},
	autocomplete: { 'config value': suggestValues },
};
