import { setTimeout as delay } from 'node:timers/promises';
import { PermissionFlagsBits } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { translate } from '../../src/bot/i18n/index.ts';
import { type Bot, startBot } from '../../src/bot/index.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { listenerToken, SILENT_LOG, startBench, type TestBench, TOKEN } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';
import { seeded } from '../support/signals.ts';
import { until } from '../support/until.ts';

const CHANNELS = ['lounge', 'den', 'attic'] as const;

let bench: TestBench;
afterEach(() => bench[Symbol.asyncDispose]());

async function start(listeners: number): Promise<SimulatedMember> {
	const rights = { permissions: PermissionFlagsBits.MoveMembers };
	bench = await startBench(
		{},
		rights,
		CHANNELS.slice(1).map((name) => ({ name, kind: 'voice' as const })),
		{ listeners: Array.from({ length: listeners }, () => rights) },
	);
	return bench.join('Ada', { admin: true });
}

const listening = (bot: Bot = bench.bot) =>
	bot.sessions.all
		.filter(({ state }) => state.status === 'listening')
		.map(({ channel }) => [channel.name, channel.client.user.username] as const);

const accountIn = (channel: string): string => {
	const session = bench.bot.sessions.all.find((each) => each.channel.name === channel);
	if (!session) throw new Error(`nobody listens in ${channel}`);
	return session.channel.client.user.id;
};

const joinTo = (ada: SimulatedMember, channel: string) =>
	ada.command('emotion join', { channel: bench.discord.channel(channel).id }, { timeoutMs: 20_000 });

/** Of our accounts, as Discord has it. */
function oursPerChannel(): number[] {
	const guild = bench.discord.guild('Test');
	const ours = [...guild.voiceStates.values()].filter(({ userId }) => guild.members.get(userId)?.user.isBot);
	return CHANNELS.map((name) => ours.filter(({ channelId }) => channelId === bench.discord.channel(name).id).length);
}

describe('several channels of a server', () => {
	it('are heard at once, each by an account of its own; the one too many is refused with a word', async () => {
		const ada = await start(1);
		const ben = bench.discord.createMember({ name: 'Ben', listens: false });
		await ben.join('den');
		expect((await joinTo(ada, 'lounge')).content).toContain(
			translate('en', 'emotion.joined', { channel: `<#${bench.discord.channel('lounge').id}>` }),
		);
		await joinTo(ada, 'den');
		expect(listening()).toEqual([
			['lounge', 'ses'],
			['den', 'ses2'],
		]);
		// The notice of an account that only listens has buttons that work.
		await ben.click('ses:consent:give');
		await ada.click('ses:consent:give');
		await Promise.all([ada, ben].map((member) => member.speak(speechPackets(1500))));
		await until(() => bench.utterances.length === 2);
		expect(new Set(bench.utterances.map(({ utterance }) => utterance.speakerId))).toEqual(new Set([ada.id, ben.id]));
		expect(new Set(bench.utterances.map(({ utterance }) => utterance.sessionId)).size).toBe(2);

		const refusal = (await joinTo(ada, 'attic')).content;
		for (const name of ['lounge', 'den']) expect(refusal).toContain(`<#${bench.discord.channel(name).id}>`);
		expect((await ada.command('emotion status')).content).toContain(`<#${bench.discord.channel('lounge').id}>`);
		await ada.command('emotion leave', { channel: bench.discord.channel('den').id });
		await joinTo(ada, 'attic');
		expect(listening()).toEqual([
			['lounge', 'ses'],
			['attic', 'ses2'],
		]);
		// Without naming one, the channel of the asker; then all.
		await ada.command('emotion leave');
		expect(listening()).toEqual([['attic', 'ses2']]);
		await ada.command('emotion leave');
		expect(listening()).toEqual([]);
	});

	it('never hold two of ours, though a moderator puts one where another is', async () => {
		const ada = await start(1);
		await joinTo(ada, 'lounge');
		await joinTo(ada, 'den');
		bench.discord.moveVoice(accountIn('den'), 'lounge');
		await until(() => oursPerChannel().join() === '1,0,0');
		expect(listening()).toEqual([['lounge', 'ses']]);
		// It is free again.
		await joinTo(ada, 'attic');
		expect(listening()).toContainEqual(['attic', 'ses2']);
	});
});

