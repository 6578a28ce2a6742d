import { once } from 'node:events';
import { Client, GatewayIntentBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { eventually, home, INTENTS, joinVoice, logIn, TOKEN } from './support/bot.ts';

async function gatewayUrl(discord: SimulatedDiscord): Promise<string> {
	const response = await fetch(`${discord.apiBase}/v10/gateway`);
	return ((await response.json()) as { url: string }).url;
}

/** A bare gateway client, for what discord.js never does. */
async function connect(discord: SimulatedDiscord, query = '?v=10&encoding=json') {
	const socket = new WebSocket(`${await gatewayUrl(discord)}/${query}`);
	const received: { op: number; t: string | null; d: unknown; s: number | null }[] = [];
	socket.on('message', (data) => received.push(JSON.parse(String(data))));
	const closed = once(socket, 'close').then(([code]) => code as number);
	await once(socket, 'open');
	const send = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d }));
	return { socket, received, closed, send };
}

describe('the gateway', () => {
	it('makes discord.js ready with servers, channels, and who is in voice', async () => {
		await using discord = await SimulatedDiscord.start({
			...home,
			guilds: [
				...home.guilds,
				{ name: 'Away', locale: 'de', channels: [{ name: 'Halle', kind: 'voice' }] },
				{ name: 'Closed', channels: [{ name: 'Vault' }] },
			],
			bots: [{ token: TOKEN, guilds: ['Home', 'Away'] }],
		});
		const anna = discord.createMember({ name: 'Anna', guild: 'Away' });
		const absent = discord.createMember({ name: 'Absent', guild: 'Away' });
		await anna.join('Halle');
		await using client = await logIn(discord);
		expect(client.guilds.cache.map(({ name }) => name)).toEqual(['Home', 'Away']);
		const away = client.guilds.cache.get(discord.guild('Away').id);
		expect(away?.preferredLocale).toBe('de');
		expect(away?.channels.cache.map(({ name }) => name)).toEqual(['Halle']);
		expect(away?.voiceStates.cache.get(anna.id)?.channelId).toBe(discord.channel('Halle').id);
		expect(away?.members.cache.get(anna.id)?.displayName).toBe('Anna');
		// Without the Members intent a bot is not told of those outside voice.
		expect(away?.members.cache.has(absent.id)).toBe(false);
		expect((await away?.members.fetch(absent.id))?.displayName).toBe('Absent');

		const update = once(client, 'voiceStateUpdate');
		anna.leave();
		const [before, after] = await update;
		expect([before.channelId, after.channelId]).toEqual([discord.channel('Halle').id, null]);
	});

	it('refuses a wrong token', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const client = new Client({ intents: INTENTS, rest: { api: discord.apiBase } });
		await expect(client.login('wrong')).rejects.toMatchObject({ code: 'TokenInvalid' });
		await client.destroy();
		const bare = await connect(discord);
		bare.send(2, { token: 'wrong', intents: 0, properties: {} });
		expect(await bare.closed).toBe(4004);
	});

	it('closes on what breaks the protocol', async () => {
		await using discord = await SimulatedDiscord.start({
			...home,
			bots: [{ token: TOKEN, privilegedIntents: false }],
		});
		const codeAfter = async (...messages: unknown[]) => {
			const { socket, closed } = await connect(discord);
			for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
			return closed;
		};
		const identify = { op: 2, d: { token: TOKEN, intents: 0 } };
		expect(await codeAfter('no json')).toBe(4002);
		expect(await codeAfter({ op: 99, d: null })).toBe(4001);
		expect(await codeAfter({ op: 2, d: { token: 7 } })).toBe(4002);
		expect(await codeAfter({ op: 4, d: { guild_id: discord.guild('Home').id, channel_id: null } })).toBe(4003);
		expect(await codeAfter(identify, identify)).toBe(4005);
		expect(await codeAfter({ op: 2, d: { token: TOKEN, intents: GatewayIntentBits.GuildMembers } })).toBe(4014);
		expect(await codeAfter({ op: 2, d: { token: TOKEN, intents: 0, shard: [1, 1] } })).toBe(4010);
		const erlang = await connect(discord, '?v=10&encoding=etf');
		expect(await erlang.closed).toBe(4002);
	});

	it('drops a client that stops sending heartbeats', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, gateway: { heartbeatIntervalMs: 50 } });
		const bare = await connect(discord);
		await eventually(() => bare.received.length > 0);
		expect(bare.received[0]).toMatchObject({ op: 10, d: { heartbeat_interval: 50 } });
		bare.send(2, { token: TOKEN, intents: 0 });
		bare.send(1, null);
		await eventually(() => bare.received.some(({ op }) => op === 11));
		expect(await bare.closed).toBe(4009);
	});

	it('resumes a session that broke off, repeating what it missed', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		using connection = await joinVoice(client, discord, 'Den');
		const resumed = once(client, 'shardResume');
		const seen: (string | null)[] = [];
		client.on('voiceStateUpdate', (_, { id, channelId }) => {
			if (id === anna.id) seen.push(channelId);
		});
		discord.closeGateway(client.user.id, 4000);
		await anna.join('Lounge');
		await resumed;
		await eventually(() => seen.length > 0);
		expect(seen).toEqual([discord.channel('Lounge').id]);
		// The voice connection did not suffer.
		expect(connection.state.status).toBe('ready');
		expect(discord.events.history.filter(({ type }) => type === 'gateway-ready')).toHaveLength(1);
	});

	it('takes a bot that logs out from its voice channel', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const client = await logIn(discord);
		using connection = await joinVoice(client, discord, 'Lounge');
		const left = discord.waitFor('voice-left');
		const userId = client.user.id;
		await client.destroy();
		expect(await left).toMatchObject({ userId });
		expect(connection.joinConfig.guildId).toBe(discord.guild('Home').id);
	});

	it('spreads servers over shards', async () => {
		await using discord = await SimulatedDiscord.start({
			guilds: ['A', 'B', 'C', 'D', 'E'].map((name) => ({ name, channels: [{ name: 'general' }] })),
			bots: [{ token: TOKEN }],
		});
		const client = new Client({ intents: INTENTS, rest: { api: discord.apiBase }, shardCount: 2, shards: [0, 1] });
		const ready = once(client, 'clientReady');
		await client.login(TOKEN);
		await ready;
		expect(client.guilds.cache.size).toBe(5);
		for (const { id, shardId } of client.guilds.cache.values()) expect(shardId).toBe(Number((BigInt(id) >> 22n) % 2n));
		expect(new Set(client.guilds.cache.map(({ shardId }) => shardId)).size).toBe(2);
		// An interaction goes to the one shard that has its server.
		await client.application?.commands.set([{ name: 'where', description: 'Where am I' }]);
		let count = 0;
		client.on('interactionCreate', (interaction) => {
			count++;
			if (interaction.isChatInputCommand()) void interaction.reply(String(interaction.guild?.name));
		});
		for (const guild of ['A', 'B', 'C']) {
			const member = discord.createMember({ name: `in ${guild}`, guild });
			expect((await member.command('where')).content).toBe(guild);
		}
		expect(count).toBe(3);
		await client.destroy();
	});
});
