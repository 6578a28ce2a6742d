import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { logIn, TOKEN } from './support/bot.ts';

const options = (permissions = 0n) => ({
	guilds: [
		{
			name: 'Home',
			roles: [
				{ name: 'crew', mentionable: true },
				{ name: 'council', permissions: PermissionFlagsBits.ManageMessages },
			],
			channels: [
				{ name: 'general' },
				{ name: 'hidden', overwrites: [{ id: '@everyone' as const, deny: PermissionFlagsBits.ViewChannel }] },
			],
		},
	],
	bots: [{ token: TOKEN, permissions }],
});

async function poster(discord: SimulatedDiscord) {
	return async (content: string, allowed?: object) => {
		const { id } = discord.channel('general');
		const response = await fetch(`${discord.apiBase}/v10/channels/${id}/messages`, {
			method: 'POST',
			headers: { authorization: `Bot ${TOKEN}`, 'content-type': 'application/json' },
			body: JSON.stringify({ content, ...(allowed && { allowed_mentions: allowed }) }),
		});
		const body = (await response.json()) as { readonly mention_roles: string[]; readonly code?: number };
		return { status: response.status, body, pinged: discord.messages('general').at(-1)?.mentions.pinged };
	};
}

describe('roles and mentions', () => {
	it('tells bots of the roles of a server, and of who has them', async () => {
		await using discord = await SimulatedDiscord.start(options());
		const [crew, council] = [discord.role('crew'), discord.role('council')];
		const ann = discord.createMember({ name: 'Ann', roles: ['crew', council.id] });
		await using client = await logIn(discord);
		const guild = client.guilds.cache.first();
		expect(guild?.roles.cache.get(crew.id)).toMatchObject({ name: 'crew', mentionable: true });
		expect(guild?.roles.cache.get(council.id)?.permissions.has('ManageMessages')).toBe(true);
		const member = await guild?.members.fetch(ann.id);
		expect(member?.roles.cache.has(crew.id)).toBe(true);
		expect(member?.permissions.has('ManageMessages')).toBe(true);
		expect(() => discord.createMember({ name: 'Nil', roles: ['nobody'] })).toThrow('There is no role "nobody"');
	});

	it('pings by the rules of allowed mentions, and a role only where that is allowed', async () => {
		await using discord = await SimulatedDiscord.start(options());
		const [crew, council] = [discord.role('crew').id, discord.role('council').id];
		const ann = discord.createMember({ name: 'Ann', roles: ['crew'] }).id;
		const bob = discord.createMember({ name: 'Bob', roles: ['council'] }).id;
		const post = await poster(discord);
		expect((await post(`<@&${crew}> <@${bob}>`)).pinged).toEqual([ann, bob]);
		expect((await post(`<@&${crew}> <@${bob}>`, { parse: [] })).pinged).toEqual([]);
		expect((await post(`<@&${crew}> <@${bob}>`, { parse: ['users'] })).pinged).toEqual([bob]);
		const listed = await post(`<@&${crew}> <@${bob}>`, { parse: [], roles: [crew] });
		expect([listed.pinged, listed.body.mention_roles]).toEqual([[ann], [crew]]);
		// Named, but neither mentionable for all nor by somebody who may mention everyone.
		const named = await post(`<@&${council}> @everyone`);
		expect([named.pinged, named.body.mention_roles]).toEqual([[], [council]]);
		const both = await post(`<@&${crew}>`, { parse: ['roles'], roles: [crew] });
		expect([both.status, both.body.code]).toEqual([400, 50035]);
	});

	it('lets one who may mention everyone ping any role, those only who see the channel', async () => {
		await using discord = await SimulatedDiscord.start(options(PermissionFlagsBits.MentionEveryone));
		const bob = discord.createMember({ name: 'Bob', roles: ['council'] }).id;
		const far = discord.createMember({ name: 'Far', roles: ['council'] }).id;
		discord.permit('general', far, { deny: PermissionFlagsBits.ViewChannel });
		const post = await poster(discord);
		expect((await post(`<@&${discord.role('council').id}>`)).pinged).toEqual([bob]);
		expect((await post('@everyone')).pinged).toContain(bob);
	});
});
