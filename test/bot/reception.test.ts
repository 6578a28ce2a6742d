import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultyNetwork } from '../../src/sim/index.ts';
import { startBench, type TestBench } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';
import { Listening, until, WORDS } from './reception-bench.ts';

let bench: TestBench;
let world: Listening;
beforeEach(async () => {
	bench = await startBench({}, {}, [{ name: 'other', kind: 'voice' }]);
	world = new Listening(bench);
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('a member is heard', () => {
	it('whatever their packets carry besides voice, and wherever their numbers wrap', async () => {
		const ada = await world.ada();
		const { packets } = bench.discord.faults;
		for (const profile of [0xbede, 0x1000, 0x4242]) {
			using _ = packets.extend(ada.id, { profile, data: Buffer.alloc(12, 7) });
			await world.hears(ada);
		}
		{
			using _ = packets.pad(ada.id, 9);
			packets.renumber(ada.id, { sequence: 65_530, timestamp: 2 ** 32 - 9600 });
			await world.hears(ada);
		}
		const speaking = world.hears(ada);
		await delay(500);
		packets.insertPadding(ada.id, 10);
		await speaking;
		expect(world.session.health).toMatchObject([{ lost: 0, concealed: 0, undecryptable: 0 }]);
		expect(world.receptions).toEqual([]);
	});

	it('where the voice server offers the one mode that all must offer', async () => {
		await bench[Symbol.asyncDispose]();
		bench = await startBench({}, {}, [], { voice: { modes: ['aead_xchacha20_poly1305_rtpsize'] } });
		world = new Listening(bench);
		const ada = await world.ada();
		await world.hears(ada);
		expect(world.session.health).toMatchObject([{ lost: 0, undecryptable: 0 }]);
		const modes = bench.discord.events.history.flatMap((event) => (event.type === 'voice-ready' ? [event.mode] : []));
		expect(new Set(modes)).toEqual(new Set(['aead_xchacha20_poly1305_rtpsize']));
	});

	it('through garbage, forgeries and nonsense that is authentic', async () => {
		const ada = await world.ada();
		const ben = await bench.join('Ben');
		const { packets } = bench.discord.faults;
		await ada.speak(speechPackets(200));
		await ben.speak(speechPackets(200));
		const speaking = world.hears(ada);
		for (let round = 0; round < 20; round++) {
			packets.inject(world.botId, Buffer.alloc(1 + round * 97, 0x80 + round));
			packets.injectRtp(world.botId, { ssrc: 0xdead, sequence: round, timestamp: 0, payload: Buffer.alloc(20, round) });
			packets.injectRtp(world.botId, {
				ssrc: 0xdead,
				sequence: round,
				timestamp: 0,
				payload: Buffer.alloc(0),
				payloadType: 72,
			});
			await delay(40);
		}
		packets.inject(world.botId, Buffer.alloc(9000, 0x90));
		await speaking;
		expect(world.session.malformedPackets).toBeGreaterThan(0);
		expect(bench.utterances.every(({ utterance }) => utterance.speakerId === ada.id)).toBe(true);
	});

	it('under another SSRC, announced before or after its first packets, or never', async () => {
		const ada = await world.ada();
		await world.hears(ada);
		bench.discord.faults.voice.changeSsrc(ada.id, { announce: 'before' });
		await world.hears(ada);
		bench.discord.faults.voice.changeSsrc(ada.id, { announce: 40 });
		await ada.speak(WORDS);
		await until(() => bench.utterances.length === 3);
		bench.discord.faults.voice.changeSsrc(ada.id, { announce: 'never' });
		await delay(600);
		await ada.speak(WORDS);
		await until(() => bench.utterances.length === 4);
		expect(world.session.health).toMatchObject([{ undecryptable: 0 }]);
	});

	it('after muting and deafening themselves, and after moving away and back', async () => {
		const ada = await world.ada();
		ada.setVoice({ selfMute: true, selfDeaf: true });
		await delay(100);
		ada.setVoice({ selfMute: false, selfDeaf: false });
		await world.hears(ada);
		await ada.join('other');
		await until(
			() => bench.discord.guild('Test').voiceStates.get(ada.id)?.channelId === bench.discord.channel('other').id,
		);
		await ada.speak(WORDS);
		await delay(700);
		expect(bench.utterances).toHaveLength(1);
		await ada.join('lounge');
		await delay(200);
		await world.hears(ada);
	});
});

describe('somebody who speaks and is not heard', () => {
	it('is told of once, with a cause and an advice, and shown in the status, until they are heard', async () => {
		const ada = await world.ada();
		const ben = await bench.join('Ben');
		await ben.command('consent give');
		// The server says that both speak; of Ada nothing arrives.
		const stall = bench.discord.faults.packets.stall({ from: ada.id, to: world.botId, outcome: 'drop' });
		await Promise.all([ada.speak(speechPackets(6500)), ben.speak(WORDS)]);
		await until(() => world.receptions.length > 0 && bench.utterances.length === 1);
		expect(world.receptions).toMatchObject([
			{ speakerId: ada.id, status: 'deaf', cause: 'no-packets', advice: expect.stringMatching(/region/) },
		]);
		expect(world.session.health.find(({ speakerId }) => speakerId === ada.id)).toMatchObject({ deaf: 'no-packets' });
		expect((await ada.command('emotion status')).content).toContain(`⚠️ <@${ada.id}>`);
		stall.drop();
		await world.hears(ada);
		expect(bench.utterances.map(({ utterance }) => utterance.speakerId)).toEqual([ben.id, ada.id]);
		await until(() => world.receptions.length === 2);
		expect(world.receptions[1]).toMatchObject({ speakerId: ada.id, status: 'heard' });
		expect((await ada.command('emotion status')).content).not.toContain('⚠️');
	}, 40_000);

	it('makes the bot connect anew where nobody else is heard either', async () => {
		const ada = await world.ada();
		const seen = bench.discord.events.position;
		const stall = bench.discord.faults.packets.stall({ from: ada.id, to: world.botId, outcome: 'drop' });
		await ada.speak(speechPackets(6500));
		await world.readyAgain(seen);
		stall.drop();
		await delay(500);
		await world.hears(ada);
		await until(() => world.receptions.length === 2);
		expect(world.receptions.map(({ status }) => status)).toEqual(['deaf', 'heard']);
		expect(bench.ended).toEqual([]);
	}, 40_000);

	it('is told in the channel once, with what to do, where it goes on', async () => {
		const ada = await world.ada();
		const seen = bench.discord.events.position;
		using _ = bench.discord.faults.packets.stall({ from: ada.id, to: world.botId, outcome: 'drop' });
		const speaking = ada.speak(speechPackets(24_000));
		const { message } = await bench.discord.waitFor('message-created', undefined, { since: seen, timeoutMs: 40_000 });
		expect(message.content).toMatch(/who agreed speaks, but no voice packets arrive.*region.*\/emotion status/);
		expect(message.content).not.toContain(ada.id);
		await speaking;
		const told = bench.discord.events.history.filter(
			(event) => event.type === 'message-created' && event.message.content.includes('who agreed speaks'),
		);
		expect(told).toHaveLength(1);
	}, 60_000);

	it('for reasons of encryption is told of as such', async () => {
		const ada = await world.ada();
		bench.discord.network = faultyNetwork({ seed: 3, corrupt: 1, corruptLayer: 'payload' });
		await ada.speak(speechPackets(7000));
		await until(() => world.receptions.length > 0);
		expect(world.receptions[0]).toMatchObject({ status: 'deaf', cause: 'encryption' });
		expect(bench.utterances).toEqual([]);
		bench.discord.faults.clear();
		await delay(3000);
		await world.hears(ada);
	}, 40_000);
});

describe('speech at the same time', () => {
	it('is marked on both utterances; those who did not agree are no part of it', async () => {
		const ada = await world.ada();
		const ben = await bench.join('Ben');
		const cy = await bench.join('Cy');
		await ben.command('consent give');
		const long = ada.speak(speechPackets(3000));
		await delay(1000);
		await ben.speak(speechPackets(1200));
		await long;
		await until(() => bench.utterances.length === 2);
		const overlaps = Object.fromEntries(
			bench.utterances.map(({ utterance }) => [utterance.speakerId, utterance.overlapMs]),
		);
		expect(overlaps[ada.id]).toBeGreaterThan(800);
		expect(overlaps[ada.id]).toBeLessThan(1500);
		expect(overlaps[ben.id]).toBeGreaterThan(800);
		await delay(500);
		await Promise.all([cy.speak(speechPackets(1500)), ada.speak(speechPackets(1500))]);
		await until(() => bench.utterances.length === 3);
		expect(bench.utterances[2]?.utterance).toMatchObject({ speakerId: ada.id, overlapMs: 0 });
	});
});
