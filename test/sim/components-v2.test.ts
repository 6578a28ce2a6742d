import { Client, DiscordAPIError, MessageFlags } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';

const TOKEN = 'a-token-for-tests';
const V2 = MessageFlags.IsComponentsV2;
const text = (content: string) => ({ type: 10, content });
const button = (more: object) => ({ type: 1, components: [{ type: 2, style: 1, label: 'press', ...more }] });

let discord: SimulatedDiscord;
let client: Client;
beforeEach(async () => {
	discord = await SimulatedDiscord.start({
		guilds: [{ name: 'Home', channels: [{ name: 'general' }, { name: 'side' }, { name: 'Lounge', kind: 'voice' }] }],
		bots: [{ token: TOKEN, name: 'Echo' }],
	});
	client = new Client({ intents: ['Guilds'], rest: { api: discord.apiBase } });
	const ready = new Promise((resolve) => client.once('clientReady', resolve));
	await client.login(TOKEN);
	await ready;
});
afterEach(async () => {
	await client.destroy();
	await discord[Symbol.asyncDispose]();
});

const channel = () => {
	const found = client.channels.cache.get(discord.channel('general').id);
	if (!found?.isSendable()) throw new Error('no channel');
	return found;
};
const refusal = async (message: object): Promise<unknown> => {
	const error = await channel()
		.send(message)
		.catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(DiscordAPIError);
	return (error as DiscordAPIError).code;
};

describe('components V2', () => {
	it('show files by their names, also after an edit that brings another', async () => {
		const gallery = { type: 12, items: [{ media: { url: 'attachment://a.png' } }] };
		const container = { type: 17, components: [text('hello'), gallery] };
		const sent = await channel().send({
			flags: V2,
			components: [container] as never,
			files: [{ attachment: Buffer.from('one'), name: 'a.png', description: 'first' }],
		});
		const [first] = discord.messages('general');
		expect(JSON.stringify(first?.components)).toContain(first?.attachments[0]?.url);
		await sent.edit({
			flags: V2,
			components: [container] as never,
			files: [{ attachment: Buffer.from('two'), name: 'a.png', description: 'second' }],
			attachments: [],
		});
		const [second] = discord.messages('general');
		expect(second?.attachments.map(({ description, bytes }) => [description, bytes.toString()])).toEqual([
			['second', 'two'],
		]);
		expect(JSON.stringify(second?.components)).toContain(second?.attachments[0]?.url);
	});

	it.each([
		['text beside them', { flags: V2, content: 'hello', components: [text('hello')] }],
		['an embed beside them', { flags: V2, embeds: [{ description: 'hello' }], components: [text('hello')] }],
		['them without the flag', { components: [text('hello')] }],
		['too much text', { flags: V2, components: [text('x'.repeat(2500)), text('x'.repeat(2500))] }],
		['too many', { flags: V2, components: [{ type: 17, components: Array.from({ length: 40 }, () => text('x')) }] }],
		['a file that is not there', { flags: V2, components: [{ type: 13, file: { url: 'attachment://b.png' } }] }],
		['a link with a custom id', { components: [button({ style: 5, url: 'https://example.org', custom_id: 'x' })] }],
		['a button without one', { components: [button({})] }],
		['a label that is too long', { components: [button({ custom_id: 'x', label: 'x'.repeat(81) })] }],
		['an empty row', { components: [{ type: 1, components: [] }] }],
		['an empty menu', { components: [{ type: 1, components: [{ type: 3, custom_id: 'x', options: [] }] }] }],
		[
			'a menu with one value twice',
			{
				components: [
					{
						type: 1,
						components: [{ type: 3, custom_id: 'x', options: ['a', 'b'].map((label) => ({ label, value: 'same' })) }],
					},
				],
			},
		],
	])('are refused: %s', async (_, message) => {
		expect(await refusal(message)).toBe(50035);
		expect(discord.messages('general')).toEqual([]);
	});
});

describe('what moderators delete', () => {
	it('is gone for the bot, too', async () => {
		const message = await channel().send('hello');
		discord.deleteMessage('general', message.id);
		expect(() => discord.deleteMessage('general', message.id)).toThrow(RangeError);
		await expect(message.edit('again')).rejects.toMatchObject({ code: 10008 });
		const gone = new Promise((resolve) => client.once('channelDelete', ({ id }) => resolve(id)));
		const { id } = discord.channel('side');
		discord.deleteChannel('side');
		expect(await gone).toBe(id);
		expect(client.channels.cache.has(id)).toBe(false);
		await expect(client.rest.post(`/channels/${id}/messages`, { body: { content: 'x' } })).rejects.toMatchObject({
			code: 10003,
		});
		expect(() => discord.deleteChannel('Lounge')).toThrow('no text channel');
	});
});
