import { PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Channel, Mentions, World } from '../model/index.ts';
import { refusals } from './api-error.ts';

const MOST_IDS = 100;
const ids = z.array(z.string()).max(MOST_IDS).nullish();

/** Discord's "Allowed Mentions Object". */
export const allowedMentions = z.looseObject({
	parse: z.array(z.enum(['roles', 'users', 'everyone'])).nullish(),
	roles: ids,
	users: ids,
});

type AllowedMentions = z.output<typeof allowedMentions>;

const idsIn = (text: string, pattern: RegExp): string[] => [
	...new Set([...text.matchAll(pattern)].map(([, id]) => id ?? '')),
];

/** What is read as text: the content, and the text displays of Components V2 at any depth. */
function textOf(content: string, components: readonly unknown[]): string {
	const texts = [content];
	JSON.stringify(components, (key, value) => {
		if (key === 'content' && typeof value === 'string') texts.push(value);
		return value;
	});
	return texts.join('\n');
}

/**
 * Whom a new message mentions and pings. A mention pings only where `allowed_mentions` lets it (all do where it is
 * left out), and a role only when everybody may mention it or its author may mention everyone.
 *
 * @throws ApiError when `allowed_mentions` both parses a kind and lists ids of it
 */
export function mentionsOf(
	world: World,
	channel: Channel,
	authorId: string,
	{ content, components }: { readonly content: string; readonly components: readonly unknown[] },
	allowed: AllowedMentions | null | undefined,
): Mentions {
	const parse = allowed ? (allowed.parse ?? []) : ['roles', 'users', 'everyone'];
	for (const kind of ['roles', 'users'] as const) {
		if (!allowed?.[kind]?.length || !allowed.parse?.includes(kind)) continue;
		const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
		throw refusals.invalidForm(['allowed_mentions'], 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', message);
	}
	const may = (kind: 'roles' | 'users', id: string) => parse.includes(kind) || allowed?.[kind]?.includes(id) === true;
	const text = textOf(content, components);
	const guild = world.guild(channel.guildId);
	const mayAll = world.mayIn(channel, authorId, PermissionFlagsBits.MentionEveryone);
	const users = idsIn(text, /<@!?(\d+)>/g).filter((id) => guild.members.has(id) && may('users', id));
	const roles = idsIn(text, /<@&(\d+)>/g).filter((id) => guild.roles.has(id) && may('roles', id));
	const ringing = roles.filter((id) => mayAll || guild.roles.get(id)?.mentionable);
	const isForAll = mayAll && parse.includes('everyone') && /@(everyone|here)\b/.test(text);
	const pinged = [...guild.members.values()]
		.filter(
			(member) => isForAll || users.includes(member.user.id) || member.roles.some(({ id }) => ringing.includes(id)),
		)
		.map(({ user }) => user.id)
		.filter((id) => id !== authorId && world.mayIn(channel, id, PermissionFlagsBits.ViewChannel));
	return { users, roles, pinged };
}
