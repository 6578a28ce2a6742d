import type { VoiceConnection } from '@discordjs/voice';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord, type SimulatedMember } from '../../src/sim/index.ts';
import { encrypted, eventually, hear, home, inOrder, joinVoice, logIn, positions, startCall } from './support/bot.ts';
import { tone } from './support/opus.ts';
import { tapGateway, tapWire } from './support/wire.ts';

const DAVE_MARKER = 0xfafa;
const WAIT_MS = 5_000;

/** Everything that the member says arrives, byte for byte and in order. */
async function arrives(member: SimulatedMember, heard: { packets: Buffer[] }, frequencyHz: number, count = 12) {
	const packets = tone(frequencyHz, count);
	const before = heard.packets.length;
	await member.speak(packets);
	await eventually(() => heard.packets.length >= before + count, WAIT_MS);
	expect(positions(heard.packets.slice(before), packets)).toEqual(inOrder(count));
	return packets;
}

describe('a downgrade on demand', () => {
	it('and the upgrade after it go by op 21, 22 and 24, and cost no frame', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const code = connection.voicePrivacyCode;
		await arrives(anna, heard, 220);
		const news = tapGateway(connection);
		const wire = tapWire(connection);
		const transition = discord.waitFor('dave-transition', ({ version }) => version === 0);
		await discord.faults.dave.downgrade('Lounge');
		const { transitionId } = await transition;
		expect(transitionId).toBeGreaterThan(0);
		await eventually(() => connection.voicePrivacyCode === undefined || connection.voicePrivacyCode === null);
		const dave = () => news.filter(({ op }) => op >= 21 && op <= 31);
		expect(dave().map(({ op }) => op)).toEqual([21, 22]);
		expect(dave()[0]?.d).toEqual({ transition_id: transitionId, protocol_version: 0 });
		expect(dave()[1]?.d).toEqual({ transition_id: transitionId });

		const plain = await arrives(anna, heard, 330);
		// Without end-to-end encryption the frames are those that were sent.
		expect(wire.slice(0, plain.length).map(({ payload }) => payload)).toEqual(plain);

		news.length = 0;
		wire.length = 0;
		await discord.faults.dave.upgrade('Lounge');
		await eventually(() => typeof connection.voicePrivacyCode === 'string', WAIT_MS);
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode, WAIT_MS);
		expect(connection.voicePrivacyCode).not.toBe(code);
		await eventually(() => dave().at(-1)?.op === 22, WAIT_MS);
		expect(dave()[0]).toMatchObject({ op: 24, d: { epoch: 1, protocol_version: 1 } });
		expect(dave()[0]?.d?.['transition_id']).toBeGreaterThan(transitionId);
		expect(dave().at(-1)).toMatchObject({ op: 22, d: { transition_id: dave()[0]?.d?.['transition_id'] } });
		const secret = await arrives(anna, heard, 440);
		const frames = wire.slice(0, secret.length).map(({ payload }) => payload);
		expect(frames.every((frame) => frame.readUInt16BE(frame.length - 2) === DAVE_MARKER)).toBe(true);
	});

	it('with transition id 0 takes effect at once, without op 22', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const news = tapGateway(connection);
		await discord.faults.dave.downgrade('Lounge', { transitionId: 0 });
		await eventually(() => news.some(({ op }) => op === 21));
		await arrives(anna, heard, 330);
		await discord.faults.dave.upgrade('Lounge', { transitionId: 0 });
		await eventually(() => typeof connection.voicePrivacyCode === 'string', WAIT_MS);
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode, WAIT_MS);
		await arrives(anna, heard, 440);
		expect(news.some(({ op }) => op === 22)).toBe(false);
		const ids = discord.events.history.flatMap((event) =>
			event.type === 'dave-transition' ? [event.transitionId] : [],
		);
		expect(ids.slice(-2)).toEqual([0, 0]);
	});

	it('holds for those who come while it lasts', async () => {
		await using call = await startCall();
		const { discord, anna } = call;
		await discord.faults.dave.downgrade('Lounge');
		const ben = discord.createMember({ name: 'Ben' });
		const ready = discord.waitFor('voice-ready', ({ userId }) => userId === ben.id);
		await ben.join('Lounge');
		expect(await ready).toMatchObject({ daveVersion: 0 });
		const heard = hear(ben.connection as VoiceConnection, anna.id);
		await arrives(anna, heard, 220);
		await discord.faults.dave.upgrade('Lounge');
		await eventually(() => typeof ben.voicePrivacyCode === 'string', WAIT_MS);
		await eventually(() => ben.voicePrivacyCode === anna.voicePrivacyCode, WAIT_MS);
		await arrives(anna, heard, 330);
	});
});

describe('a new group on demand', () => {
	it('changes everyone’s keys without leaving the version', async () => {
		await using call = await startCall();
		const { discord, anna, connection, heard } = call;
		const code = connection.voicePrivacyCode;
		await discord.faults.dave.rekey('Lounge');
		await eventually(() => connection.voicePrivacyCode !== code && connection.voicePrivacyCode !== undefined, WAIT_MS);
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode, WAIT_MS);
		await arrives(anna, heard, 220);
	});

	it('needs a call', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const { dave } = discord.faults;
		await expect(dave.rekey('Lounge')).rejects.toThrow('no call with encryption in Lounge');
		await discord.createMember({ name: 'Anna' }).join('Lounge');
		await dave.downgrade('Lounge');
		await expect(dave.downgrade('Lounge')).rejects.toThrow('The call in Lounge is not encrypted');
		await dave.upgrade('Lounge');
	});
});

describe('key material', () => {
	it('that comes late leaves its client behind the others, who do not wait for ever', async () => {
		await using discord = await SimulatedDiscord.start({ ...home, voice: { transitionTimeoutMs: 100 } });
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben' });
		await anna.join('Lounge');
		await ben.join('Lounge');
		const late = discord.faults.dave.delayKeys(1_200, { to: client.user.id });
		using connection = await joinVoice(client, discord, 'Lounge');
		const heard = hear(connection, anna.id);
		// The others go ahead with a group that the bot is a member of and has no key for yet.
		await discord.waitFor('dave-transition', ({ members }) => members.includes(client.user.id), { since: 0 });
		expect(connection.voicePrivacyCode ?? undefined).toBeUndefined();
		const packets = tone(220, 8);
		await anna.speak(packets);
		expect(positions(heard.packets, packets).filter((index) => index >= 0)).toEqual([]);
		await encrypted(connection);
		late.end();
		expect(late.hits).toBeGreaterThanOrEqual(2);
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode, WAIT_MS);
		heard.packets.length = 0;
		await arrives(anna, heard, 330);
	});

	it('that comes broken is asked for anew (op 31)', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		await anna.join('Lounge');
		const broken = discord.faults.dave.corruptKeys({ to: client.user.id });
		using connection = await joinVoice(client, discord, 'Lounge');
		await encrypted(connection);
		expect(broken.hits).toBe(1);
		await eventually(() => connection.voicePrivacyCode === anna.voicePrivacyCode, WAIT_MS);
		const heard = hear(connection, anna.id);
		await arrives(anna, heard, 220);
	});
});
