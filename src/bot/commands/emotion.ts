import {
	ChannelType,
	InteractionContextType,
	MessageFlags,
	PermissionFlagsBits,
	SlashCommandBuilder,
	type SlashCommandChannelOption,
} from 'discord.js';
import { JoinError } from '../fleet/join-error.ts';
import { localizations, type MessageKey, translate } from '../i18n/index.ts';
import { type Command, type CommandServices, describe, type GuildCommand } from './command.ts';
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

const mention = (channelId: string): string => `<#${channelId}>`;

/** Says where the bot is, for those who ask it into one channel too many. */
const busyText = ({ guildId, locale }: GuildCommand, { sessions }: CommandServices): string =>
	translate(locale, 'emotion.join.busy', {
		channels: sessions
			.in(guildId)
			.map(({ channel }) => mention(channel.id))
			.join(', '),
	});

const namedChannel = (interaction: GuildCommand) =>
	interaction.options.getChannel('channel', false, [ChannelType.GuildVoice]);

export const emotionCommand: Command = {
	data: describe(new SlashCommandBuilder().setName('emotion'), 'command.emotion')
		.setContexts(InteractionContextType.Guild)
		.setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
		.addSubcommand((join) =>
			describe(join.setName('join'), 'command.emotion.join').addChannelOption(
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
		.addSubcommand((status) => describe(status.setName('status'), 'command.emotion.status')),
	handlers: {
		join: async (interaction, services) => {
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			const { locale } = interaction;
			const channel = namedChannel(interaction) ?? interaction.member.voice.channel;
			if (!channel) {
				await interaction.editReply(translate(locale, 'emotion.join.where'));
				return;
			}
			const name = mention(channel.id);
			try {
				await services.sessions.join(channel);
				await interaction.editReply(translate(locale, 'emotion.joined', { channel: name }));
			} catch (error) {
				if (!(error instanceof JoinError)) throw error;
				services.log.warn({ error }, 'voice channel could not be joined');
				const texts = {
					'no-account': () => busyText(interaction, services),
					forbidden: () => translate(locale, 'emotion.join.permission', { channel: name }),
					failed: () => translate(locale, 'emotion.join.failed', { channel: name, reason: error.message }),
				};
				await interaction.editReply(texts[error.refusal]());
			}
		},
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
		status: async (interaction, { sessions }) => {
			const { guildId, locale } = interaction;
			const texts = sessions.in(guildId).map((session) => statusText(session, locale));
			const waiting = sessions.waiting(guildId).map(mention);
			if (waiting.length > 0) {
				texts.push(translate(locale, 'emotion.status.waiting', { channels: waiting.join(', ') }));
			}
			const [first = translate(locale, 'emotion.status.none'), ...more] = texts;
			const rest = { flags: MessageFlags.Ephemeral, allowedMentions: { parse: [] } } as const;
			await interaction.reply({ content: first, ...rest });
			for (const content of more) await interaction.followUp({ content, ...rest });
		},
	},
};
