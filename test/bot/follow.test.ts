import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { translate } from '../../src/bot/i18n/index.ts';
import { type BotInput, startBot } from '../../src/bot/index.ts';
import { DAYS } from '../../src/domain/index.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { startBench, type TestBench, TOKEN } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';
import { until } from '../support/until.ts';

const JOIN_MS = 200;
const LEAVE_MS = 400;
/** Longer than it would take the bot to come. */
const NOTHING_MS = 2000;

let bench: TestBench;
afterEach(() => bench[Symbol.asyncDispose]());

const start = async (follow: BotInput['follow'] = {}): Promise<void> => {
	const options = { follow: { joinDelayMs: JOIN_MS, leaveDelayMs: LEAVE_MS, ...follow } };
	bench = await startBench({}, {}, [{ name: 'den', kind: 'voice' }], { options });
};

const member = (name: string, admin = false): SimulatedMember =>
	bench.discord.createMember({ name, listens: false, permissions: admin ? 0x20n : 0n });

const agree = (who: SimulatedMember) => who.command('consent give', {}, { channel: 'general' });

const channels = (): string[] =>
	bench.bot.sessions.all
		.filter(({ state }) => state.status === 'listening')
		.map(({ channel }) => channel.name)
		.sort();

describe('/emotion follow', () => {
	it('brings the bot in behind members who agreed, and out again behind the last of them', async () => {
		await start();
		const [ada, ben, dora] = [member('Ada', true), member('Ben'), member('Dora')];
		const reply = await ada.command('emotion follow', { state: 'on', members: 2 }, { channel: 'general' });
		expect(reply.content).toBe(translate('en', 'emotion.follow.on', { count: 2 }));
		await Promise.all([ada, ben].map(agree));
		await Promise.all([ada.join('lounge'), dora.join('lounge')]);
		await delay(NOTHING_MS);
		expect(channels()).toEqual([]);
		await ben.join('lounge');
		await until(() => channels().length === 1);
		expect(channels()).toEqual(['lounge']);
		// As by command: told first, heard then.
		expect(bench.discord.messages('lounge').filter(({ embeds }) => embeds.length > 0)).toHaveLength(1);
		await Promise.all([ben, dora].map((who) => who.speak(speechPackets(1200))));
		await until(() => bench.utterances.length === 1);
		expect(bench.utterances[0]?.utterance.speakerId).toBe(ben.id);
		// One who withdraws is none of them, though still there.
		ben.leave();
		await ada.command('consent withdraw');
		await until(() => channels().length === 0);
	});

	it('lets a moderator have the last word, and stays on after a restart', async () => {
		await start();
		const ada = member('Ada', true);
		await ada.command('emotion follow', { state: 'on' }, { channel: 'general' });
		await agree(ada);
		await ada.join('lounge');
		await until(() => channels().length === 1);
		await ada.command('emotion leave');
		await delay(NOTHING_MS);
		expect(channels()).toEqual([]);

		await bench.bot[Symbol.asyncDispose]();
		const options = { apiBase: bench.discord.apiBase, attested: true, follow: { joinDelayMs: JOIN_MS } };
		await using again = await startBot(TOKEN, options, bench.services);
		await until(() => again.sessions.all[0]?.state.status === 'listening');
		expect(again.sessions.all.map(({ channel }) => channel.name)).toEqual(['lounge']);
		await ada.command('emotion follow', { state: 'off' });
		await until(() => again.sessions.all.length === 0);
	});

	it('stands over the configuration', async () => {
		await start({ enabled: true });
		const ada = member('Ada', true);
		await agree(ada);
		await ada.join('lounge');
		await until(() => channels().length === 1);
		await ada.command('emotion follow', { state: 'off' });
		await until(() => channels().length === 0);
		ada.leave();
		await ada.join('den');
		await delay(NOTHING_MS);
		expect(channels()).toEqual([]);
	});
});

describe('an account that comes free', () => {
	it('goes where members wait for it', async () => {
		await start({ enabled: true });
		const [ada, ben] = [member('Ada', true), member('Ben')];
		await Promise.all([ada, ben].map(agree));
		await ada.join('lounge');
		await until(() => channels().length === 1);
		await ben.join('den');
		await until(() => bench.bot.sessions.waiting(ada.guildId).length === 1);
		await ada.command('emotion status', {}, { channel: 'general' });
		const waiting = translate('en', 'emotion.status.waiting', { channels: `<#${bench.discord.channel('den').id}>` });
		await until(() => bench.discord.messages('general').some(({ content }) => content === waiting));
		ada.leave();
		await until(() => channels().join() === 'den');
	});
});

describe('the schedule', () => {
	it('brings the bot in while its window is open, without anybody asking', async () => {
		await start();
		await bench.bot[Symbol.asyncDispose]();
		const always = { days: [...DAYS], from: '00:00', to: '24:00' };
		const place = { guild: bench.discord.guild('Test').id, channel: bench.discord.channel('den').id };
		const options = {
			apiBase: bench.discord.apiBase,
			attested: true,
			schedule: [{ ...place, ...always, timeZone: 'Asia/Tokyo' }],
		};
		await using bot = await startBot(TOKEN, options, bench.services);
		await until(() => bot.sessions.all[0]?.state.status === 'listening');
		expect(bot.sessions.all.map(({ channel }) => channel.name)).toEqual(['den']);
		// A moderator's word counts for more.
		const ada = member('Ada', true);
		await ada.command('emotion leave');
		expect(bot.sessions.all).toEqual([]);
	});
});
