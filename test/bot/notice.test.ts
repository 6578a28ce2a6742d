import { setTimeout as delay } from 'node:timers/promises';
import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOpusDecoder } from '../../src/audio/index.ts';
import { LOCALES, translate } from '../../src/bot/i18n/index.ts';
import { CHIME_NOTES, chimePackets, chimePcm } from '../../src/bot/notice/chime.ts';
import { ListeningMarks, NoticeBoard } from '../../src/bot/notice/index.ts';
import { type BotInput, botOptions } from '../../src/bot/options.ts';
import type { Log } from '../../src/domain/index.ts';
import { SILENCE_FRAME } from '../../src/sim/index.ts';
import { SILENT_LOG, startBench, type TestBench } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';
import { until } from '../support/until.ts';

describe('the notice board', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	const GATHER_MS = 2000;
	const REPEAT_MS = 30_000;

	function setUp() {
		const posted: number[] = [];
		const present = new Set<string>();
		const failures: unknown[] = [];
		const board = new NoticeBoard({
			repeatMs: REPEAT_MS,
			post: async () => void posted.push(performance.now()),
			isPresent: (userId) => present.has(userId),
			onFailure: (error) => void failures.push(error),
		});
		const arrive = (...userIds: string[]): void => {
			for (const userId of userIds) {
				present.add(userId);
				board.arrived(userId);
			}
		};
		return { board, posted, present, arrive };
	}

	it('tells those who come later once, together with whoever comes just after them', async () => {
		const { board, posted, arrive } = setUp();
		await board.open(['ada']);
		arrive('ada', 'ben');
		await vi.advanceTimersByTimeAsync(GATHER_MS / 2);
		arrive('cleo');
		await vi.advanceTimersByTimeAsync(GATHER_MS);
		expect(posted).toHaveLength(2);
		arrive('ada', 'ben', 'cleo');
		await vi.advanceTimersByTimeAsync(2 * REPEAT_MS);
		expect(posted).toHaveLength(2);
	});

	it('does not flood the chat, and forgets nobody for that', async () => {
		const { board, posted, arrive } = setUp();
		await board.open([]);
		for (let minute = 0; minute < 60; minute++) {
			arrive(`member-${minute}`);
			await vi.advanceTimersByTimeAsync(1000);
		}
		await vi.advanceTimersByTimeAsync(REPEAT_MS);
		// A minute of newcomers: the first notice, and one for each half minute.
		expect(posted).toHaveLength(4);
		for (const [index, at] of posted.slice(2).entries()) {
			expect(at - (posted[index + 1] as number)).toBeGreaterThanOrEqual(REPEAT_MS);
		}
		arrive('member-59');
		await vi.advanceTimersByTimeAsync(2 * REPEAT_MS);
		expect(posted).toHaveLength(4);
	});

	it('says nothing for somebody who only looked in, until they stay', async () => {
		const { board, posted, present, arrive } = setUp();
		await board.open([]);
		arrive('ben');
		present.delete('ben');
		await vi.advanceTimersByTimeAsync(2 * GATHER_MS);
		expect(posted).toHaveLength(1);
		arrive('ben');
		await vi.advanceTimersByTimeAsync(2 * GATHER_MS);
		expect(posted).toHaveLength(2);
	});

	it('says no more when it is put away', async () => {
		const { board, posted, arrive } = setUp();
		await board.open([]);
		arrive('ben');
		board[Symbol.dispose]();
		await vi.advanceTimersByTimeAsync(2 * GATHER_MS);
		expect(posted).toHaveLength(1);
	});
});

/** Power of one frequency (Goertzel, "An algorithm for the evaluation of finite trigonometric series", 1958). */
function power(pcm: Int16Array, hz: number, rateHz: number): number {
	const factor = 2 * Math.cos((2 * Math.PI * hz) / rateHz);
	let [one, two] = [0, 0];
	for (const sample of pcm) [one, two] = [sample / 32_768 + factor * one - two, one];
	return (one * one + two * two - factor * one * two) / pcm.length ** 2;
}

