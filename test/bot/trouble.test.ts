import { createSocket } from 'node:dgram';
import type { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { getVoiceConnection } from '@discordjs/voice';
import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { faultyNetwork } from '../../src/sim/index.ts';
import { startBench, type TestBench, TOKEN } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';

let bench: TestBench;
beforeEach(async () => {
	bench = await startBench({}, { permissions: PermissionFlagsBits.MoveMembers }, [{ name: 'other', kind: 'voice' }]);
});
afterEach(() => bench[Symbol.asyncDispose]());

const botId = (): string => bench.bot.client.user.id;

interface Reachable {
	readonly ws: EventEmitter;
	readonly udp: { readonly socket: ReturnType<typeof createSocket> };
}

/** The parts of the bot's own connection that a server can reach. */
function internals() {
	const connection = getVoiceConnection(bench.discord.guild('Test').id, botId());
	if (!connection) throw new Error('the bot is in no channel');
	const { state } = connection as unknown as { state: { networking: { state: Reachable } } };
	return { connection, ...state.networking.state };
}

async function moveBot(channel: string | null): Promise<void> {
	const { id } = bench.discord.guild('Test');
	const response = await fetch(`${bench.discord.apiBase}/v10/guilds/${id}/members/${botId()}`, {
		method: 'PATCH',
		headers: { authorization: `Bot ${TOKEN}`, 'content-type': 'application/json' },
		body: JSON.stringify({ channel_id: channel && bench.discord.channel(channel).id }),
	});
	expect(response.status).toBe(200);
}

async function until(condition: () => boolean, timeoutMs = 8000): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error('waited in vain');
		await delay(20);
	}
}

describe('what is under way', () => {
	it('is let go on a withdrawal, though the speaker has left or the bot has', async () => {
		const ada = await bench.join('Ada', { admin: true });
		const ben = await bench.join('Ben');
		await ada.command('consent give');
		await ben.command('consent give');
		await ada.command('emotion join');
		await Promise.all([ada.speak(speechPackets(1200)), ben.speak(speechPackets(1200))]);
		ben.leave();
		await until(() => bench.utterances.length === 2);
		await ada.command('emotion leave');
		await Promise.all([ada, ben].map((member) => member.command('consent withdraw')));
		expect(bench.utterances.map(({ signal }) => signal.aborted)).toEqual([true, true]);
	});

	it('is let go when the member erases', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('consent give');
		await ada.command('emotion join');
		await ada.speak(speechPackets(1200));
		await until(() => bench.utterances.length === 1);
		await ada.command('privacy erase');
		await ada.click('ses:privacy:erase');
		expect(bench.utterances[0]?.signal.aborted).toBe(true);
	});
});

describe('the notice', () => {
	it('stands before anybody is heard, however long posting it takes', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('consent give');
		const channel = bench.bot.client.channels.cache.get(bench.discord.channel('lounge').id);
		if (!channel?.isSendable()) throw new Error('no channel');
		const send = channel.send.bind(channel);
		let posted = false;
		vi.spyOn(channel, 'send').mockImplementation(async (message) => {
			await delay(2500);
			posted = true;
			return send(message) as never;
		});
		const joining = ada.command('emotion join');
		await delay(500);
		await ada.speak(speechPackets(1000));
		expect(posted).toBe(false);
		await joining;
		await delay(700);
		expect(bench.utterances).toEqual([]);
		await ada.speak(speechPackets(1000));
		await until(() => bench.utterances.length === 1);
	});
});

describe('a join that fails in the store', () => {
	it('leaves nothing behind that keeps the bot in the channel later', async () => {
		const ada = await bench.join('Ada', { admin: true });
		vi.spyOn(bench.store.consents, 'list').mockRejectedValueOnce(new Error('disk full'));
		expect(await ada.command('emotion join')).toMatchObject({ content: expect.stringContaining('did not work') });
		const { id: guildId } = bench.discord.guild('Test');
		const { id: channelId } = bench.discord.channel('lounge');
		expect(await bench.bot.sessions.claim(guildId, channelId, 'follow')).toBe('joined');
		await bench.bot.sessions.release(guildId, channelId, 'follow');
		expect(bench.bot.sessions.all).toEqual([]);
	});
});

