import { PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { parseBody, refusals } from '../service/index.ts';
import { type RestContext, requireChannel, requireChannelPermissions } from './context.ts';
import type { Route } from './router.ts';

/** A pictograph, a flag or a keycap; or `name:id` of a server's own. */
const emoji = /^(?:\p{RGI_Emoji}|\p{Emoji}\uFE0F?|\w{2,32}:\d{15,20})$/v;
const sound = z.object({ sound_id: z.string().regex(/^\d{1,20}$/), source_guild_id: z.string().nullish() });

/** Reactions, and sounds of the soundboard: they are told as events and leave nothing behind. */
export function expressionRoutes(context: RestContext): Route[] {
	const { board, events, world } = context;
	return [
		{
			method: 'PUT',
			path: '/channels/:channelId/messages/:messageId/reactions/:emoji/@me',
			handler: ({ params, bot }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				requireChannelPermissions(
					context,
					channel,
					bot,
					PermissionFlagsBits.ReadMessageHistory | PermissionFlagsBits.AddReactions,
				);
				const message = board.get(channel.id, params['messageId'] ?? '');
				if (message === undefined || message.ephemeralFor !== undefined) throw refusals.unknownMessage();
				const name = params['emoji'] ?? '';
				if (!emoji.test(name)) throw refusals.unknownEmoji();
				events.emit({ type: 'reaction-added', message, userId: bot.user.id, emoji: name });
			},
		},
		{
			method: 'POST',
			path: '/channels/:channelId/send-soundboard-sound',
			handler: ({ params, bot, json }) => {
				const channel = requireChannel(context, bot, params['channelId']);
				const { sound_id: soundId, source_guild_id: source } = parseBody(sound, json);
				const { Speak, UseExternalSounds, UseSoundboard } = PermissionFlagsBits;
				const isForeign = source != null && source !== channel.guildId;
				requireChannelPermissions(context, channel, bot, Speak | UseSoundboard | (isForeign ? UseExternalSounds : 0n));
				const isInside = world.guild(channel.guildId).voiceStates.get(bot.user.id)?.channelId === channel.id;
				if (!isInside) throw refusals.notConnectedToVoice();
				events.emit({ type: 'soundboard-played', channelId: channel.id, userId: bot.user.id, soundId });
			},
		},
	];
}
