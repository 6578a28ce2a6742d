import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBot } from '../../src/bot/index.ts';
import type { Message } from '../../src/sim/index.ts';
import {
	ALERTING,
	type AlertBench,
	buttonsOf,
	PATIENT,
	SLOW,
	startAlertBench,
	textOf,
} from '../support/alert-bench.ts';
import { alertRecord } from '../support/alerts.ts';
import { TOKEN } from '../support/discord.ts';
import { until } from '../support/until.ts';

const ID = 'a1b2c3d4';

let bench: AlertBench;
beforeEach(async () => {
	bench = await startAlertBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const botMay = (channel: string, right: bigint): boolean => {
	const { client } = bench.bot;
	const found = client.channels.cache.get(bench.idOf(channel));
	return found?.isTextBased() === true && !found.isDMBased() && found.permissionsFor(client.user)?.has(right) === true;
};

describe('an alert in the moderators’ channel', () => {
	it(
		'shows channel, heat, reasons and chart, mentions the role, and names nobody',
		async () => {
			await bench.choose({ roleId: bench.guildId });
			expect(await bench.raise()).toBe(true);
			const [message] = bench.posted() as [Message];
			const text = textOf(message.components);
			expect(text).toContain(`<#${bench.idOf('lounge')}>: this conversation is turning angry`);
			expect(text).toMatch(/Heat: \*\*71 %\*\* · members who contributed: \*\*2\*\*/);
			expect(text).toContain('`+45` anger over several turns');
			expect(text).toMatch(/`\s?−9` there is laughter/);
			expect(text).toContain(`<@&${bench.guildId}>`);
			const everything = JSON.stringify(message, (_, value) => (Buffer.isBuffer(value) ? 'bytes' : value));
			for (const speaker of bench.speakers) expect(everything).not.toContain(speaker);

			const [chart] = message.attachments;
			expect(chart?.bytes.subarray(1, 4).toString()).toBe('PNG');
			expect(chart?.description).toContain('heat went from 2% to 71%');
			expect(JSON.stringify(message.components)).toContain(chart?.url);
			expect(buttonsOf(message.components).map(({ custom_id: id, url }) => id ?? url)).toEqual([
				`ses:alert:acknowledge:${ID}`,
				`ses:alert:verdict:${ID}:justified`,
				`ses:alert:verdict:${ID}:false-alarm`,
				`ses:alert:mute:${ID}`,
				`ses:alert:reveal:${ID}`,
				`https://ses.example.org/#/alerts/${ID}`,
			]);
			expect((await bench.stored(ID))?.message).toEqual({ channelId: bench.idOf('mods'), messageId: message.id });
		},
		SLOW,
	);

	it(
		'is in the language of the community, without a chart where files are not allowed',
		async () => {
			await bench.store.settings.set(bench.guildId, {
				locale: 'de',
				alerts: { mode: 'live', channelId: bench.idOf('mods'), thresholdShift: 0 },
			});
			bench.discord.permit('mods', bench.bot.client.user.id, { deny: PermissionFlagsBits.AttachFiles });
			await until(() => !botMay('mods', PermissionFlagsBits.AttachFiles));
			expect(await bench.raise()).toBe(true);
			const [message] = bench.posted() as [Message];
			expect(textOf(message.components)).toContain('dieses Gespräch schlägt in Ärger um');
			expect(message.attachments).toEqual([]);
		},
		SLOW,
	);

	it(
		'is kept, and the log says so once, where the channel is gone or closed to the bot',
		async () => {
			await bench.choose();
			bench.discord.permit('mods', bench.bot.client.user.id, { deny: PermissionFlagsBits.SendMessages });
			await until(() => !botMay('mods', PermissionFlagsBits.SendMessages));
			expect(await bench.raise()).toBe(false);
			const id = bench.idOf('mods');
			bench.discord.deleteChannel('mods');
			await until(() => !bench.bot.client.channels.cache.has(id));
			expect(await bench.raise({ alertId: 'b1b2c3d4' })).toBe(false);
			expect(bench.warnings).toEqual([
				{ values: { cause: 'forbidden' }, message: expect.stringContaining('moderators could not be called') },
			]);
			const { components } = await bench.mod.command('alerts recent', {}, PATIENT);
			expect(textOf(components).match(/moderators could not be called/g)).toHaveLength(2);
		},
		SLOW,
	);

	it(
		'is kept, and the log says why, where Discord refuses the message',
		async () => {
			await bench.choose();
			const fault = bench.discord.faults.rest.refuse({ status: 403, route: '/channels/:channelId/messages', times: 1 });
			expect(await bench.raise()).toBe(false);
			expect(fault.hits).toBe(1);
			expect(bench.warnings).toMatchObject([{ values: { cause: 'refused' } }]);
			// It is about each time that it stops working.
			expect(await bench.raise({ alertId: 'b1b2c3d4' })).toBe(true);
			expect(await bench.stored(ID)).not.toHaveProperty('message');
		},
		SLOW,
	);

	it(
		'goes to the operator’s channel where none was chosen, in the community of that channel only',
		async () => {
			await bench.store.settings.set(bench.guildId, {});
			const options = { apiBase: bench.discord.apiBase, attested: true };
			await using bot = await startBot(TOKEN, options, {
				...bench.services,
				alerting: { ...ALERTING, mode: 'live', channelId: bench.idOf('mods') },
			});
			const alert = alertRecord({ guildId: bench.guildId, channelId: bench.idOf('lounge'), speakers: bench.speakers });
			expect(await bot.alerts.post(alert)).toBe(true);
			expect(await bot.alerts.post({ ...alert, guildId: '123456789012345678' })).toBe(false);
			expect(bench.posted()).toHaveLength(1);
		},
		SLOW,
	);
});
