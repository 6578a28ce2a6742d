import { PermissionFlagsBits } from 'discord.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startBot, translate } from '../../src/bot/index.ts';
import { STEPS, type Step } from '../../src/bot/setup/steps.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { startBench, type TestBench, TOKEN } from '../support/discord.ts';
import { until } from '../support/until.ts';

/** For machines with more to do than this. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const CHANNELS = [{ name: 'den', kind: 'voice' as const }, { name: 'mods' }];
const say = (key: Parameters<typeof translate>[1], values = {}): string => translate('en', key, values);

let bench: TestBench;
afterEach(() => bench[Symbol.asyncDispose]());

const start = async (attested = false, denied = 0n): Promise<SimulatedMember> => {
	bench = await startBench({}, { denied }, CHANNELS, { options: { attested } });
	return bench.join('Ada', { admin: true });
};
const idOf = (channel: string): string => bench.discord.channel(channel).id;
const settings = (ada: SimulatedMember) => bench.store.settings.get(ada.guildId);
const audit = (ada: SimulatedMember) => bench.store.audit.list(ada.guildId, { from: 0, limit: 100 });
/** All that can be read in a message of Components V2. */
const textOf = ({ components }: { readonly components: readonly unknown[] }): string => JSON.stringify(components);
const sessions = (): string[] => bench.bot.sessions.all.map(({ channel }) => channel.name);

/** Presses Next or Back from one step to another. */
async function walk(ada: SimulatedMember, from: Step, to: Step) {
	const [start, end] = [STEPS.indexOf(from), STEPS.indexOf(to)];
	const way = start < end ? STEPS.slice(start + 1, end + 1) : STEPS.slice(end, start).reverse();
	let text = '';
	for (const step of way) text = textOf(await ada.click(`ses:setup:go:${step}`));
	return text;
}

/** Confirms and goes on to `step`. */
async function attestAndGo(ada: SimulatedMember, step: Step) {
	await ada.command('emotion setup');
	await ada.click('ses:setup:attest:yes');
	return walk(ada, 'channels', step);
}

