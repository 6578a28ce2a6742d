import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInflate } from 'node:zlib';
import type { VoiceConnection } from '@discordjs/voice';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { eventually, hear, home, TOKEN } from './support/bot.ts';
import { openSocket } from './support/raw-client.ts';

const AUTHORIZATION = { authorization: `Bot ${TOKEN}` };

describe('a client that is not discord.js', () => {
	it('may have the gateway compress what it sends, through a resume, too', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const open = async () => {
			const socket = new WebSocket(`${discord.gatewayUrl}/?v=10&encoding=json&compress=zlib-stream`);
			const inflate = createInflate();
			let text = '';
			inflate.on('data', (chunk: Buffer) => {
				text += chunk.toString();
			});
			const endings: string[] = [];
			socket.on('message', (data: Buffer, isBinary) => {
				endings.push(isBinary ? data.subarray(-4).toString('hex') : 'text');
				inflate.write(data);
			});
			await once(socket, 'open');
			const says = (part: string) => eventually(() => text.includes(part));
			return {
				socket,
				says,
				endings,
				text: () => text,
				send: (op: number, d: unknown) => socket.send(JSON.stringify({ op, d })),
			};
		};
		const first = await open();
		first.send(2, { token: TOKEN, intents: 129, compress: true });
		await first.says('"t":"GUILD_CREATE"');
		// How a client knows that a message is whole.
		expect(new Set(first.endings)).toEqual(new Set(['0000ffff']));
		const sessionId = /"session_id":"(\w+)"/.exec(first.text())?.[1];
		first.socket.terminate();
		const second = await open();
		second.send(6, { token: TOKEN, session_id: sessionId, seq: 1 });
		await second.says('"t":"GUILD_CREATE"');
		await second.says('"t":"RESUMED"');
		second.socket.terminate();
	});

	it('may write ids as numbers, none of whose digits is lost', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const { id, guildId } = discord.channel('Lounge');
		expect(Number.isSafeInteger(Number(id))).toBe(false);
		using gateway = await openSocket(`${discord.gatewayUrl}/?v=10&encoding=json`);
		gateway.send(2, { token: TOKEN, intents: 129 });
		await gateway.receive(({ t }) => t === 'READY');
		gateway.socket.send(`{"op":4,"d":{"guild_id":${guildId},"channel_id":${id},"self_mute":false,"self_deaf":false}}`);
		await gateway.receive(({ t }) => t === 'VOICE_SERVER_UPDATE');
		expect(discord.guild('Home').voiceStates.get(discord.bots[0]?.id ?? '')?.channelId).toBe(id);
		const { id: general } = discord.channel('general');
		const response = await fetch(`${discord.apiBase}/v10/channels/${general}/messages`, {
			method: 'POST',
			headers: { ...AUTHORIZATION, 'content-type': 'application/json' },
			body: `{"content":"<@${guildId}> hello","allowed_mentions":{"users":[${guildId}]}}`,
		});
		expect(response.status).toBe(200);
	});

	it('may ask for what became of its answer as it likes to write "true"', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using gateway = await openSocket(`${discord.gatewayUrl}/?v=10&encoding=json`);
		gateway.send(2, { token: TOKEN, intents: 129 });
		await gateway.receive(({ t }) => t === 'READY');
		const headers = { ...AUTHORIZATION, 'content-type': 'application/json' };
		const post = (path: string, method: string, body: unknown) =>
			fetch(`${discord.apiBase}/v10${path}`, { method, headers, body: JSON.stringify(body) });
		await post(`/applications/${discord.bots[0]?.id}/commands`, 'PUT', [{ name: 'ping', description: 'Ping' }]);
		const anna = discord.createMember({ name: 'Anna' });
		for (const [count, answer] of ['true', 'True', '1'].entries()) {
			const reply = anna.command('ping');
			const isNew = ({ t }: { t: string | null }) => t === 'INTERACTION_CREATE';
			await eventually(() => gateway.texts.filter(isNew).length > count);
			const { id, token } = gateway.texts.filter(isNew)[count]?.d ?? {};
			const data = { content: `pong ${count}` };
			const response = await post(`/interactions/${id}/${token}/callback?with_response=${answer}`, 'POST', {
				type: 4,
				data,
			});
			expect(await response.json()).toMatchObject({ interaction: { id, type: 2 }, resource: { message: data } });
			expect((await reply).content).toBe(data.content);
		}
	});

	it('is told what Discord tells of an application', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const response = await fetch(`${discord.apiBase}/v10/oauth2/applications/@me`, { headers: AUTHORIZATION });
		expect(await response.json()).toMatchObject({
			id: discord.bots[0]?.id,
			owner: { id: discord.guild('Home').ownerId, bot: false },
		});
	});
});

/** Python with discord.py and davey, where there is one: `pip install 'discord.py[voice]==2.7.1'`. */
const PYTHON = process.env['SES_PYTHON'] ?? 'python3';
const hasDiscordPy = spawnSync(PYTHON, ['-c', 'import davey, discord, nacl']).status === 0;

it.skipIf(!hasDiscordPy)(
	'discord.py is heard byte for byte through transitions of DAVE and a change of region',
	{ timeout: 60_000 },
	async () => {
		await using discord = await SimulatedDiscord.start(home);
		const botId = discord.bots[0]?.id ?? '';
		await using anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		const env = {
			...process.env,
			DISCORD_API_BASE: discord.apiBase,
			DISCORD_GATEWAY: discord.gatewayUrl,
			DISCORD_TOKEN: TOKEN,
			SSL_CERT_FILE: await discord.writeCaCertificate(),
		};
		const script = fileURLToPath(new URL('fixtures/discord-py-bot.py', import.meta.url));
		const bot = spawn(PYTHON, [script], { env, stdio: 'inherit' });
		try {
			await discord.waitFor('gateway-ready', undefined, { since: 0, timeoutMs: 20_000 });
			const encrypted = discord.waitFor('dave-transition', ({ members }) => members.length === 2, {
				timeoutMs: 20_000,
			});
			expect((await anna.command('join', {}, { timeoutMs: 15_000 })).content).toBe('I am here.');
			await encrypted;
			const packets = Array.from({ length: 25 }, (_, index) => Buffer.of(0xf8, index, 1, 2, 3, 4, 5, 6));
			const says = async (isEncrypted = true) => {
				if (isEncrypted) await eventually(() => anna.voicePrivacyCode !== undefined);
				const heard = hear(anna.connection as VoiceConnection, botId);
				const { content: code } = await anna.command('say', {}, { timeoutMs: 10_000 });
				if (isEncrypted) expect(code).toBe(anna.voicePrivacyCode);
				await eventually(() => heard.packets.length === packets.length);
				expect(heard.packets).toEqual(packets);
			};
			const { dave, voice } = discord.faults;
			await says();
			await dave.downgrade('Lounge');
			await says(false);
			await dave.upgrade('Lounge');
			await says();
			await dave.rekey('Lounge');
			await says();
			const settled = discord.waitFor('dave-transition', ({ members }) => members.length === 2, { timeoutMs: 20_000 });
			await voice.changeRegion('Home');
			await settled;
			await says();
		} finally {
			bot.kill();
			await once(bot, 'exit');
		}
	},
);
