import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBot, translate } from '../../src/bot/index.ts';
import type { SlowMode } from '../../src/domain/index.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { startBench, type TestBench, TOKEN } from '../support/discord.ts';
import { until } from '../support/until.ts';

/** For machines with more to do than this. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PATIENCE_MS = 60_000;
const QUARTER_HOUR_MS = 15 * 60_000;
const { ManageChannels, ManageMessages, ViewChannel } = PermissionFlagsBits;

let bench: TestBench;
let mod: SimulatedMember;
let guildId: string;
const open = async (rights: { readonly permissions?: bigint }): Promise<void> => {
	bench = await startBench({}, rights, [{ name: 'mods' }]);
	mod = bench.discord.createMember({ name: 'Mona', permissions: ManageMessages, listens: false });
	guildId = bench.discord.guild('Test').id;
	const alerts = { mode: 'live' as const, channelId: bench.discord.channel('mods').id, thresholdShift: 0 };
	await bench.store.settings.set(guildId, { alerts });
};
beforeEach(() => open({ permissions: ManageChannels }));
afterEach(() => bench[Symbol.asyncDispose]());

const lounge = () => bench.discord.channel('lounge');
const posted = () => bench.discord.messages('mods').filter(({ ephemeralFor }) => ephemeralFor === undefined);
const suggest = () => bench.bot.effects.suggestSlowMode({ guildId, channelId: lounge().id, locale: 'en' }, 30);
const START = () => `ses:slow-mode:start:${lounge().id}:30`;
const END = () => `ses:slow-mode:end:${lounge().id}`;
const kept = async (): Promise<readonly SlowMode[] | undefined> => (await bench.store.settings.get(guildId)).slowModes;
const audit = async () =>
	(await bench.store.audit.list(guildId, { from: 0, limit: 100 })).map(({ actor, action, subject, detail }) => [
		actor,
		action,
		subject,
		detail,
	]);
const say = (key: Parameters<typeof translate>[1], values = {}): string => translate('en', key, values);
/** What the bot knows by itself: told by the gateway, not by the answer to a request. */
const botSees = () => {
	const channel = bench.bot.client.channels.cache.get(lounge().id);
	return channel?.isVoiceBased() ? (channel.rateLimitPerUser ?? 0) : undefined;
};

