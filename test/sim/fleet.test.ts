import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { VoiceConnection } from '@discordjs/voice';
import { Client } from 'discord.js';
// As another project imports it.
import {
	SILENCE_FRAME,
	SimulatedDiscord,
	type SimulatedDiscordOptions,
	type SimulatedMember,
} from 'speech-emotion-sense/sim';
import { describe, expect, it } from 'vitest';
import { encrypted, eventually, hear, INTENTS, inOrder, joinVoice, positions } from './support/bot.ts';
import { tone } from './support/opus.ts';
import { openSocket } from './support/raw-client.ts';

const TOKENS = ['first-token', 'second-token', 'third-token'];
const WAIT_MS = 5_000;

const hotel: SimulatedDiscordOptions = {
	guilds: [{ name: 'Hotel', channels: ['Red', 'Green', 'Blue'].map((name) => ({ name, kind: 'voice' as const })) }],
	bots: TOKENS.map((token, index) => ({ token, name: `Ears ${index}` })),
};

type Bot = Client<true> & AsyncDisposable;

async function logIn(discord: SimulatedDiscord, token: string, shards: { shardCount?: number } = {}): Promise<Bot> {
	const client = new Client({ intents: INTENTS, rest: { api: discord.apiBase }, ...shards });
	const ready = once(client, 'clientReady', { signal: AbortSignal.timeout(WAIT_MS) });
	await client.login(token);
	await ready;
	return Object.assign(client as Client<true>, { [Symbol.asyncDispose]: () => client.destroy() });
}

/** Twenty milliseconds a packet, straight through @discordjs/voice: no part of the simulation helps. */
async function play(connection: VoiceConnection, packets: readonly Buffer[]): Promise<void> {
	for (const packet of [...packets, ...Array<Buffer>(5).fill(SILENCE_FRAME)]) {
		connection.playOpusPacket(packet);
		await delay(20);
	}
	connection.setSpeaking(false);
}

describe('two independent clients', () => {
	it('hear each other byte for byte, through end-to-end encryption, while both speak', async () => {
		await using discord = await SimulatedDiscord.start(hotel);
		await using first = await logIn(discord, 'first-token');
		await using second = await logIn(discord, 'second-token');
		using a = await joinVoice(first, discord, 'Red');
		using b = await joinVoice(second, discord, 'Red');
		await Promise.all([encrypted(a), encrypted(b)]);
		await eventually(() => a.voicePrivacyCode === b.voicePrivacyCode, WAIT_MS);
		const [byA, byB] = [hear(a, second.user.id), hear(b, first.user.id)];
		const [low, high] = [tone(200, 40), tone(500, 40)];
		// Op 5 goes by TCP and TLS, the packets by UDP: nobody's packets count before it is there.
		for (const connection of [a, b]) connection.setSpeaking(true);
		const knows = ({ receiver }: VoiceConnection, { user }: Bot) => receiver.ssrcMap.get(user.id) !== undefined;
		await eventually(() => knows(a, second) && knows(b, first));
		await Promise.all([play(a, low), play(b, high)]);
		await eventually(() => byA.packets.length === 40 && byB.packets.length === 40, WAIT_MS);
		expect(positions(byB.packets, low)).toEqual(inOrder(40));
		expect(positions(byA.packets, high)).toEqual(inOrder(40));
		expect([byA.errors, byB.errors]).toEqual([[], []]);
		expect(discord.packets(first.user.id)).toMatchObject({ received: 45, relayed: 45, rejected: 0 });
	});
});