describe('the join cue', () => {
	it('begins and ends in silence, without a click, and is softer than speech', () => {
		const pcm = chimePcm();
		expect(pcm.length % 960).toBe(0);
		expect([pcm.at(0), pcm.at(-1)]).toEqual([0, 0]);
		const peak = Math.max(...pcm.map(Math.abs));
		expect(20 * Math.log10(peak / 32_768)).toBeGreaterThan(-30);
		expect(20 * Math.log10(peak / 32_768)).toBeLessThan(-15);
		const steps = pcm.slice(1).map((sample, index) => Math.abs(sample - (pcm[index] as number)));
		// The steepest that these notes get; a click would be as high as the peak itself.
		expect(Math.max(...steps)).toBeLessThan(peak / 4);
	});

	it('is two notes, the one after the other, when it is decoded', async () => {
		const decoder = await createOpusDecoder();
		const frames = (await chimePackets()).map((packet) => decoder.decode(packet) as Int16Array);
		decoder.dispose();
		expect(frames.every((frame) => frame.length === 320)).toBe(true);
		const pcm = Int16Array.from(frames.flatMap((frame) => [...frame]));
		const [low, high] = CHIME_NOTES.map(({ hz }) => hz) as [number, number];
		const part = (fromMs: number, toMs: number) => pcm.subarray(fromMs * 16, toMs * 16);
		expect(power(part(20, 170), low, 16_000)).toBeGreaterThan(20 * power(part(20, 170), high, 16_000));
		expect(power(part(330, 500), high, 16_000)).toBeGreaterThan(5 * power(part(330, 500), low, 16_000));
	});
});

