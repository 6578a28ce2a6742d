import { DAVESession } from '@snazzah/davey';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GATEWAY_CLOSE, SimulatedDiscord, VOICE_CLOSE } from '../../src/sim/index.ts';
import { home, TOKEN } from './support/bot.ts';
import { openSocket, signIn } from './support/raw-client.ts';

const MODE = 'aead_aes256_gcm_rtpsize';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' }).map((array) => Buffer.from(array));

describe('over real sockets', () => {
	it('the gateway outlives whatever it is sent, and closes with a code of its own', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const response = await fetch(`${discord.apiBase}/v10/gateway`);
		const { url } = (await response.json()) as { url: string };
		const message = fc.oneof(
			fc.string(),
			fc.record({ op: fc.integer({ min: -1, max: 40 }), d: fc.jsonValue() }).map((each) => JSON.stringify(each)),
			bytes(300),
			fc.constant('['.repeat(100_000)),
			fc.constant(JSON.stringify({ op: 1, d: null, padding: 'x'.repeat(5_000) })),
		);
		const identify = JSON.stringify({ op: 2, d: { token: TOKEN, intents: 129 } });
		const codes = new Set<number>([1000, ...Object.values(GATEWAY_CLOSE)]);
		await fc.assert(
			fc.asyncProperty(fc.array(message, { maxLength: 4 }), fc.boolean(), async (messages, isKnown) => {
				using gateway = await openSocket(`${url}/?v=10&encoding=json`);
				if (isKnown) gateway.socket.send(identify);
				for (const each of messages) gateway.socket.send(each);
				gateway.socket.close(1000);
				return codes.has(await gateway.closed);
			}),
			{ numRuns: 150 },
		);
		using gateway = await openSocket(`${url}/?v=10&encoding=json`);
		gateway.socket.send(identify);
		await gateway.receive(({ t }) => t === 'READY');
	});

	it('the voice gateway outlives what somebody in the call sends, and the call goes on without them', async () => {
		await using discord = await SimulatedDiscord.start(home);
		using login = await signIn(discord, 'Lounge');
		const { id: channelId } = discord.channel('Lounge');
		const data = { address: '127.0.0.1', port: 9, mode: MODE };
		const hello = [
			{ op: 0, d: { ...login.credentials, max_dave_protocol_version: 1 } },
			{ op: 1, d: { protocol: 'udp', data } },
		].map((message) => JSON.stringify(message));
		const keyPackage = new DAVESession(1, login.credentials.user_id, channelId).getSerializedKeyPackage();
		const transitionId = fc.constantFrom(0, 1, 2, 65_535, 70_000);
		const json = fc.oneof(
			fc.record({ op: fc.constant(5), d: fc.record({ speaking: fc.nat(7), ssrc: fc.nat(), delay: fc.constant(0) }) }),
			fc.record({ op: fc.constantFrom(23, 31), d: transitionId.map((transition_id) => ({ transition_id })) }),
			fc.record({ op: fc.constantFrom(0, 1, 3, 7, 12, 15), d: fc.jsonValue() }),
			fc.constant({ op: 1, d: { protocol: 'udp', data } }),
		);
		const binary = fc.tuple(fc.integer({ min: 20, max: 32 }), fc.oneof(bytes(300), fc.constant(keyPackage)));
		const message = fc.oneof(
			json.map((each) => JSON.stringify(each)),
			binary.map(([op, payload]) => Buffer.concat([Buffer.of(op), payload])),
		);
		const codes = new Set<number>([1000, ...Object.values(VOICE_CLOSE)]);
		await using anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		await fc.assert(
			fc.asyncProperty(fc.array(message, { maxLength: 6 }), fc.boolean(), async (messages, isPatient) => {
				using voice = await login.open();
				for (const each of [...hello, ...messages]) voice.socket.send(each);
				if (isPatient) await voice.receive(({ op }) => op === 2);
				voice.socket.close(1000);
				return codes.has(await voice.closed);
			}),
			{ numRuns: 150 },
		);
		await using ben = discord.createMember({ name: 'Ben' });
		await ben.join('Lounge');
		expect(ben.voicePrivacyCode).toBe(anna.voicePrivacyCode);
		expect((await ben.speak([Buffer.of(0xf8, 1, 2)])).dropped).toBe(0);
	});

	it('REST answers every path and body with a status that is no failure of its own', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const segment = fc.oneof(
			fc.constantFrom('channels', 'guilds', '@me', 'messages', 'members', 'applications', 'commands', '%E0%A4%A', '%'),
			fc.constantFrom(
				discord.guild('Home').id,
				discord.channel('Lounge').id,
				'voice-status',
				'permissions',
				'webhooks',
			),
			fc.stringMatching(/^[a-z0-9-]{1,8}$/),
		);
		const headers = { authorization: `Bot ${TOKEN}`, 'content-type': 'application/json' };
		await fc.assert(
			fc.asyncProperty(
				fc.array(segment, { maxLength: 5 }),
				fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
				fc.oneof(fc.json(), fc.string()),
				async (path, method, body) => {
					const init = { method, headers, ...(method !== 'GET' && { body }) };
					const answer = await fetch(`${discord.apiBase}/v10/${path.join('/')}`, init);
					await answer.arrayBuffer();
					return answer.status < 500;
				},
			),
			{ numRuns: 300 },
		);
	});
});