describe('several accounts in one server', () => {
	it('listen in a channel each, and hear nothing of the others', async () => {
		await using discord = await SimulatedDiscord.start(hotel);
		await using stack = new AsyncDisposableStack();
		const rooms: { client: Bot; guest: SimulatedMember; connection: VoiceConnection; packets: Buffer[] }[] = [];
		for (const [index, channel] of ['Red', 'Green', 'Blue'].entries()) {
			const client = stack.use(await logIn(discord, TOKENS[index] ?? ''));
			const guest = discord.createMember({ name: `Guest of ${channel}` });
			await guest.join(channel);
			const connection = stack.use(await joinVoice(client, discord, channel));
			await encrypted(connection);
			rooms.push({ client, guest, connection, packets: tone(200 + 100 * index, 20) });
		}
		expect(new Set(discord.bots.map(({ id }) => id)).size).toBe(3);
		expect(rooms.map(({ client }) => client.user.id)).toEqual(discord.bots.map(({ id }) => id));
		const heard = rooms.map(({ connection }) => rooms.map(({ guest }) => hear(connection, guest.id)));
		await Promise.all(rooms.map(({ guest, packets }) => guest.speak(packets)));
		await eventually(() => rooms.every((_, index) => heard[index]?.[index]?.packets.length === 20), WAIT_MS);
		for (const [listener, streams] of heard.entries()) {
			for (const [speaker, { packets }] of streams.entries()) {
				const expected = listener === speaker ? inOrder(20) : [];
				expect(positions(packets, rooms[speaker]?.packets ?? [])).toEqual(expected);
			}
		}

		// One account dies; its channel loses its ears, and the others keep theirs.
		const [red, green] = rooms;
		const left = discord.waitFor('voice-left', ({ userId }) => userId === red?.client.user.id);
		await red?.client.destroy();
		await left;
		expect(discord.guild('Hotel').voiceStates.has(green?.client.user.id ?? '')).toBe(true);
		const before = heard[1]?.[1]?.packets.length ?? 0;
		await green?.guest.speak(green.packets);
		await eventually(() => heard[1]?.[1]?.packets.length === before + 20, WAIT_MS);
	});

	it('are invited and thrown out one by one', async () => {
		const away = { name: 'Away', channels: [{ name: 'Yard', kind: 'voice' as const }] };
		const [bot, ...others] = hotel.bots as { token: string }[];
		await using discord = await SimulatedDiscord.start({
			guilds: [...hotel.guilds, away],
			bots: [{ ...(bot as { token: string }), guilds: ['Hotel'] }, ...others],
		});
		await using client = await logIn(discord, 'first-token');
		await using second = await logIn(discord, 'second-token');
		expect(client.guilds.cache.map(({ name }) => name)).toEqual(['Hotel']);
		const created = once(client, 'guildCreate', { signal: AbortSignal.timeout(WAIT_MS) });
		discord.inviteBot('first-token', 'Away');
		expect((await created)[0]).toMatchObject({ name: 'Away' });
		using connection = await joinVoice(client, discord, 'Yard');
		const deleted = once(client, 'guildDelete', { signal: AbortSignal.timeout(WAIT_MS) });
		const left = discord.waitFor('voice-left');
		discord.removeBot(client.user.id, 'Away');
		expect((await deleted)[0]).toMatchObject({ name: 'Away' });
		expect(await left).toMatchObject({ userId: client.user.id });
		await expect(client.rest.get(`/guilds/${discord.guild('Away').id}`)).rejects.toMatchObject({ code: 50001 });
		expect(second.guilds.cache.size).toBe(2);
		await eventually(() => connection.state.status !== 'ready');
	});
});

