import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOpusDecoder, type OpusDecoder } from '../../src/audio/index.ts';
import { looksSealed } from '../../src/bot/reception/dave-frame.ts';
import { startBench, type TestBench } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';
import { Listening, until, WORDS } from './reception-bench.ts';

let bench: TestBench;
let world: Listening;
/** Frames that reached a decoder, and those among them that were still encrypted. */
let decoded = { frames: 0, sealed: 0 };

async function openDecoder(): Promise<OpusDecoder> {
	const decoder = await createOpusDecoder();
	return {
		...decoder,
		decode: (packet) => {
			decoded.frames++;
			if (looksSealed(Buffer.from(packet))) decoded.sealed++;
			return decoder.decode(packet);
		},
	};
}

beforeEach(async () => {
	decoded = { frames: 0, sealed: 0 };
	bench = await startBench({ tuning: { openDecoder } });
	world = new Listening(bench);
});
afterEach(async () => {
	await bench[Symbol.asyncDispose]();
	// Whatever happens to the keys.
	expect(decoded.sealed).toBe(0);
});

describe('the connection comes back', () => {
	it.each([4006, 4009, 4015, 4022])('from a close with %i', async (code) => {
		const ada = await world.ada();
		await world.hears(ada);
		const seen = bench.discord.events.position;
		bench.discord.faults.voice.close(world.botId, code);
		// 4015 is resumed, on the same server.
		if (code === 4015) await delay(500);
		else await world.readyAgain(seen);
		await until(() => world.isListening);
		await delay(500);
		await world.hears(ada);
	});

	it('from a broken socket, by a resume or without one', async () => {
		const ada = await world.ada();
		bench.discord.faults.voice.breakOff(world.botId);
		await delay(300);
		await until(() => world.isListening);
		await world.hears(ada);
		using _ = bench.discord.faults.voice.refuseResumes();
		bench.discord.faults.voice.breakOff(world.botId);
		await delay(300);
		await until(() => world.isListening);
		await delay(500);
		await world.hears(ada);
	});

	it('in another region', async () => {
		const ada = await world.ada();
		const seen = bench.discord.events.position;
		await bench.discord.faults.voice.changeRegion('Test');
		await world.readyAgain(seen, [ada.id, world.botId]);
		await delay(1500);
		await world.hears(ada);
	});

	it('from a server that keeps closing it for seconds on end', async () => {
		const ada = await world.ada();
		const closing = setInterval(() => bench.discord.closeVoice('Test', world.botId, 4006), 100);
		await delay(3000);
		clearInterval(closing);
		expect(bench.ended).toEqual([]);
		await until(() => world.isListening);
		await delay(500);
		await world.hears(ada);
	});

	it('whatever nonsense the server speaks', async () => {
		const ada = await world.ada();
		const { voice } = bench.discord.faults;
		const nonsense: unknown[] = [
			{ op: 5 },
			{ op: 5, d: { user_id: ada.id, ssrc: 'seven', speaking: 1 } },
			{ op: 13, d: null },
			{ op: 22, d: { transition_id: 999 } },
			{ op: 11, d: { user_ids: [ada.id] } },
			{ op: 404, d: [] },
			Buffer.of(0, 9, 5),
		];
		for (const message of nonsense) voice.send(world.botId, message);
		await delay(200);
		await world.hears(ada);
	});

	it('or the channel is told what happened and what to do', async () => {
		const ada = await world.ada();
		expect(ada).toBeDefined();
		const seen = bench.discord.events.position;
		bench.discord.faults.voice.close(world.botId, 4014);
		const { message } = await bench.discord.waitFor('message-created', undefined, { since: seen, timeoutMs: 15_000 });
		expect(message.content).toMatch(/disconnected.*closed with 4014.*\/emotion join/);
		expect(bench.ended).toEqual([expect.stringContaining('disconnected')]);
	});
});

describe('the end-to-end encryption changes', () => {
	it('down, up and over, and nothing that is said meanwhile is lost or taken for voice while encrypted', async () => {
		const ada = await world.ada();
		const { dave } = bench.discord.faults;
		const speaking = world.hears(ada, speechPackets(5400));
		await delay(800);
		await dave.downgrade('lounge', {});
		await delay(600);
		await dave.upgrade('lounge', {});
		await speaking;
		await dave.downgrade('lounge', { transitionId: 0 });
		await world.hears(ada);
		await dave.upgrade('lounge', { transitionId: 0 });
		await world.hears(ada);
		await dave.rekey('lounge', {});
		await world.hears(ada);
		const [health] = world.session.health;
		expect(health?.lost).toBe(0);
		expect(decoded.frames).toBeGreaterThan(400);
		expect(world.receptions).toEqual([]);
	});

	it('with keys that come late, which open what has waited for them', async () => {
		const ada = await world.ada();
		await world.hears(ada);
		using late = bench.discord.faults.dave.delayKeys(700, { to: world.botId });
		const ben = await bench.join('Ben');
		await ben.command('consent give');
		await Promise.all([ada, ben].map((member) => member.speak(WORDS)));
		await until(() => bench.utterances.length === 3);
		expect(late.hits).toBeGreaterThan(0);
		for (const health of world.session.health) expect(health).toMatchObject({ lost: 0, undecryptable: 0 });
	});

	it('with keys that are broken, after which the group is joined anew', async () => {
		const ada = await world.ada();
		using broken = bench.discord.faults.dave.corruptKeys({ to: world.botId, times: 1 });
		await bench.join('Ben');
		await delay(2500);
		expect(broken.hits).toBe(1);
		await world.hears(ada);
	});
});

describe('a voice server that never answers', () => {
	it('to heartbeats goes on to be heard', async () => {
		await bench[Symbol.asyncDispose]();
		bench = await startBench({}, {}, [], { voice: { heartbeatIntervalMs: 200 } });
		world = new Listening(bench);
		const ada = await world.ada();
		await world.hears(ada);
		const silence = bench.discord.faults.voice.silence('heartbeat-ack', { to: world.botId });
		// Three in vain are a dead socket: it is opened anew, which is no better, and so on.
		await until(() => silence.hits > 8);
		await world.hears(ada);
		silence.end();
		await world.hears(ada);
		expect(bench.ended).toEqual([]);
	});

	it.each(['ready', 'discovery', 'session-description'] as const)(
		'with %s ends in a clear answer, in time',
		async (step) => {
			await bench[Symbol.asyncDispose]();
			bench = await startBench({}, {}, [], { options: { connectDeadlineMs: 1500 } });
			world = new Listening(bench);
			const ada = await bench.join('Ada', { admin: true });
			using _ = bench.discord.faults.voice.silence(step, { to: world.botId });
			const { content } = await ada.command('emotion join', {}, { timeoutMs: 10_000 });
			expect(content).toMatch(/no voice connection within 2 s/);
			expect(bench.bot.sessions.all).toEqual([]);
		},
	);

	it('nor the gateway, when it is asked for one, ends in the same', async () => {
		await bench[Symbol.asyncDispose]();
		bench = await startBench({}, {}, [], { options: { connectDeadlineMs: 1500 } });
		const ada = await bench.join('Ada', { admin: true });
		using _ = bench.discord.faults.gateway.silence('voice-state');
		const { content } = await ada.command('emotion join', {}, { timeoutMs: 10_000 });
		expect(content).toMatch(/no voice connection within 2 s/);
	});
});
