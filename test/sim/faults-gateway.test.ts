import { once } from 'node:events';
import { entersState, joinVoiceChannel, VoiceConnectionStatus } from '@discordjs/voice';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { eventually, home, joinVoice, logIn, TOKEN } from './support/bot.ts';
import { openSocket, signIn } from './support/raw-client.ts';

const WAIT_MS = 10_000;
const within = (ms = WAIT_MS) => ({ signal: AbortSignal.timeout(ms) });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function openGateway(discord: SimulatedDiscord) {
	const response = await fetch(`${discord.apiBase}/v10/gateway`);
	const { url } = (await response.json()) as { url: string };
	return openSocket(`${url}/?v=10&encoding=json`);
}

describe('a gateway that does not answer', () => {
	it('to a client that has just come', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const silence = discord.faults.gateway.silence('hello');
		using ignored = await openGateway(discord);
		await eventually(() => silence.hits === 1);
		await pause(50);
		expect(ignored.texts).toEqual([]);
		silence.end();
		using heard = await openGateway(discord);
		await heard.receive(({ op }) => op === 10);
	});

	it('to IDENTIFY, for one bot only', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, bots: [{ token: TOKEN }, { token: 'other' }] });
		const [first] = discord.bots;
		const silence = discord.faults.gateway.silence('ready', { bot: first?.id ?? '' });
		using ignored = await openGateway(discord);
		using heard = await openGateway(discord);
		ignored.send(2, { token: TOKEN, intents: 129 });
		heard.send(2, { token: 'other', intents: 129 });
		await heard.receive(({ t }) => t === 'READY');
		await eventually(() => silence.hits === 1);
		expect(ignored.texts.map(({ op }) => op)).toEqual([10]);
		silence.end();
		ignored.send(2, { token: TOKEN, intents: 129 });
		await ignored.receive(({ t }) => t === 'READY');
	});

	it('to op 4: a real voice connection stays in signalling, and stands when asked again', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		discord.trust();
		const silence = discord.faults.gateway.silence('voice-state', { bot: client.user.id });
		const { id: channelId, guildId } = discord.channel('Lounge');
		const guild = client.guilds.cache.get(guildId);
		if (guild === undefined) throw new Error('Not in the server');
		const connection = joinVoiceChannel({ channelId, guildId, adapterCreator: guild.voiceAdapterCreator });
		await eventually(() => silence.hits === 1);
		await pause(50);
		expect(connection.state.status).toBe(VoiceConnectionStatus.Signalling);
		expect(discord.events.history.some(({ type }) => type === 'voice-joined')).toBe(false);
		silence.end();
		connection.rejoin();
		await entersState(connection, VoiceConnectionStatus.Ready, WAIT_MS);
		connection.destroy();
	});

	it('to heartbeats: discord.js takes the connection for dead and resumes', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, gateway: { heartbeatIntervalMs: 250 } });
		await using client = await logIn(discord);
		const resumed = once(client, 'shardResume', within());
		const silence = discord.faults.gateway.silence('heartbeat-ack', { bot: client.user.id });
		await eventually(() => silence.hits > 0);
		await once(client, 'shardReconnecting', within());
		silence.end();
		await resumed;
	});
});

describe('an event of the gateway', () => {
	it('may come late, or never', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const bot = client.user.id;
		const late = discord.faults.gateway.delay({ events: ['VOICE_SERVER_UPDATE'], bot }, 300);
		const startedAt = performance.now();
		using connection = await joinVoice(client, discord, 'Lounge');
		expect(connection.state.status).toBe(VoiceConnectionStatus.Ready);
		expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295);
		expect(late.hits).toBe(1);
		late.end();

		const seen: string[] = [];
		client.on('voiceStateUpdate', (_, { id }) => seen.push(id));
		const lost = discord.faults.gateway.drop({ events: ['VOICE_STATE_UPDATE'], bot });
		const [anna, ben] = ['Anna', 'Ben'].map((name) => discord.createMember({ name, listens: false }));
		await anna?.join('Den');
		expect(lost.hits).toBeGreaterThan(0);
		lost.end();
		await ben?.join('Den');
		await eventually(() => seen.includes(ben?.id ?? ''));
		expect(seen).not.toContain(anna?.id);
	});
});

describe('a gateway session', () => {
	it('is resumed after op 7, and after a link that breaks off', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		for (const trouble of ['reconnect', 'breakOff'] as const) {
			const resumed = once(client, 'shardResume', within());
			discord.faults.gateway[trouble](client.user.id);
			await resumed;
		}
		expect(discord.events.history.filter(({ type }) => type === 'gateway-ready')).toHaveLength(1);
	});

	it('ends with op 9, takes the bot out of voice, and leaves room for a new one', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using login = await signIn(discord, 'Lounge');
		const { gateway, credentials } = login;
		const left = discord.waitFor('voice-left');
		discord.faults.gateway.invalidate(credentials.user_id);
		expect(await left).toMatchObject({ userId: credentials.user_id });
		await eventually(() => gateway.texts.at(-1)?.op === 9);
		expect(gateway.texts.at(-1)?.d).toBe(false);
		gateway.send(6, { token: TOKEN, session_id: credentials.session_id, seq: 1 });
		await eventually(() => gateway.texts.filter(({ op }) => op === 9).length === 2);
		gateway.send(2, { token: TOKEN, intents: 129 });
		await eventually(() => gateway.texts.filter(({ t }) => t === 'READY').length === 2);
	});

	it('that is to be resumed may be forgotten', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using login = await signIn(discord, 'Lounge');
		const { user_id: userId, session_id } = login.credentials;
		const resume = { token: TOKEN, session_id, seq: 1 };
		const refusal = discord.faults.gateway.refuseResumes(userId);
		const left = discord.waitFor('voice-left');
		discord.faults.gateway.close(userId, 4000);
		expect(await login.gateway.closed).toBe(4000);
		using again = await openGateway(discord);
		again.send(6, resume);
		await again.receive(({ op }) => op === 9);
		expect(refusal.hits).toBe(1);
		expect(await left).toMatchObject({ userId });
	});

	it('hears nonsense where a test wants it to', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using gateway = await openGateway(discord);
		gateway.send(2, { token: TOKEN, intents: 0 });
		await gateway.receive(({ t }) => t === 'READY');
		const [bot] = discord.bots;
		discord.faults.gateway.send(bot?.id ?? '', { op: 0, t: 'NO_SUCH_EVENT', d: null, s: -1 });
		await gateway.receive(({ t }) => t === 'NO_SUCH_EVENT');
	});
});
