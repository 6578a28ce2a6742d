import { setTimeout as delay } from 'node:timers/promises';
import { PermissionFlagsBits } from 'discord.js';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BotServices, startBot, translate } from '../../src/bot/index.ts';
import { EMOTIONS, type MoodEntry } from '../../src/domain/index.ts';
import { SILENT_LOG, startBench, type TestBench } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';

let bench: TestBench;
beforeEach(async () => {
	bench = await startBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const notices = () => bench.discord.messages('lounge').filter(({ embeds }) => embeds.length > 0);

const entry = (guildId: string, at: number): MoodEntry => ({
	utteranceId: `u${at}`,
	sessionId: 's',
	speakerId: '',
	startMs: 0,
	endMs: 2000,
	label: 'happiness',
	confidence: 0.7,
	valence: 0.5,
	arousal: 0.4,
	probabilities: Object.fromEntries(
		EMOTIONS.map((emotion) => [emotion, emotion === 'happiness' ? 0.7 : 0.0375]),
	) as never,
	quality: { durationMs: 2000, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
	guildId,
	channelId: 'c',
	at,
});

describe('the bot on Discord', () => {
	it('tells those present, hears who agrees and nobody else', async () => {
		const ada = await bench.join('Ada', { admin: true });
		const ben = await bench.join('Ben');
		const jukebox = await bench.join('Jukebox', { bot: true });
		await ada.command('emotion join');
		const [notice] = notices();
		expect(notice?.embeds[0]?.title).toBe(translate('en', 'notice.title'));
		expect((await ada.command('consent give')).content).toMatch(/receipt: `\S+`/);

		const packets = speechPackets(1500);
		await Promise.all([ada, ben, jukebox].map((member) => member.speak(packets)));
		await delay(900);

		expect(bench.utterances.map(({ utterance }) => utterance.speakerId)).toEqual([ada.id]);
		const [{ utterance }] = bench.utterances as [(typeof bench.utterances)[number]];
		expect(utterance.quality.lossShare).toBe(0);
		expect(utterance.endMs - utterance.startMs).toBeGreaterThan(1300);
		const session = bench.bot.sessions.all[0];
		expect(session?.health.map((health) => health.speakerId)).toEqual([ada.id]);
		expect(session?.health[0]?.heard).toBeGreaterThanOrEqual(packets.length);
		expect(session?.ignoredPackets).toBeGreaterThanOrEqual(2 * packets.length);
		expect(JSON.stringify(bench.events)).not.toContain(ben.id);
		expect(JSON.stringify(bench.events)).not.toContain(jukebox.id);
	});

	it('takes consent by the button, and hears from then on', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('emotion join');
		await ada.speak(speechPackets(800));
		await ada.click('ses:consent:give');
		await delay(700);
		expect(bench.utterances).toEqual([]);
		await ada.speak(speechPackets(1200));
		await delay(800);
		expect(bench.utterances).toHaveLength(1);
		expect((await ada.command('consent receipt')).content).toMatch(/version 1/);
	});

	it('stops within a packet of a withdrawal, and takes back what is under way', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('consent give');
		await ada.command('emotion join');
		const session = bench.bot.sessions.all[0];
		await ada.speak(speechPackets(1200));
		await delay(700);
		const first = bench.utterances[0];
		expect(first?.signal.aborted).toBe(false);

		const speaking = ada.speak(speechPackets(3000));
		await delay(1000);
		await bench.store.moods.record({ ...entry(ada.guildId, Date.now()), speakerId: ada.id });
		const reply = await ada.command('consent withdraw');
		expect(reply.content).toContain('1 entries');
		expect(first?.signal.aborted).toBe(true);
		expect(session?.health).toEqual([]);
		const ignored = session?.ignoredPackets as number;
		await speaking;
		await delay(700);
		expect(bench.utterances).toHaveLength(1);
		expect(session?.ignoredPackets).toBeGreaterThan(ignored + 20);
		expect(await bench.store.moods.list({ guildId: ada.guildId, userId: ada.id, from: 0, to: Date.now() })).toEqual([]);
		expect(bench.events.filter((event) => event.type === 'consent').map((event) => event.action)).toEqual([
			'given',
			'withdrawn',
		]);
	});

	it('tells who comes later', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('emotion join');
		expect(notices()).toHaveLength(1);
		await bench.join('Jukebox', { bot: true });
		const seen = bench.discord.events.position;
		await bench.join('Ben');
		await bench.discord.waitFor('message-created', undefined, { since: seen });
		expect(notices()).toHaveLength(2);
	});

	it('hears a member who leaves to the end, and again when they are back', async () => {
		const ada = await bench.join('Ada', { admin: true });
		const ben = await bench.join('Ben');
		await ben.command('consent give');
		await ada.command('emotion join');
		await ben.speak(speechPackets(1200));
		ben.leave();
		await delay(600);
		expect(bench.utterances).toHaveLength(1);
		await ben.join('lounge');
		await ben.speak(speechPackets(1200));
		await delay(800);
		expect(bench.utterances.map(({ utterance }) => utterance.speakerId)).toEqual([ben.id, ben.id]);
	});

	it('answers /mood me with a chart that only the asker sees, and says when there is none', async () => {
		const ada = await bench.join('Ada');
		expect((await ada.command('mood me')).content).toBe(translate('en', 'mood.empty'));
		await bench.store.moods.record({ ...entry(ada.guildId, Date.now() - 1000), speakerId: ada.id });
		const reply = await ada.command('mood me', { period: 'week' });
		expect(reply).toMatchObject({ ephemeral: true, deferred: true });
		expect(reply.content).toContain('**happiness** (100 %)');
		expect(reply.attachments.map(({ filename, description }) => [filename, description])).toEqual([
			['mood.png', 'a chart in words'],
		]);
	});

	it('shows, exports and erases what is kept', async () => {
		const ada = await bench.join('Ada');
		expect((await ada.command('privacy what')).content).toBe(translate('en', 'privacy.none'));
		await bench.store.moods.record({ ...entry(ada.guildId, Date.now() - 1000), speakerId: ada.id });
		expect((await ada.command('privacy what')).content).toContain('1 entries');
		const [file] = (await ada.command('privacy export')).attachments;
		const { 'moods.json': moods = new Uint8Array() } = unzipSync(file?.bytes ?? Buffer.alloc(0));
		expect(JSON.parse(strFromU8(moods))).toMatchObject([{ label: 'happiness' }]);
		await ada.command('privacy erase');
		expect((await ada.click('ses:privacy:erase')).content).toContain('1 entries');
		expect((await ada.command('privacy what')).content).toBe(translate('en', 'privacy.none'));
	});

	it('says how well it hears, and leaves when told', async () => {
		const ada = await bench.join('Ada', { admin: true });
		expect((await ada.command('emotion status')).content).toBe(translate('en', 'emotion.status.none'));
		await ada.command('emotion join');
		expect((await ada.command('emotion status')).content).toContain(translate('en', 'emotion.status.nobody'));
		expect((await ada.command('emotion leave')).content).toBe(translate('en', 'emotion.left'));
		expect(bench.ended).toEqual(['left']);
		expect((await ada.command('emotion leave')).content).toBe(translate('en', 'emotion.left.none'));
	});

	it('keeps /emotion to those who manage the server', async () => {
		const ben = await bench.join('Ben');
		await expect(ben.command('emotion join')).rejects.toThrow(/may not use/);
	});

	it('says which permissions it lacks, and does not stay where it cannot tell what it does', async () => {
		await bench[Symbol.asyncDispose]();
		bench = await startBench({}, { denied: PermissionFlagsBits.SendMessages });
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('consent give');
		expect((await ada.command('emotion join')).content).toContain('Send Messages');
		expect(bench.bot.sessions.all).toEqual([]);
		expect(bench.ended).toEqual(['left']);
	});

	it('says where to go when the asker is in no voice channel', async () => {
		const ada = bench.discord.createMember({ name: 'Ada', permissions: 0x20n });
		expect((await ada.command('emotion join')).content).toBe(translate('en', 'emotion.join.where'));
	});

	it('answers in the language of the one who asks', async () => {
		for (const [locale, language] of [
			['de', 'de'],
			['pl', 'pl'],
			['es-419', 'es-419'],
		] as const) {
			const member = bench.discord.createMember({ name: `m-${locale}`, locale });
			expect((await member.command('consent receipt')).content).toBe(translate(language, 'consent.receipt.none'));
		}
	});

	it('gives up with a word when Discord keeps closing the voice connection', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('emotion join');
		const seen = bench.discord.events.position;
		bench.discord.closeVoice('Test', bench.bot.client.user.id, 4014);
		const { message } = await bench.discord.waitFor('message-created', undefined, { since: seen, timeoutMs: 10_000 });
		expect(message.content).toContain('closed with 4014');
		expect(bench.bot.sessions.all).toEqual([]);
	});

	it('comes back by itself from a voice server that lost its session', async () => {
		const ada = await bench.join('Ada', { admin: true });
		await ada.command('consent give');
		await ada.command('emotion join');
		const seen = bench.discord.events.position;
		bench.discord.closeVoice('Test', bench.bot.client.user.id, 4006);
		await bench.discord.waitFor('voice-ready', ({ userId }) => userId === bench.bot.client.user.id, {
			since: seen,
			timeoutMs: 10_000,
		});
		await delay(1000);
		await ada.speak(speechPackets(1200));
		await delay(800);
		expect(bench.utterances).toHaveLength(1);
	});
});

describe('logging in', () => {
	const options = (apiBase: string) => ({ apiBase, connectDeadlineMs: 1000, loginDeadlineMs: 5000 });
	// What comes after logging in is not reached.
	const services = { log: SILENT_LOG } as BotServices;

	it('says when the token is refused', async () => {
		await expect(startBot('wrong', options(bench.discord.apiBase), services)).rejects.toMatchObject({
			code: 'SES_TOKEN_REFUSED',
		});
	});

	it('says when nobody answers', async () => {
		await expect(startBot('any', options('http://127.0.0.1:9/api'), services)).rejects.toMatchObject({
			code: 'SES_DISCORD_UNREACHABLE',
		});
	});
});
