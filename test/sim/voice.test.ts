import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord, type TransportMode } from '../../src/sim/index.ts';
import { encrypted, eventually, hear, home, inOrder, joinVoice, logIn, positions, startCall } from './support/bot.ts';
import { tone } from './support/opus.ts';
import { networkOf } from './support/wire.ts';

const FRAMES = 25;
const SILENCE_FRAMES = 5;

/** The DAVE frames of a captured datagram: transport encryption off, end-to-end encryption on. */
function openTransport(datagram: Buffer, key: Uint8Array): Buffer {
	const nonce = Buffer.alloc(12);
	datagram.copy(nonce, 0, datagram.length - 4);
	const decipher = createDecipheriv('aes-256-gcm', key, nonce);
	decipher.setAAD(datagram.subarray(0, 12));
	decipher.setAuthTag(datagram.subarray(-20, -4));
	return Buffer.concat([decipher.update(datagram.subarray(12, -20)), decipher.final()]);
}

describe.each<TransportMode>(['aead_aes256_gcm_rtpsize', 'aead_xchacha20_poly1305_rtpsize'])(
	'voice over %s',
	(mode) => {
		it('brings two members’ frames to a real bot, byte for byte and encrypted end to end', async () => {
			await using discord = await SimulatedDiscord.start({ ...home, voice: { modes: [mode] } });
			await using client = await logIn(discord);
			const anna = discord.createMember({ name: 'Anna' });
			const ben = discord.createMember({ name: 'Ben' });
			await anna.join('Lounge');
			await ben.join('Lounge');
			using connection = await joinVoice(client, discord, 'Lounge');
			await encrypted(connection);
			expect(networkOf(connection).connectionData.encryptionMode).toBe(mode);
			expect(connection.voicePrivacyCode).toMatch(/^\d{30}$/);
			expect(anna.voicePrivacyCode).toBe(connection.voicePrivacyCode);
			expect(ben.voicePrivacyCode).toBe(connection.voicePrivacyCode);

			const datagrams: Buffer[] = [];
			networkOf(connection).udp.on('message', (datagram) => datagrams.push(Buffer.from(datagram)));
			const [fromAnna, fromBen] = [hear(connection, anna.id), hear(connection, ben.id)];
			const [low, high] = [tone(220, FRAMES), tone(550, FRAMES)];
			const speeches = await Promise.all([anna.speak(low), ben.speak(high)]);

			expect(speeches).toEqual(Array(2).fill({ packets: FRAMES, durationMs: 20 * FRAMES, dropped: 0 }));
			await eventually(() => fromAnna.packets.length + fromBen.packets.length >= 2 * FRAMES);
			expect(positions(fromAnna.packets, low)).toEqual(inOrder(low.length));
			expect(positions(fromBen.packets, high)).toEqual(inOrder(high.length));
			expect([fromAnna.errors, fromBen.errors]).toEqual([[], []]);
			expect(discord.packets(anna.id)).toMatchObject({
				received: FRAMES + SILENCE_FRAMES,
				// To the other member and to the bot.
				relayed: 2 * (FRAMES + SILENCE_FRAMES),
				rejected: 0,
				lost: 0,
			});

			const opus = [...low, ...high];
			expect(datagrams.length).toBeGreaterThanOrEqual(2 * FRAMES);
			expect(datagrams.some((datagram) => opus.some((packet) => datagram.includes(packet)))).toBe(false);
			if (mode !== 'aead_aes256_gcm_rtpsize') return;
			const { secretKey } = networkOf(connection).connectionData;
			const inner = datagrams.map((datagram) => openTransport(datagram, secretKey)).filter(({ length }) => length > 3);
			expect(inner).toHaveLength(2 * FRAMES);
			for (const frame of inner) {
				expect(opus.some((packet) => frame.includes(packet))).toBe(false);
				// Every DAVE frame ends with this marker.
				expect(frame.readUInt16BE(frame.length - 2)).toBe(0xfafa);
			}
		});
	},
);

describe('a voice connection', () => {
	it('takes the mode that the server prefers', async () => {
		const modes: TransportMode[] = ['aead_xchacha20_poly1305_rtpsize', 'aead_aes256_gcm_rtpsize'];
		await using discord = await SimulatedDiscord.start({ ...home, voice: { modes } });
		const anna = discord.createMember({ name: 'Anna' });
		const ready = discord.waitFor('voice-ready');
		await anna.join('Lounge');
		expect(await ready).toMatchObject({ userId: anna.id, mode: modes[0], daveVersion: 1 });
	});

	it('counts pauses and true durations in the RTP timestamps', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const timestamps: number[] = [];
		const sequences: number[] = [];
		discord.network = ({ timestamp, sequence }) => {
			timestamps.push(timestamp);
			sequences.push(sequence);
			return [{ delayMs: 0 }];
		};
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben' });
		await anna.join('Lounge');
		await ben.join('Lounge');
		// Configuration 1 with two frames in one packet: 2 × 20 ms (RFC 6716, table 2).
		const double = Buffer.of((1 << 3) | 1, 1, 2, 3, 4);
		await anna.speak([double, double]);
		await new Promise((resolve) => setTimeout(resolve, 200));
		await anna.speak(tone(220, 1));
		await eventually(() => timestamps.length === 13);

		const steps = timestamps.slice(1).map((timestamp, index) => (timestamp - (timestamps[index] ?? 0)) >>> 0);
		expect(steps.slice(0, 6)).toEqual([1920, 1920, 960, 960, 960, 960]);
		// After the last silence frame: its own 20 ms and the pause, in whole frames.
		expect((steps[6] ?? 0) % 960).toBe(0);
		expect(steps[6]).toBeGreaterThanOrEqual(960 + 0.19 * 48_000);
		expect(steps[6]).toBeLessThan(960 + 0.4 * 48_000);
		expect(steps.slice(7)).toEqual([960, 960, 960, 960, 960]);
		expect(sequences.slice(1).map((each, index) => (each - (sequences[index] ?? 0)) & 0xffff)).toEqual(
			Array(12).fill(1),
		);
	});

	it('keeps real time, and closes the burst when it is cut short', async () => {
		await using call = await startCall();
		const { discord, anna, heard } = call;
		const packets = tone(220, 40);
		const startedAt = performance.now();
		await anna.speak(packets.slice(0, 20));
		const tookMs = performance.now() - startedAt;
		// 20 packets and 5 silence frames.
		expect(tookMs).toBeGreaterThanOrEqual(498);

		const silent = discord.waitFor('speaking', ({ isSpeaking }) => !isSpeaking);
		const cut = AbortSignal.timeout(200);
		await expect(anna.speak(packets, { signal: cut })).rejects.toThrow(cut.reason);
		expect(await silent).toMatchObject({ userId: anna.id });
		expect(heard.packets.length).toBeGreaterThan(25);
		expect(heard.packets.length).toBeLessThan(25 + packets.length);
	});

	it('speaks a live source as it comes', async () => {
		await using call = await startCall();
		const { anna, heard } = call;
		const packets = tone(330, 10);
		async function* slowly() {
			for (const packet of packets) {
				await new Promise((resolve) => setTimeout(resolve, 30));
				yield packet;
			}
		}
		await anna.speak(slowly());
		await eventually(() => heard.packets.length === packets.length);
		expect(positions(heard.packets, packets)).toEqual(inOrder(packets.length));
	});
});