describe('on Discord', () => {
	let bench: TestBench;
	afterEach(() => bench[Symbol.asyncDispose]());

	const start = async (options: BotInput = {}, denied = 0n, log: Log = SILENT_LOG): Promise<void> => {
		bench = await startBench({ log }, { denied }, [], { options });
	};
	const botId = (): string => bench.bot.client.user.id;
	const nickname = () => bench.discord.guild('Test').members.get(botId())?.nick;
	const status = () => bench.discord.channel('lounge').voiceStatus;
	/** What the bot sent that was sound. */
	const sounds = (): number => bench.discord.packets(botId()).received;

	async function joinWithAda(listens = false) {
		const ada = bench.discord.createMember({ name: 'Ada', permissions: 0x20n, listens });
		await ada.join('lounge');
		return { ada, join: () => ada.command('emotion join') };
	}

	it('plays the cue once, which members can decrypt, and is silent from then on', async () => {
		await start();
		const { ada, join } = await joinWithAda(true);
		const heard: Buffer[] = [];
		ada.connection?.receiver.subscribe(botId()).on('data', (packet: Buffer) => void heard.push(packet));
		await join();
		const cue = await chimePackets();
		const tones = () => heard.filter((packet) => !packet.equals(SILENCE_FRAME));
		await until(() => tones().length >= cue.length);
		await until(() => heard.at(-1)?.equals(SILENCE_FRAME) === true);
		expect(tones().map((packet) => packet.toString('hex'))).toEqual(cue.map((packet) => packet.toString('hex')));
		await delay(300);
		const sent = sounds();
		await (await bench.join('Ben')).command('consent give');
		await delay(1000);
		expect(sounds()).toBe(sent);
	});

	it('plays nothing when it is told not to', async () => {
		await start({ notice: { joinCue: 'off' } });
		const { join } = await joinWithAda();
		await join();
		await until(() => status() !== null);
		await delay(1500);
		expect(sounds()).toBe(0);
	});

	it('shows in its nickname and in the status line that it listens, for as long as it does', async () => {
		await start();
		const { ada, join } = await joinWithAda();
		await join();
		await until(() => nickname() !== null && status() !== null);
		expect(nickname()).toBe('[listening] ses');
		expect(status()).toBe(translate('en', 'notice.status'));
		await ada.command('emotion leave');
		await until(() => nickname() === null && status() === null);
	});

	it('lets go of who withdraws while it is leaving, however long Discord takes over its marks', async () => {
		await start();
		const { ada, join } = await joinWithAda();
		const ben = await bench.join('Ben');
		await Promise.all([ada, ben].map((member) => member.command('consent give')));
		await join();
		await until(() => status() !== null);
		using _stall = bench.discord.faults.rest.stall({ route: '/channels/:channelId/voice-status', forMs: 60_000 });
		const speaking = Promise.all([ada, ben].map((member) => member.speak(speechPackets(4000))));
		await delay(1200);
		const leaving = ada.command('emotion leave');
		await until(() => bench.bot.sessions.all.length === 0);
		await ada.command('consent withdraw');
		await Promise.all([leaving, speaking]);
		// Ben's words until then are handed on, Ada's are not.
		await until(() => bench.ended.length === 1);
		expect(bench.utterances.map(({ utterance }) => utterance.speakerId)).toEqual([ben.id]);
	});

	it('shows neither when it is told not to', async () => {
		await start({ notice: { nickname: false, voiceStatus: false } });
		const { ada, join } = await joinWithAda();
		await join();
		await ada.command('emotion leave');
		const changes = bench.discord.events.history.map(({ type }) => type);
		expect(changes).not.toContain('nickname-changed');
		expect(changes).not.toContain('voice-status-changed');
	});

	it('goes on where it may show neither, and says so once', async () => {
		const warnings: string[] = [];
		const log = { ...SILENT_LOG, warn: (_: object, message: string) => void warnings.push(message) };
		const { ChangeNickname, SetVoiceChannelStatus, Speak } = PermissionFlagsBits;
		await start({}, ChangeNickname | SetVoiceChannelStatus | Speak, log);
		const { ada, join } = await joinWithAda();
		for (let round = 0; round < 2; round++) {
			await join();
			expect(bench.bot.sessions.all).toHaveLength(1);
			await ada.command('emotion leave');
		}
		const refusals = warnings.filter((message) => message.startsWith('mark of listening'));
		expect(refusals).toHaveLength(2);
		expect(sounds()).toBe(0);
	});

	it('takes down what a run that crashed left in its nickname', async () => {
		bench = await startBench();
		const { guildId } = bench.discord.createMember({ name: 'Ada' });
		await bench.bot.client.guilds.cache.get(guildId)?.members.editMe({ nick: '[hört zu] Ohr' });
		await until(() => bench.bot.client.guilds.cache.get(guildId)?.members.me?.nickname === '[hört zu] Ohr');
		const guild = bench.bot.client.guilds.cache.get(guildId);
		if (!guild) throw new Error('no server');
		await new ListeningMarks(botOptions.parse({}).notice, SILENT_LOG).tidy(guild);
		expect(nickname()).toBe('Ohr');
	});

	it('is posted again for who came in while the first one was on its way', async () => {
		await start({ notice: { repeatMs: 0 } });
		const { join } = await joinWithAda();
		const posts = { route: '/channels/:channelId/messages', method: 'POST' };
		const stall = bench.discord.faults.rest.stall(posts);
		const joining = join();
		await until(() => stall.hits === 1);
		await bench.join('Ben');
		stall.end();
		await joining;
		const notices = () => bench.discord.messages('lounge').filter(({ embeds }) => embeds.length > 0);
		await until(() => notices().length === 2);
	});

	it('does not post again for a newcomer who agreed before', async () => {
		await start();
		const { join } = await joinWithAda();
		const ben = bench.discord.createMember({ name: 'Ben', listens: false });
		await ben.command('consent give', {}, { channel: 'general' });
		await join();
		await ben.join('lounge');
		await delay(3000);
		expect(bench.discord.messages('lounge').filter(({ embeds }) => embeds.length > 0)).toHaveLength(1);
	});
});

describe('the marks', () => {
	it.each(LOCALES)('leave room for a name, and fit where they are shown (%s)', (locale) => {
		expect(translate(locale, 'notice.nickname').length).toBeLessThanOrEqual(16);
		// Discord's limit for the status of a voice channel.
		expect(translate(locale, 'notice.status').length).toBeLessThanOrEqual(500);
	});
});
