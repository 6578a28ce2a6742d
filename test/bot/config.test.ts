import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { translate } from '../../src/bot/index.ts';
import { SETTING, SETTINGS } from '../../src/bot/setup/settings.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { startBench, type TestBench } from '../support/discord.ts';
import { until } from '../support/until.ts';

/** For machines with more to do than this. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const say = (key: Parameters<typeof translate>[1], values = {}): string => translate('en', key, values);

let bench: TestBench;
let ada: SimulatedMember;
beforeEach(async () => {
	bench = await startBench({}, {}, [{ name: 'den', kind: 'voice' }, { name: 'mods' }]);
	ada = await bench.join('Ada', { admin: true });
});
afterEach(() => bench[Symbol.asyncDispose]());

const idOf = (channel: string): string => bench.discord.channel(channel).id;
const settings = () => bench.store.settings.get(ada.guildId);
const set = async (setting: string, value: string): Promise<string> =>
	(await ada.command('emotion config', { setting, value })).content;

describe('/emotion config', () => {
	it('shows all settings and the last changes, or one with what it may be', async () => {
		const { content, ephemeral } = await ada.command('emotion config');
		expect(ephemeral).toBe(true);
		for (const name of SETTINGS) expect(content).toContain(`\`${name}\``);
		expect(content).toContain(say('emotion.config.audit.none'));
		const one = (await ada.command('emotion config', { setting: 'quiet-hours' })).content;
		expect(one).toContain('none');
		expect(one).toContain('22:00-07:00');
		expect((await ada.command('emotion config', { value: 'live' })).content).toBe(say('emotion.config.which'));
	});

	it('takes names, mentions and ids, and keeps who changed what', async () => {
		expect(await set('channels', `lounge <#${idOf('den')}>`)).toContain(`all → <#${idOf('lounge')}> <#${idOf('den')}>`);
		await set('alert-channel', '#mods');
		await set('alert-mode', 'live');
		await set('quiet-hours', '22:30–06:00 Europe/Warsaw');
		await set('retention-days', '14');
		await set('language', 'pl');
		await set('group-of', '3');
		await set('replies', 'off');
		expect(await settings()).toEqual({
			channels: [idOf('lounge'), idOf('den')],
			alerts: {
				mode: 'live',
				thresholdShift: 0,
				channelId: idOf('mods'),
				quietHours: { from: '22:30', to: '06:00', timeZone: 'Europe/Warsaw' },
			},
			retentionDays: 14,
			locale: 'pl',
			groupOf: 3,
			replies: false,
		});
		const log = await bench.store.audit.list(ada.guildId, { from: 0, limit: 20 });
		expect(log).toHaveLength(8);
		expect(log).toContainEqual(
			expect.objectContaining({ actor: ada.id, action: 'config', subject: 'retention-days', detail: 'longest → 14' }),
		);
		expect((await ada.command('emotion config')).content).toContain('retention-days: longest → 14');
		expect(await set('replies', 'off')).toBe(
			say('emotion.config.same', { setting: say('setting.replies'), value: 'off' }),
		);
		expect(await bench.store.audit.list(ada.guildId, { from: 0, limit: 20 })).toHaveLength(8);
	});

	it.each([
		['channels', 'mods'],
		['channels', 'no-such-channel'],
		['alert-channel', 'lounge'],
		['alert-role', '@everyone'],
		['alert-mode', 'loud'],
		['quiet-hours', '25:00-07:00 UTC'],
		['quiet-hours', '22:00-07:00 Mars/Olympus'],
		['quiet-hours', '22:00-22:00 UTC'],
		['language', 'tlh'],
		['retention-days', '31'],
		['retention-days', '0'],
		['retention-days', '1e1'],
		['group-of', '2'],
		['replies', 'maybe'],
	])('refuses for %s the value %s, says what it takes, and changes nothing', async (setting, value) => {
		const content = await set(setting, value);
		expect(content).toContain(value);
		expect(content).toContain(say(`setting.${setting}.hint` as 'setting.replies.hint'));
		expect(await settings()).toEqual({});
		expect(await bench.store.audit.list(ada.guildId, { from: 0, limit: 1 })).toEqual([]);
	});

	it('does not go live with nobody to call', async () => {
		expect(await set('alert-mode', 'live')).toBe(say('emotion.config.nobody'));
		await set('alert-channel', 'mods');
		await set('alert-mode', 'live');
		await set('alert-channel', 'none');
		expect((await settings()).alerts?.mode).toBe('monitor');
	});

	it('offers values of the setting that was chosen, each of which it takes', async () => {
		const guild = bench.bot.client.guilds.cache.first();
		for (const name of SETTINGS) {
			const offered = await ada.suggestions('emotion config', 'value', '', { setting: name });
			expect(offered.length).toBeGreaterThan(0);
			for (const { value } of offered) {
				expect(SETTING[name].parse(String(value), { guild: guild as never, retentionDays: 30 }), name).toBeDefined();
			}
		}
		const typed = await ada.suggestions('emotion config', 'value', 'DEN', { setting: 'channels' });
		expect(typed).toEqual([{ name: '#den', value: idOf('den') }]);
		expect(await ada.suggestions('emotion config', 'value', '')).toEqual([]);
		await expect(ada.suggestions('emotion config', 'setting')).rejects.toThrow(/suggests nothing/);
	});

	it('leaves a channel that it may no longer listen in', async () => {
		await ada.command('emotion join');
		await set('channels', 'den');
		await until(() => bench.bot.sessions.all.length === 0, 20_000);
	});
});

describe('/emotion pause', () => {
	it('leaves, hears nobody whoever asks, and ends when told', async () => {
		await ada.command('consent give');
		await ada.command('emotion join');
		expect((await ada.command('emotion pause')).content).toBe(say('emotion.pause.done'));
		expect(bench.bot.sessions.all).toEqual([]);
		expect((await ada.command('emotion pause')).content).toBe(say('emotion.pause.already'));
		expect((await ada.command('emotion join')).content).toBe(say('emotion.join.paused'));
		expect((await ada.command('emotion status')).content).toContain(say('emotion.join.paused'));
		expect((await ada.command('emotion resume')).content).toBe(say('emotion.resume.done'));
		expect((await ada.command('emotion resume')).content).toBe(say('emotion.resume.already'));
		await ada.command('emotion join');
		expect(bench.bot.sessions.all).toHaveLength(1);
		const log = await bench.store.audit.list(ada.guildId, { from: 0, limit: 9 });
		expect(log.map(({ action, detail }) => `${action} ${detail}`).sort()).toEqual([
			'pause off → on',
			'resume on → off',
		]);
	});

	it('holds back those who follow, too', async () => {
		await ada.command('consent give');
		await ada.command('emotion pause');
		await ada.command('emotion follow', { state: 'on' });
		await ada.command('emotion resume');
		await until(() => bench.bot.sessions.all.length === 1, 20_000);
		await ada.command('emotion pause');
		expect(bench.bot.sessions.all).toEqual([]);
	});
});

describe('/emotion doctor', () => {
	const report = async (options = {}): Promise<string> =>
		(await ada.command('emotion doctor', options, { timeoutMs: 20_000 })).content;

	it('tries a voice connection that hears nobody, and leaves again', async () => {
		const content = await report();
		expect(content).toContain(`✅ ${say('doctor.voice', { channel: `<#${idOf('lounge')}>` })}`);
		expect(content).toContain(`✅ ${say('doctor.setup')}`);
		expect(content).toContain(say('doctor.alerts.monitor'));
		expect(bench.bot.sessions.all).toEqual([]);
		await until(() => !bench.discord.guild('Test').voiceStates.has(bench.bot.client.user.id), 20_000);
		expect(bench.discord.messages('lounge').filter(({ embeds }) => embeds.length > 0)).toEqual([]);
	});

	it('names what it lacks, and what is against listening', async () => {
		await ada.command('emotion pause');
		bench.discord.permit('den', bench.bot.client.user.id, { deny: PermissionFlagsBits.Connect });
		await until(async () => (await report({ channel: idOf('den') })).includes('`Connect`'), 30_000);
		const content = await report({ channel: idOf('den') });
		expect(content).toContain(`❌ ${say('emotion.join.paused')}`);
		expect(content).toMatch(/❌ Voice connection/);
	});

	it('asks for the rest of the program, and for a channel', async () => {
		await bench[Symbol.asyncDispose]();
		bench = await startBench({
			diagnose: async () => [
				{ part: 'model', ok: true, detail: 'emotion@1' },
				{ part: 'store', ok: false, detail: 'the disk is full' },
			],
		});
		ada = bench.discord.createMember({ name: 'Ada', permissions: 0x20n });
		const content = await report();
		expect(content).toContain('✅ Model: emotion@1');
		expect(content).toContain('❌ Store: the disk is full');
		expect(content).toContain(say('doctor.where'));
	});
});
