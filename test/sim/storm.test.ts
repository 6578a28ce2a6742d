import type { VoiceConnection } from '@discordjs/voice';
import { expect, it } from 'vitest';
import { SimulatedDiscord, type SimulatedMember, seededPrng, VOICE_CLOSE } from '../../src/sim/index.ts';
import { eventually, hear, home, inOrder, positions } from './support/bot.ts';
import { tone } from './support/opus.ts';

const STEPS = 40;
const WAIT_MS = 10_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('a call survives joins, leaves, moves, transitions, close codes and changes of region in any order', async () => {
	await using discord = await SimulatedDiscord.start({ ...home, voice: { transitionTimeoutMs: 1_000 } });
	const members = Array.from({ length: 5 }, (_, index) => discord.createMember({ name: `Member ${index}` }));
	await Promise.all(members.map((member) => member.join('Lounge')));
	const draw = seededPrng(11);
	const pick = <T>(choices: readonly T[]): T => choices[Math.floor(draw() * choices.length)] as T;
	const { dave, voice } = discord.faults;
	const { sessionInvalid, sessionTimeout, serverCrashed, callTerminated } = VOICE_CLOSE;
	const troubles: ((member: SimulatedMember) => unknown)[] = [
		(member) => member.leave(),
		(member) => member.join('Lounge'),
		(member) => member.join('Lounge'),
		(member) => member.join('Den'),
		() => dave.rekey('Lounge'),
		() => dave.downgrade('Lounge'),
		() => dave.upgrade('Lounge'),
		({ id }) => voice.close(id, pick([sessionInvalid, sessionTimeout, serverCrashed, callTerminated])),
		({ id }) => voice.breakOff(id),
		() => voice.changeRegion('Home'),
	];
	/** What is asked of a member who has left, or of a call that is over, is refused; that is not what is tested. */
	const attempts: Promise<unknown>[] = [];
	for (let step = 0; step < STEPS; step++) {
		const [trouble, member] = [pick(troubles), pick(members)];
		attempts.push((async () => trouble(member))().catch(() => undefined));
		await pause(150 * draw());
	}
	await Promise.all(attempts);
	await dave.upgrade('Lounge').catch(() => undefined);
	for (const member of members) member.leave();
	await Promise.all(members.map((member) => member.join('Lounge', { timeoutMs: WAIT_MS })));
	expect(new Set(members.map(({ voicePrivacyCode }) => voicePrivacyCode)).size).toBe(1);
	expect(members[0]?.voicePrivacyCode).toMatch(/^\d{30}$/);

	const [anna, ...others] = members as [SimulatedMember, ...SimulatedMember[]];
	const heard = others.map(({ connection }) => hear(connection as VoiceConnection, anna.id));
	const packets = tone(220, 15);
	await anna.speak(packets);
	await eventually(() => heard.every((each) => each.packets.length === packets.length), WAIT_MS);
	for (const each of heard) expect(positions(each.packets, packets)).toEqual(inOrder(packets.length));
}, 90_000);
