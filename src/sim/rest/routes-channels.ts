import { GatewayDispatchEvents, GatewayIntentBits, PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { apiChannel, type Message } from '../model/index.ts';
import { messageBody, parseBody, refusals } from '../service/index.ts';
import { type RestContext, requireChannel, requirePermissions } from './context.ts';
import type { RestRequest, Route } from './router.ts';

const voiceStatus = z.object({ status: z.string().max(500).nullable() });
const DEFAULT_PAGE = 50;
const pageSize = z.coerce.number().int().min(1).max(100).default(DEFAULT_PAGE);

/** Channels, their messages, and the status line of voice channels. */
export function channelRoutes(context: RestContext): Route[] {
	const { board, dispatcher, events } = context;

	const messageOf = ({ params, bot }: RestRequest): Message => {
		const channel = requireChannel(context, bot, params['channelId']);
		const message = board.get(channel.id, params['messageId'] ?? '');
		// Ephemeral messages cannot be reached through the channel, only through their interaction.
		if (message === undefined || message.ephemeralFor !== undefined) throw refusals.unknownMessage();
		return message;
	};

	return [
		{
			method: 'GET',
			path: '/channels/:channelId',
			handler: ({ params, bot }) => apiChannel(requireChannel(context, bot, params['channelId'])),
		},
		{
			method: 'GET',
			path: '/channels/:channelId/messages',
			handler: ({ params, bot, query }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				const limit = parseBody(pageSize, query.get('limit') ?? undefined);
				const visible = board.list(channel.id).filter(({ ephemeralFor }) => ephemeralFor === undefined);
				return visible
					.slice(-limit)
					.reverse()
					.map((message) => board.serialize(message));
			},
		},
		{
			method: 'POST',
			path: '/channels/:channelId/messages',
			handler: ({ params, bot, json, files }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				const { AttachFiles, SendMessages } = PermissionFlagsBits;
				requirePermissions(context, channel.guildId, bot, SendMessages | (files.length > 0 ? AttachFiles : 0n));
				const body = parseBody(messageBody, json);
				return board.serialize(board.create({ channel, authorId: bot.user.id, body, files }));
			},
		},
		{
			method: 'GET',
			path: '/channels/:channelId/messages/:messageId',
			handler: (request) => board.serialize(messageOf(request)),
		},
		{
			method: 'PATCH',
			path: '/channels/:channelId/messages/:messageId',
			handler: (request) => {
				const message = messageOf(request);
				if (message.authorId !== request.bot.user.id) throw refusals.notTheAuthor();
				return board.serialize(board.edit(message, parseBody(messageBody, request.json), request.files));
			},
		},
		{
			method: 'DELETE',
			path: '/channels/:channelId/messages/:messageId',
			handler: (request) => {
				const message = messageOf(request);
				if (message.authorId !== request.bot.user.id) {
					requirePermissions(context, message.guildId, request.bot, PermissionFlagsBits.ManageMessages);
				}
				board.delete(message);
			},
		},
		{
			method: 'POST',
			path: '/channels/:channelId/typing',
			handler: ({ params, bot }) => void requireChannel(context, bot, params['channelId']),
		},
		{
			method: 'PUT',
			path: '/channels/:channelId/voice-status',
			handler: ({ params, bot, json }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				const { ManageChannels, SetVoiceChannelStatus } = PermissionFlagsBits;
				// Discord: SET_VOICE_CHANNEL_STATUS, and also MANAGE_CHANNELS for one who is not in the channel.
				const isInside = context.world.guild(channel.guildId).voiceStates.get(bot.user.id)?.channelId === channel.id;
				const needed = isInside ? SetVoiceChannelStatus : SetVoiceChannelStatus | ManageChannels;
				requirePermissions(context, channel.guildId, bot, needed);
				const { guildId, id } = channel;
				channel.voiceStatus = parseBody(voiceStatus, json).status || null;
				dispatcher.dispatch(GatewayDispatchEvents.ChannelUpdate, apiChannel(channel), {
					guildId,
					intents: GatewayIntentBits.Guilds,
				});
				events.emit({ type: 'voice-status-changed', guildId, channelId: id, status: channel.voiceStatus });
			},
		},
	];
}
