import { GatewayDispatchEvents, GatewayIntentBits, PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { apiChannel, apiGuild, apiMember, apiRole, apiVoiceState, type Guild, rolesOf } from '../model/index.ts';
import { parseBody, refusals } from '../service/index.ts';
import { snowflake } from '../snowflake.ts';
import {
	type RestContext,
	requireChannel,
	requireChannelPermissions,
	requireGuild,
	requireMember,
	requirePermissions,
} from './context.ts';
import type { RestRequest, Route } from './router.ts';

const memberPatch = z.looseObject({
	nick: z.string().max(32).nullish(),
	mute: z.boolean().nullish(),
	deaf: z.boolean().nullish(),
	channel_id: snowflake.nullish(),
});

/** Servers, their members, and moderators' power over voice. */
export function guildRoutes(context: RestContext): Route[] {
	const { dispatcher, events, voiceStates } = context;
	const guildOf = ({ params, bot }: RestRequest): Guild => requireGuild(context, bot, params['guildId']);
	const memberOf = (request: RestRequest) => requireMember(guildOf(request), request.bot, request.params['userId']);

	const patchMember = (request: RestRequest) => {
		const guild = guildOf(request);
		const member = memberOf(request);
		const patch = parseBody(memberPatch, request.json);
		const isSelf = member.user.id === request.bot.user.id;
		const { ChangeNickname, Connect, DeafenMembers, ManageNicknames, MoveMembers, MuteMembers } = PermissionFlagsBits;
		const require = (permissions: bigint) => requirePermissions(context, guild.id, request.bot, permissions);
		if (patch.nick !== undefined) require(isSelf ? ChangeNickname : ManageNicknames);
		if (patch.mute != null) require(MuteMembers);
		if (patch.deaf != null) require(DeafenMembers);
		if (patch.channel_id !== undefined) require(MoveMembers);
		if (patch.channel_id != null) {
			const channel = requireChannel(context, request.bot, patch.channel_id);
			requireChannelPermissions(context, channel, request.bot, Connect | MoveMembers);
		}

		const [mute, deaf] = [patch.mute ?? undefined, patch.deaf ?? undefined];
		if (mute !== undefined || deaf !== undefined) voiceStates.moderate(guild, member.user.id, { mute, deaf });
		if (patch.channel_id === null) voiceStates.leave(guild, member.user.id);
		else if (patch.channel_id !== undefined) voiceStates.move(guild, member.user.id, patch.channel_id);
		if (patch.nick !== undefined) {
			member.nick = patch.nick || null;
			const changed = { ...apiMember(member), guild_id: guild.id };
			const audience = isSelf
				? { guildId: guild.id, userId: member.user.id }
				: { guildId: guild.id, intents: GatewayIntentBits.GuildMembers };
			dispatcher.dispatch(GatewayDispatchEvents.GuildMemberUpdate, changed, audience);
			events.emit({ type: 'nickname-changed', guildId: guild.id, userId: member.user.id, nick: member.nick });
		}
		return apiMember(member);
	};

	const voiceStateOf = (request: RestRequest) => {
		const guild = guildOf(request);
		const state = guild.voiceStates.get(memberOf(request).user.id);
		if (state === undefined) throw refusals.unknownVoiceState();
		return apiVoiceState(guild, state);
	};

	return [
		{ method: 'GET', path: '/guilds/:guildId', handler: (request) => apiGuild(guildOf(request)) },
		{
			method: 'GET',
			path: '/guilds/:guildId/channels',
			handler: (request) => [...guildOf(request).channels.values()].map(apiChannel),
		},
		{
			method: 'GET',
			path: '/guilds/:guildId/roles',
			handler: (request) => rolesOf(guildOf(request)).map(apiRole),
		},
		{
			method: 'GET',
			path: '/guilds/:guildId/members',
			handler: (request) => [...guildOf(request).members.values()].map(apiMember),
		},
		{ method: 'GET', path: '/guilds/:guildId/members/:userId', handler: (request) => apiMember(memberOf(request)) },
		{ method: 'PATCH', path: '/guilds/:guildId/members/:userId', handler: patchMember },
		{ method: 'GET', path: '/guilds/:guildId/voice-states/:userId', handler: voiceStateOf },
		{
			method: 'GET',
			path: '/voice/regions',
			handler: () => [{ id: 'loopback', name: 'Loopback', optimal: true, deprecated: false, custom: false }],
		},
	];
}
