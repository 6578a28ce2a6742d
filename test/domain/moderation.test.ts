import { PermissionFlagsBits } from 'discord.js';
import { expect, it } from 'vitest';
import { isModerator, MODERATOR_PERMISSIONS } from '../../src/domain/index.ts';

const { Administrator, BanMembers, ManageGuild, ManageMessages, ModerateMembers } = PermissionFlagsBits;

it('knows moderators by Discord’s own permission bits', () => {
	expect(MODERATOR_PERMISSIONS).toEqual([ManageMessages, ModerateMembers, ManageGuild]);
	for (const one of [...MODERATOR_PERMISSIONS, Administrator]) expect(isModerator(one | BanMembers)).toBe(true);
	const none = Object.values(PermissionFlagsBits)
		.filter((bit) => bit !== Administrator && !MODERATOR_PERMISSIONS.includes(bit))
		.reduce((all, bit) => all | bit, 0n);
	expect(isModerator(none)).toBe(false);
	expect(isModerator(0n)).toBe(false);
});
