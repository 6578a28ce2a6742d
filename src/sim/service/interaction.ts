import { ComponentType, type InteractionType } from 'discord-api-types/v10';
import { z } from 'zod';
import { apiChannel, apiMember, type Channel, type GuildMember, type Message, type World } from '../model/index.ts';
import type { MessageBoard } from './message-board.ts';
import type { PendingReply } from './pending-reply.ts';

export interface NewInteraction {
	readonly type: Exclude<InteractionType, InteractionType.Ping>;
	/** As Discord's documentation gives it for each type. */
	readonly data: Readonly<Record<string, unknown>>;
	readonly applicationId: string;
	readonly member: GuildMember;
	readonly channel: Channel;
	/** As the history shows it: `consent give`, or a custom id. */
	readonly name: string;
	/** The message whose component was used. */
	readonly message?: Message | undefined;
	readonly signal?: AbortSignal | undefined;
	/** For the whole answer, deferral included. */
	readonly timeoutMs: number;
}

export interface Interaction {
	readonly id: string;
	readonly token: string;
	readonly createdAt: number;
	readonly request: NewInteraction;
	readonly reply: PendingReply;
	acknowledged: boolean;
	/** The message behind `@original`. */
	originalId: string | undefined;
}

export const modalData = z.looseObject({
	custom_id: z.string().min(1).max(100),
	title: z.string().min(1).max(45),
	components: z
		.array(z.looseObject({ type: z.enum(ComponentType) }))
		.min(1)
		.max(5),
});

const suggestion = z.looseObject({
	name: z.string().min(1).max(100),
	value: z.union([z.string().min(1).max(100), z.number()]),
});

export const suggestions = z.looseObject({ choices: z.array(suggestion).max(25) });

export const callbackBody = z.looseObject({ type: z.int(), data: z.unknown().optional() });

/** INTERACTION_CREATE as the gateway sends it. */
export function interactionPayload(world: World, board: MessageBoard, { id, token, request }: Interaction) {
	const { applicationId, member, channel, type, data, message } = request;
	const guild = world.guild(channel.guildId);
	const permissions = world.permissionsIn(channel, member.user.id).toString();
	return {
		id,
		application_id: applicationId,
		type,
		data,
		token,
		version: 1,
		guild_id: guild.id,
		guild: { id: guild.id, locale: guild.locale, features: [] },
		guild_locale: guild.locale,
		locale: member.user.locale,
		channel_id: channel.id,
		channel: { ...apiChannel(channel), permissions },
		member: { ...apiMember(member), permissions },
		app_permissions: world.permissionsIn(channel, applicationId).toString(),
		entitlements: [],
		authorizing_integration_owners: { 0: guild.id },
		context: 0,
		attachment_size_limit: 10 * 1024 * 1024,
		...(message && { message: board.serialize(message) }),
	};
}