describe('shards', () => {
	const town: SimulatedDiscordOptions = {
		guilds: ['A', 'B', 'C', 'D', 'E'].map((name) => ({ name, channels: [{ name: `${name}-voice`, kind: 'voice' }] })),
		bots: [{ token: 'first-token' }, { token: 'second-token', guilds: ['A'] }],
		gateway: { guildsPerShard: 2, maxGuildsPerShard: 4, sessionStarts: { total: 10, remaining: 4 } },
	};

	async function gatewayBot(discord: SimulatedDiscord, token: string) {
		const headers = { authorization: `Bot ${token}` };
		const response = await fetch(`${discord.apiBase}/v10/gateway/bot`, { headers });
		return (await response.json()) as {
			url: string;
			shards: number;
			session_start_limit: { total: number; remaining: number; reset_after: number; max_concurrency: number };
		};
	}

	it('are recommended by the number of servers, and discord.js follows', async () => {
		await using discord = await SimulatedDiscord.start(town);
		expect(await gatewayBot(discord, 'first-token')).toMatchObject({
			shards: 3,
			session_start_limit: { total: 10, remaining: 4, max_concurrency: 16 },
		});
		expect((await gatewayBot(discord, 'second-token')).shards).toBe(1);
		const client = new Client({ intents: INTENTS, rest: { api: discord.apiBase }, shards: 'auto' });
		const ready = once(client, 'clientReady', { signal: AbortSignal.timeout(WAIT_MS) });
		await client.login('first-token');
		await ready;
		expect(client.ws.shards.size).toBe(3);
		expect(client.guilds.cache.size).toBe(5);
		expect((await gatewayBot(discord, 'first-token')).session_start_limit.remaining).toBe(1);
		using connection = await joinVoice(client as Client<true>, discord, 'C-voice');
		expect(connection.state.status).toBe('ready');
		await client.destroy();
	});

	it('are told of the voice of their own servers only', async () => {
		await using discord = await SimulatedDiscord.start(town);
		const { url } = await gatewayBot(discord, 'first-token');
		const shards: Awaited<ReturnType<typeof openSocket>>[] = [];
		for (const index of [0, 1, 2]) {
			const shard = await openSocket(`${url}/?v=10&encoding=json`);
			shard.send(2, { token: 'first-token', intents: INTENTS, shard: [index, 3] });
			const ready = await shard.receive(({ t }) => t === 'READY');
			expect(ready['shard']).toEqual([index, 3]);
			shards.push(shard);
		}
		const places = town.guilds.map(({ name }) => discord.channel(`${name}-voice`));
		const owner = (guildId: string) => Number((BigInt(guildId) >> 22n) % 3n);
		for (const { id, guildId } of places) {
			// Every shard asks; those that do not have the server are not listened to.
			for (const shard of shards) shard.send(4, { guild_id: guildId, channel_id: id });
		}
		const servers = (index: number) =>
			(shards[index]?.texts ?? []).filter(({ t }) => t === 'VOICE_SERVER_UPDATE').map(({ d }) => d['guild_id']);
		await eventually(() => [0, 1, 2].flatMap(servers).length === places.length, WAIT_MS);
		for (const index of [0, 1, 2]) {
			const own = places.map(({ guildId }) => guildId).filter((guildId) => owner(guildId) === index);
			expect(servers(index)).toEqual(own);
			const states = shards[index]?.texts.filter(({ t }) => t === 'VOICE_STATE_UPDATE').map(({ d }) => d['guild_id']);
			expect(states).toEqual(own);
		}
		// A shard that goes takes the bot out of voice in its own servers, not in the others'.
		const lost = owner(places[0]?.guildId ?? '');
		const gone = places.filter(({ guildId }) => owner(guildId) === lost);
		expect(gone.length).toBeLessThan(places.length);
		shards[lost]?.socket.close(1000);
		const inVoice = ({ guildId }: { guildId: string }) => discord.guild(guildId).voiceStates.size === 1;
		await eventually(() => gone.every((place) => !inVoice(place)), WAIT_MS);
		expect(places.filter(inVoice)).toHaveLength(places.length - gone.length);
		for (const { socket } of shards) socket.terminate();
	});

	it('are required where one would have too many servers, and limited in number of starts', async () => {
		await using discord = await SimulatedDiscord.start(town);
		const { url } = await gatewayBot(discord, 'first-token');
		const identify = async (shard?: [number, number]) => {
			const socket = await openSocket(`${url}/?v=10&encoding=json`);
			socket.send(2, { token: 'first-token', intents: INTENTS, ...(shard && { shard }) });
			return socket;
		};
		using alone = await identify();
		expect(await alone.closed).toBe(4011);
		using strange = await identify([3, 3]);
		expect(await strange.closed).toBe(4010);
		const shards = [];
		for (let started = 0; started < 4; started++) {
			const shard = await identify([started % 3, 3]);
			await shard.receive(({ t }) => t === 'READY');
			shards.push(shard);
		}
		using late = await identify([0, 3]);
		expect(await late.receive(({ op }) => op === 9)).toBe(false);
		for (const { socket } of shards) socket.terminate();
	});
});