describe('whatever happens at once', () => {
	it('no channel ever holds two of ours, and what is wanted last is heard in the end', async () => {
		const ada = await start(2);
		const draw = seeded(20);
		const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;
		const listeners = bench.discord.bots.slice(1).map(({ id }) => id);
		let most = 0;
		bench.discord.events.subscribe(({ type }) => {
			if (type === 'voice-joined' || type === 'voice-moved') most = Math.max(most, ...oursPerChannel());
		});
		const removed = new Set<string>();
		const happenings: (() => unknown)[] = [
			() => joinTo(ada, pick(CHANNELS)),
			() => joinTo(ada, pick(CHANNELS)),
			() => ada.command('emotion leave', { channel: bench.discord.channel(pick(CHANNELS)).id }),
			() => {
				const [session] = bench.bot.sessions.all;
				if (session) bench.discord.closeVoice('Test', session.channel.client.user.id, 4014);
			},
			() => {
				const id = pick(listeners);
				if (removed.delete(id)) bench.discord.inviteBot(id, 'Test');
				else bench.discord.removeBot(removed.add(id) && id, 'Test');
			},
		];
		const pending: Promise<unknown>[] = [];
		for (let round = 0; round < 24; round++) {
			// A command may well be answered with a refusal; none may be lost.
			pending.push(Promise.resolve(pick(happenings)()));
			await delay(draw() * 300);
		}
		await Promise.all(pending);
		for (const id of removed) bench.discord.inviteBot(id, 'Test');
		await until(() => bench.bot.client.guilds.cache.size === 1);
		for (const channel of CHANNELS) await joinTo(ada, channel);
		await until(() => listening().length === 3, 20_000);
		expect(oursPerChannel()).toEqual([1, 1, 1]);
		expect(most).toBe(1);
	}, 60_000);
});

describe('an account that dies is replaced by one that is free', () => {
	/** The account in the den dies; whoever takes over hears Ben there. */
	async function replaced(kill: (accountId: string) => void): Promise<string> {
		const ada = await start(2);
		const ben = bench.discord.createMember({ name: 'Ben', listens: false });
		await ben.join('den');
		await ben.command('consent give');
		await joinTo(ada, 'lounge');
		await joinTo(ada, 'den');
		const dying = accountIn('den');
		kill(dying);
		await until(() => listening().some(([channel, account]) => channel === 'den' && account === 'ses3'), 20_000);
		expect(listening()).toEqual([
			['lounge', 'ses'],
			['den', 'ses3'],
		]);
		await ben.speak(speechPackets(1500));
		await until(() => bench.utterances.length === 1);
		expect(bench.utterances[0]?.utterance.speakerId).toBe(ben.id);
		expect(bench.bot.sessions.all.filter(({ channel }) => channel.name === 'den')).toHaveLength(1);
		return dying;
	}

	it('when its token is revoked', async () => {
		const dead = await replaced((id) => bench.discord.closeGateway(id, 4004));
		// Discord shows a dead session in its channel until it times out; its voice connection is closed.
		const seen = bench.discord.packets(dead).received;
		await bench.join('Cleo');
		expect(bench.discord.packets(dead).received).toBe(seen);
		expect(bench.bot.sessions.all.map(({ channel }) => channel.client.user.id)).not.toContain(dead);
	});

	it('when it is removed from the server', async () => {
		await replaced((id) => bench.discord.removeBot(id, 'Test'));
		expect(oursPerChannel()).toEqual([1, 1, 0]);
	});

	it('when its voice connection gives up', async () => {
		await replaced((id) => bench.discord.closeVoice('Test', id, 4014));
		expect(oursPerChannel()).toEqual([1, 1, 0]);
	});
});

describe('an account that dies while none is free', () => {
	it('leaves a word, and its channel is heard again as soon as one is', async () => {
		const ada = await start(1);
		await joinTo(ada, 'lounge');
		await joinTo(ada, 'den');
		const dying = accountIn('den');
		const seen = bench.discord.events.position;
		bench.discord.removeBot(dying, 'Test');
		const orphaned = translate('en', 'fleet.orphaned');
		await bench.discord.waitFor('message-created', ({ message }) => message.content === orphaned, { since: seen });
		expect(listening()).toEqual([['lounge', 'ses']]);
		bench.discord.inviteBot(dying, 'Test');
		await until(() => listening().some(([channel]) => channel === 'den'), 20_000);
		expect(oursPerChannel()).toEqual([1, 1, 0]);
	});
});

describe('the main account', () => {
	it('takes the others with it when it is removed from a server: nobody could command them', async () => {
		const ada = await start(1);
		await joinTo(ada, 'lounge');
		await joinTo(ada, 'den');
		bench.discord.removeBot(bench.bot.client.user.id, 'Test');
		await until(() => oursPerChannel().join() === '0,0,0');
		expect(bench.bot.sessions.all).toEqual([]);
	});

	it('is all there is when the others cannot log in', async () => {
		await start(0);
		const errors: object[] = [];
		const log = { ...SILENT_LOG, error: (values: object) => void errors.push(values) };
		const services = { ...bench.services, log };
		await using bot = await startBot(
			[TOKEN, listenerToken(7)],
			{ apiBase: bench.discord.apiBase, attested: true, loginDeadlineMs: 10_000 },
			services,
		);
		expect(errors).toMatchObject([{ account: 2, code: 'SES_TOKEN_REFUSED' }]);
		expect(JSON.stringify(errors)).not.toContain(listenerToken(7));
		expect(bot.client.isReady()).toBe(true);
	});
});
