import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { Channel } from './types.ts';

/**
 * Permissions in a channel (Discord's documentation, "Permission Overwrites"): @everyone's overwrite,
 * then those of the member's other roles together, then the member's own; without View Channel, none.
 *
 * @param base in the server
 * @param roleIds @everyone's first
 */
export function channelPermissions(base: bigint, channel: Channel, roleIds: readonly string[], userId: string): bigint {
	const [everyone = '', ...others] = roleIds;
	let permissions = base;
	const apply = (ids: readonly string[]) => {
		const overwrites = ids.flatMap((id) => channel.overwrites.get(id) ?? []);
		permissions &= ~overwrites.reduce((all, { deny }) => all | deny, 0n);
		permissions |= overwrites.reduce((all, { allow }) => all | allow, 0n);
	};
	apply([everyone]);
	apply(others);
	apply([userId]);
	return (permissions & PermissionFlagsBits.ViewChannel) === 0n ? 0n : permissions;
}
