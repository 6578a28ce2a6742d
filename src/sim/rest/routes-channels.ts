import { OverwriteType, PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { apiChannel, type Message } from '../model/index.ts';
import { messageBody, parseBody, refusals } from '../service/index.ts';
import { type RestContext, requireChannel, requireChannelPermissions } from './context.ts';
import type { RestRequest, Route } from './router.ts';

const channelPatch = z.looseObject({
	user_limit: z.int().min(0).max(99).optional(),
	rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
});
const bits = z.string().regex(/^\d+$/).transform(BigInt);
const overwriteBody = z.object({ type: z.enum(OverwriteType), allow: bits.default(0n), deny: bits.default(0n) });
const voiceStatus = z.object({ status: z.string().max(500).nullable() });
const DEFAULT_PAGE = 50;
const pageSize = z.coerce.number().int().min(1).max(100).default(DEFAULT_PAGE);

/** Channels, their messages, and the status line of voice channels. */
export function channelRoutes(context: RestContext): Route[] {
	const { board, channels } = context;

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
			method: 'PATCH',
			path: '/channels/:channelId',
			handler: ({ params, bot, json }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				requireChannelPermissions(context, channel, bot, PermissionFlagsBits.ManageChannels);
				const { user_limit: userLimit, rate_limit_per_user: slowModeS } = parseBody(channelPatch, json);
				if (userLimit !== undefined) channels.limitUsers(channel, userLimit);
				if (slowModeS !== undefined) channels.slowDown(channel, slowModeS ?? 0);
				return apiChannel(channel);
			},
		},
		{
			method: 'PUT',
			path: '/channels/:channelId/permissions/:overwriteId',
			handler: ({ params, bot, json }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				requireChannelPermissions(context, channel, bot, PermissionFlagsBits.ManageRoles);
				const { type, allow, deny } = parseBody(overwriteBody, json);
				const kind = type === OverwriteType.Role ? 'role' : 'member';
				channels.permit(channel, params['overwriteId'] ?? '', { kind, allow, deny });
			},
		},
		{
			method: 'DELETE',
			path: '/channels/:channelId/permissions/:overwriteId',
			handler: ({ params, bot }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				requireChannelPermissions(context, channel, bot, PermissionFlagsBits.ManageRoles);
				channels.permit(channel, params['overwriteId'] ?? '', undefined);
			},
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
				requireChannelPermissions(context, channel, bot, SendMessages | (files.length > 0 ? AttachFiles : 0n));
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
					const channel = requireChannel(context, request.bot, message.channelId);
					requireChannelPermissions(context, channel, request.bot, PermissionFlagsBits.ManageMessages);
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
				requireChannelPermissions(context, channel, bot, needed);
				channels.setStatus(channel, parseBody(voiceStatus, json).status || null);
			},
		},
	];
}