describe('/emotion setup', () => {
	it('stands before everything: nobody is heard in a server that nobody answered for', async () => {
		const ada = await start();
		await ada.command('consent give');
		const refused = await ada.command('emotion join');
		expect(refused.content).toBe(say('emotion.join.not-attested'));
		await ada.command('emotion follow', { state: 'on' });
		expect(sessions()).toEqual([]);
		expect((await ada.command('emotion status')).content).toContain('/emotion setup');
		expect((await ada.command('emotion resume')).content).toBe(say('emotion.join.not-attested'));
	});

	it('asks step by step, and counts when it is saved', async () => {
		const ada = await start();
		const first = await ada.command('emotion setup');
		expect(first).toMatchObject({ ephemeral: true });
		expect(textOf(first)).toContain('18 or older');
		const channels = await ada.click('ses:setup:attest:yes');
		expect(textOf(channels)).toContain(say('setup.channels.title'));
		await ada.select('ses:setup:set:channels', [idOf('lounge')]);
		await ada.click('ses:setup:go:alerts');
		await ada.select('ses:setup:set:alert-channel', [idOf('mods')]);
		await ada.click('ses:setup:go:mode');
		await ada.select('ses:setup:set:mode', ['live']);
		await ada.click('ses:setup:go:language');
		await ada.select('ses:setup:set:language', ['de']);
		await ada.click('ses:setup:go:retention');
		await ada.select('ses:setup:set:retention', ['7']);
		await ada.select('ses:setup:set:group', ['3']);
		await ada.click('ses:setup:go:test');
		expect(textOf(await ada.click('ses:setup:test'))).toContain('The test is in');
		const summary = textOf(await ada.click('ses:setup:go:summary'));
		for (const text of [idOf('lounge'), idOf('mods'), say('setup.mode.live'), '7 days', '3 people']) {
			expect(summary).toContain(text);
		}
		expect(await settings(ada)).toEqual({ draft: expect.anything() });
		expect((await ada.command('emotion join')).content).toBe(say('emotion.join.not-attested'));

		const before = Date.now();
		expect(textOf(await ada.click('ses:setup:save'))).toContain('/emotion join');
		const saved = await settings(ada);
		expect(saved).toEqual({
			attestation: { by: ada.id, at: expect.any(Number) },
			channels: [idOf('lounge')],
			alerts: { mode: 'live', thresholdShift: 0, channelId: idOf('mods') },
			locale: 'de',
			retentionDays: 7,
			groupOf: 3,
		});
		expect(saved.attestation?.at).toBeGreaterThanOrEqual(before);
		const log = await audit(ada);
		expect(log.every(({ actor, action }) => actor === ada.id && action === 'setup')).toBe(true);
		expect(Object.fromEntries(log.map(({ subject, detail }) => [subject, detail]))).toEqual({
			attestation: 'none → given',
			channels: `all → <#${idOf('lounge')}>`,
			'alert-channel': `none → <#${idOf('mods')}>`,
			'alert-mode': 'monitor → live',
			language: 'automatic → de',
			'retention-days': 'longest → 7',
			'group-of': '5 → 3',
		});

		// In the language that was chosen, and only where it was allowed.
		expect((await ada.command('emotion join')).content).toBe(
			say('emotion.joined', { channel: `<#${idOf('lounge')}>` }),
		);
		const notices = bench.discord.messages('lounge').filter(({ embeds }) => embeds.length > 0);
		expect(notices.at(-1)?.embeds[0]?.title).toBe(translate('de', 'notice.title'));
		const elsewhere = await ada.command('emotion join', { channel: idOf('den') });
		expect(elsewhere.content).toBe(say('emotion.join.excluded', { channel: `<#${idOf('den')}>` }));
		bench.discord.moveVoice(bench.bot.client.user.id, 'den');
		await until(() => sessions().length === 0, 20_000);
	});

	it('posts a test that nobody can take for an alert, in the language of the server, and pings nobody', async () => {
		const ada = await start();
		await attestAndGo(ada, 'alerts');
		await ada.select('ses:setup:set:alert-channel', [idOf('mods')]);
		await walk(ada, 'alerts', 'test');
		await ada.click('ses:setup:test');
		const [message, ...more] = bench.discord.messages('mods');
		expect(more).toEqual([]);
		expect(message?.content).toMatch(/^🧪 \*\*TEST – this is not an alert\.\*\*/);
		expect(await bench.store.alerts.list(ada.guildId, { from: 0, limit: 1 })).toEqual([]);
	});

	it('says what keeps the test from arriving', async () => {
		const ada = await start();
		await attestAndGo(ada, 'alerts');
		await ada.select('ses:setup:set:alert-channel', [idOf('mods')]);
		bench.discord.permit('mods', bench.bot.client.user.id, { deny: PermissionFlagsBits.SendMessages });
		await walk(ada, 'alerts', 'test');
		await until(async () => textOf(await ada.click('ses:setup:test')).includes('I may not write in'), 20_000);
		expect(bench.discord.messages('mods')).toEqual([]);
	});

	it('offers live alerts only where there is someone to call', async () => {
		const ada = await start();
		expect(await attestAndGo(ada, 'mode')).not.toContain(say('setup.mode.live'));
		await expect(ada.select('ses:setup:set:mode', ['live'])).rejects.toThrow(/does not offer/);
		await ada.click('ses:setup:go:alerts');
		await ada.select('ses:setup:set:alert-channel', [idOf('mods')]);
		await ada.click('ses:setup:go:mode');
		await ada.select('ses:setup:set:mode', ['live']);
		await ada.click('ses:setup:go:alerts');
		await ada.select('ses:setup:set:alert-channel', []);
		await walk(ada, 'alerts', 'summary');
		await ada.click('ses:setup:save');
		expect((await settings(ada)).alerts).toEqual({ mode: 'monitor', thresholdShift: 0 });
	});

	it.each([false, true])(
		'ends kindly where the place is not right, and leaves (attested by the operator: %s)',
		async (attested) => {
			const ada = await start(attested);
			if (!attested) {
				await attestAndGo(ada, 'summary');
				await ada.click('ses:setup:save');
			}
			await ada.command('emotion join');
			expect(sessions()).toEqual(['lounge']);
			await ada.command('emotion setup');
			const reply = await ada.click('ses:setup:attest:no');
			expect(textOf(reply)).toContain('Thank you for saying so');
			expect(textOf(reply)).not.toContain('custom_id');
			expect(sessions()).toEqual([]);
			expect((await ada.command('emotion join')).content).toBe(
				say(attested ? 'emotion.join.paused' : 'emotion.join.not-attested'),
			);
			expect((await audit(ada)).map(({ detail }) => detail)).toContain('off → on');
			// Another set-up may come to another answer.
			await attestAndGo(ada, 'summary');
			await ada.click('ses:setup:save');
			await ada.command('emotion join');
			expect(sessions()).toEqual(['lounge']);
		},
	);

	it('goes on after a restart where it stood', async () => {
		const ada = await start();
		await attestAndGo(ada, 'alerts');
		await ada.select('ses:setup:set:alert-channel', [idOf('mods')]);
		await bench.bot[Symbol.asyncDispose]();
		await using bot = await startBot(
			TOKEN,
			{ apiBase: bench.discord.apiBase, loginDeadlineMs: 10_000 },
			bench.services,
		);
		await walk(ada, 'alerts', 'summary');
		await ada.click('ses:setup:save');
		expect(await settings(ada)).toMatchObject({ attestation: { by: ada.id }, alerts: { channelId: idOf('mods') } });
		await ada.command('emotion join');
		expect(bot.sessions.all).toHaveLength(1);
	});

	it('says so where it was cancelled meanwhile, and changes nothing', async () => {
		const ada = await start();
		const eve = await bench.join('Eve', { admin: true });
		await attestAndGo(ada, 'retention');
		await attestAndGo(eve, 'retention');
		expect(textOf(await eve.click('ses:setup:cancel'))).toContain('stays as it was');
		expect(textOf(await ada.select('ses:setup:set:retention', ['7']))).toContain('saved or cancelled elsewhere');
		expect(await settings(ada)).toEqual({});
	});

	it('is for those who manage the server', async () => {
		await start();
		const ben = await bench.join('Ben');
		await expect(ben.command('emotion setup')).rejects.toThrow(/may not use/);
	});
});