describe('slow mode that is suggested to moderators', () => {
	it('is a button away, for a quarter of an hour, and its end is one, too', async () => {
		expect(await suggest()).toBe(true);
		expect(lounge().slowModeS).toBe(0);
		const before = Date.now();
		await mod.click(START());
		expect(lounge().slowModeS).toBe(30);
		const [slowMode] = (await kept()) ?? [];
		expect(slowMode).toMatchObject({ channelId: lounge().id, seconds: 30, beforeS: 0 });
		expect(slowMode?.until).toBeGreaterThanOrEqual(before + QUARTER_HOUR_MS);
		expect(posted()[0]?.content).toContain(`<@${mod.id}> turned slow mode on: 30 s`);
		expect(posted()[0]?.mentions.pinged).toEqual([]);

		await until(() => botSees() === 30, PATIENCE_MS);
		await mod.click(END());
		expect(lounge().slowModeS).toBe(0);
		expect(await kept()).toBeUndefined();
		expect(posted()[0]?.content).toContain(say('slow-mode.ended', { moderator: `<@${mod.id}>` }));
		expect(await audit()).toEqual([
			[mod.id, 'slow-mode', lounge().id, '30 s → 0 s'],
			[mod.id, 'slow-mode', lounge().id, expect.stringMatching(/^0 s → 30 s, until \d{4}-/)],
		]);
	});

	it('is a text alone where the bot may not change the channel', async () => {
		await bench[Symbol.asyncDispose]();
		await open({});
		expect(await suggest()).toBe(true);
		expect(posted()[0]?.content).toContain('slow mode of 30 s');
		expect(posted()[0]?.components).toEqual([]);
	});

	it('is refused, clearly, to whoever may not and where it cannot be', async () => {
		await suggest();
		const [message] = posted();
		const press = async (who: SimulatedMember) => (await who.click(START(), message?.id)).content;
		expect(await press(bench.discord.createMember({ name: 'Mia', listens: false }))).toBe(say('component.forbidden'));
		bench.discord.permit('lounge', mod.id, { deny: ViewChannel });
		await until(() => {
			const channel = bench.bot.client.channels.cache.get(lounge().id);
			return channel?.isVoiceBased() === true && channel.permissionOverwrites.cache.has(mod.id);
		}, PATIENCE_MS);
		expect(await press(mod)).toBe(say('component.forbidden'));

		const other = bench.discord.createMember({ name: 'Otto', permissions: ManageMessages, listens: false });
		bench.discord.permit('lounge', bench.bot.client.user.id, { deny: ManageChannels });
		await until(() => {
			const channel = bench.bot.client.channels.cache.get(lounge().id);
			return channel?.isVoiceBased() === true && !channel.permissionsFor(channel.client.user)?.has(ManageChannels);
		}, PATIENCE_MS);
		const channel = `<#${lounge().id}>`;
		expect(await press(other)).toBe(say('slow-mode.forbidden', { channel }));
		expect(await kept()).toBeUndefined();
		expect(await audit()).toEqual([]);
	});

	it('leaves a slower channel as it is', async () => {
		await suggest();
		await slowDown(60);
		const { content } = await mod.click(START());
		expect(content).toBe(say('slow-mode.already', { channel: `<#${lounge().id}>` }));
		expect(lounge().slowModeS).toBe(60);
		expect(await audit()).toEqual([]);
	});

	it('is taken back when its time has come while the bot was away', async () => {
		await slowDown(30);
		await restartWith({ channelId: lounge().id, seconds: 30, beforeS: 5, until: Date.now() - 1000 });
		await until(() => lounge().slowModeS === 5, PATIENCE_MS);
		await until(async () => (await kept()) === undefined, PATIENCE_MS);
		await until(async () => (await audit()).length === 1, PATIENCE_MS);
		expect(await audit()).toEqual([['system', 'slow-mode', lounge().id, '30 s → 5 s']]);
	});

	it('is taken back when its time comes after a restart', async () => {
		await slowDown(30);
		await restartWith({ channelId: lounge().id, seconds: 30, beforeS: 0, until: Date.now() + 3000 });
		await until(() => lounge().slowModeS === 0, PATIENCE_MS);
	});

	it('stays as somebody else has set it meanwhile', async () => {
		await slowDown(120);
		await restartWith({ channelId: lounge().id, seconds: 30, beforeS: 0, until: Date.now() - 1000 });
		await until(async () => (await kept()) === undefined, PATIENCE_MS);
		expect(lounge().slowModeS).toBe(120);
	});
});

/** As a moderator does it in the settings of the channel. */
async function slowDown(seconds: number): Promise<void> {
	await fetch(`${bench.discord.apiBase}/v10/channels/${lounge().id}`, {
		method: 'PATCH',
		headers: { authorization: `Bot ${TOKEN}`, 'content-type': 'application/json' },
		body: JSON.stringify({ rate_limit_per_user: seconds }),
	});
	await until(() => botSees() === seconds, PATIENCE_MS);
}

/** Ends the bot and starts it again with something to be taken back. */
async function restartWith(slowMode: SlowMode): Promise<void> {
	await bench.bot[Symbol.asyncDispose]();
	await bench.store.settings.set(guildId, { ...(await bench.store.settings.get(guildId)), slowModes: [slowMode] });
	const options = { apiBase: bench.discord.apiBase, attested: true };
	const bot = await startBot([TOKEN], options, bench.services);
	const { discord, store } = bench;
	bench = {
		...bench,
		bot,
		async [Symbol.asyncDispose]() {
			await bot[Symbol.asyncDispose]();
			await store.close();
			await discord[Symbol.asyncDispose]();
		},
	};
}