describe('the bot follows where a moderator puts it', () => {
	it('to another channel, whose members it tells and hears', async () => {
		const ada = await bench.join('Ada', { admin: true });
		const ben = bench.discord.createMember({ name: 'Ben', listens: false });
		await ben.join('other');
		await ben.command('consent give');
		await ada.command('emotion join');
		const seen = bench.discord.events.position;
		await moveBot('other');
		const other = bench.discord.channel('other').id;
		await bench.discord.waitFor('message-created', ({ message }) => message.channelId === other, {
			since: seen,
			timeoutMs: 10_000,
		});
		await until(() => bench.bot.sessions.all[0]?.state.status === 'listening');
		expect(bench.bot.sessions.all.map(({ channel }) => channel.name)).toEqual(['other']);
		await ben.speak(speechPackets(1200));
		await until(() => bench.utterances.length === 1);
	});

	it('out of the channel', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('emotion join');
		await moveBot(null);
		await until(() => bench.bot.sessions.all.length === 0);
		expect(bench.ended).toHaveLength(1);
	});
});

describe('nothing that arrives ends the process', () => {
	const goesOn = async (ada: Awaited<ReturnType<TestBench['join']>>): Promise<void> => {
		await ada.speak(speechPackets(1200));
		await until(() => bench.utterances.length === 1);
	};
	const listening = async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('consent give');
		await ada.command('emotion join');
		return ada;
	};

	it.each([9, 10, 11, 12, 13, 20])('not a datagram of %i bytes', async (length) => {
		const ada = await listening();
		const sender = createSocket('udp4');
		const { port } = internals().udp.socket.address();
		for (const first of [0x00, 0x80, 0x90, 0xbf, 0xff]) sender.send(Buffer.alloc(length, first), port, '127.0.0.1');
		await delay(100);
		sender.close();
		await goesOn(ada);
	});

	it.each([
		['a payload that is missing', 'packet', { op: 5 }],
		['an operation that nobody knows', 'packet', { op: 99, d: null }],
		['a session description of nothing', 'packet', { op: 4, d: {} }],
	])('not %s', async (_, event, message) => {
		const ada = await listening();
		expect(() => internals().ws.emit(event, message)).not.toThrow();
		await delay(100);
		expect(bench.bot.sessions.all).toHaveLength(1);
		if (message.op !== 4) await goesOn(ada);
	});

	it.each([25, 27, 29, 30])('not a truncated message of DAVE (op %i)', async (op) => {
		await listening();
		expect(() => internals().ws.emit('binary', { op, seq: 1, payload: Buffer.of(0) })).not.toThrow();
		await delay(100);
		expect(bench.bot.sessions.all).toHaveLength(1);
	});
});

describe('a bad network', () => {
	it('costs no utterance, and is told of truly', async () => {
		const ada = await bench.join('Ada', { admin: true });
		const ben = await bench.join('Ben');
		await Promise.all([ada, ben].map((member) => member.command('consent give')));
		await ada.command('emotion join');
		bench.discord.network = faultyNetwork({ seed: 5, loss: 0.1, reorder: 0.05, duplicate: 0.1 });
		for (let turn = 0; turn < 3; turn++) {
			await Promise.all([ada, ben].map((member) => member.speak(speechPackets(1500))));
			await delay(800);
		}
		expect(bench.utterances).toHaveLength(6);
		for (const health of bench.bot.sessions.all[0]?.health ?? []) {
			expect(health.lost).toBeGreaterThan(0);
			expect(health.duplicate).toBeGreaterThan(0);
			// A copy is no failure of the encryption.
			expect(health.undecryptable).toBe(0);
		}
	});
});

describe('a voice server that keeps refusing', () => {
	it('is given up on after six attempts, with a word', { timeout: 90_000 }, async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('emotion join');
		const seen = bench.discord.events.position;
		using greetings = bench.discord.faults.voice.delay({ ops: [8] }, 0);
		const closing = setInterval(() => bench.discord.closeVoice('Test', botId(), 4017), 50);
		const { message } = await bench.discord.waitFor('message-created', undefined, { since: seen, timeoutMs: 60_000 });
		clearInterval(closing);
		expect(message.content).toContain('/emotion join');
		expect(bench.bot.sessions.all).toEqual([]);
		// Left alone, the library comes back a hundred times a second.
		expect(greetings.hits).toBeGreaterThan(1);
		expect(greetings.hits).toBeLessThanOrEqual(6);
	});
});

describe('a server that the bot is removed from', () => {
	it('ends its session', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('emotion join');
		// What discord.js does on GUILD_DELETE.
		internals().connection.destroy();
		await until(() => bench.ended.length === 1);
		expect(bench.bot.sessions.all).toEqual([]);
	});
});
