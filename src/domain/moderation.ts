/** Discord's permission bits, as its documentation numbers them. */
const ADMINISTRATOR = 1n << 3n;
const MANAGE_GUILD = 1n << 5n;
const MANAGE_MESSAGES = 1n << 13n;
const MODERATE_MEMBERS = 1n << 40n;

/**
 * Who counts as a moderator of a server, wherever alerts are seen and acted on, in Discord and in the console: one
 * of Manage Messages, Time Out Members and Manage Server is enough.
 */
export const MODERATOR_PERMISSIONS: readonly bigint[] = [MANAGE_MESSAGES, MODERATE_MEMBERS, MANAGE_GUILD];

/** @param permissions all that a member has in a server, as Discord gives them; administrators may everything */
export const isModerator = (permissions: bigint): boolean =>
	[ADMINISTRATOR, ...MODERATOR_PERMISSIONS].some((permission) => (permissions & permission) !== 0n);
