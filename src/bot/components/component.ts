import type { MessageComponentInteraction, ModalSubmitInteraction } from 'discord.js';
import type { CommandServices } from '../commands/command.ts';

/** A button that was pressed, a menu that was chosen from or a form that was handed in, in a server. */
export type ComponentInteraction = MessageComponentInteraction<'cached'> | ModalSubmitInteraction<'cached'>;

/**
 * Answers to the buttons, menus and forms whose custom ids begin with `prefix`. All that a handler knows of
 * an old message is what its custom ids carry and what is in the store, so that it works after a restart.
 */
export interface ComponentHandler {
	/** `ses:` and a name. */
	readonly prefix: string;
	/** A member needs one of these at the moment of the click; everybody may where it is not set. */
	readonly permissions?: readonly bigint[];
	/** @param args what the custom id holds behind the prefix, part by part */
	run(interaction: ComponentInteraction, args: readonly string[], services: CommandServices): Promise<void>;
}

/** What all of our custom ids begin with; those of others are none of our business. */
export const OURS = 'ses:';

/** Discord takes this many characters. */
const MOST_CHARACTERS = 100;

/**
 * A stable custom id: `customId('ses:alert', 'verdict', id)` is `ses:alert:verdict:…`.
 *
 * @throws {RangeError} when it is too long for Discord, or a part holds a colon
 */
export function customId(prefix: string, ...args: readonly string[]): string {
	const id = [prefix, ...args].join(':');
	if (id.length > MOST_CHARACTERS || args.some((arg) => arg.includes(':'))) {
		throw new RangeError(`not a custom id: ${id}`);
	}
	return id;
}

/** The handler whose prefix the id has, and the rest of the id in parts. */
export function findHandler(
	handlers: readonly ComponentHandler[],
	id: string,
): { readonly handler: ComponentHandler; readonly args: readonly string[] } | undefined {
	const handler = handlers.find(({ prefix }) => id === prefix || id.startsWith(`${prefix}:`));
	return (
		handler && {
			handler,
			args: id
				.slice(handler.prefix.length + 1)
				.split(':')
				.filter(Boolean),
		}
	);
}
