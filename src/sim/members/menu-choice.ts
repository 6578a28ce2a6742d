import { ApplicationCommandOptionType, type ChannelType, ComponentType } from 'discord-api-types/v10';
import type { Guild } from '../model/index.ts';
import { type InteractiveComponent, type Resolved, resolve, SimulationError } from '../service/index.ts';

/** What the ids in a menu stand for; a menu of texts has none. */
const STANDS_FOR: Partial<Record<ComponentType, ApplicationCommandOptionType>> = {
	[ComponentType.UserSelect]: ApplicationCommandOptionType.User,
	[ComponentType.RoleSelect]: ApplicationCommandOptionType.Role,
	[ComponentType.MentionableSelect]: ApplicationCommandOptionType.Mentionable,
	[ComponentType.ChannelSelect]: ApplicationCommandOptionType.Channel,
};

/**
 * What a client sends when `values` are chosen in a menu, with what they stand for.
 *
 * @throws SimulationError for what the menu does not offer, and for too few or too many
 */
export function menuChoice(menu: InteractiveComponent, values: readonly string[], guild: Guild) {
	const fail = (reason: string): never => {
		throw new SimulationError(`The menu "${menu.custom_id}": ${reason}`);
	};
	const { min_values: least = 1, max_values: most = 1 } = menu;
	if (values.length < least || values.length > most) fail(`takes ${least} to ${most} values`);
	const type = STANDS_FOR[menu.type];
	if (type === undefined) {
		for (const value of values) {
			if (!menu.options?.some((option) => option.value === value)) fail(`does not offer "${value}"`);
		}
		return { values };
	}
	const resolved: Resolved = {};
	for (const id of values) {
		resolve(type, id, guild, resolved, fail);
		const offered = menu.channel_types;
		const channel = resolved.channels?.[id] as { readonly type: ChannelType } | undefined;
		if (channel && offered && !offered.includes(channel.type)) fail(`does not offer the channel ${id}`);
	}
	return { values, resolved };
}
