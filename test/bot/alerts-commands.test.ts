import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlertRecord, type AuditEntry, alertFigures, tunedShift } from '../../src/domain/index.ts';
import type { InteractionReply, SimulatedMember } from '../../src/sim/index.ts';
import { ALERTING, buttonsOf, PATIENT, SLOW, textOf as wordsOf } from '../support/alert-bench.ts';
import { alertRecord } from '../support/alerts.ts';
import { startBench, type TestBench } from '../support/discord.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let bench: TestBench;
let mod: SimulatedMember;
beforeEach(async () => {
	bench = await startBench({ alerting: ALERTING }, {}, [{ name: 'mods' }]);
	mod = bench.discord.createMember({ name: 'Mona', permissions: PermissionFlagsBits.ManageMessages, listens: false });
});
afterEach(() => bench[Symbol.asyncDispose]());

const guildId = (): string => bench.discord.guild('Test').id;
const idOf = (channel: string): string => bench.discord.channel(channel).id;
const audit = async (): Promise<AuditEntry[]> => bench.store.audit.list(guildId(), { from: 0, limit: 100 });
const shift = async () => (await bench.store.settings.get(guildId())).alerts;

const textOf = ({ components }: Pick<InteractionReply, 'components'>): string => wordsOf(components);
const disabledOf = ({ components }: Pick<InteractionReply, 'components'>) =>
	buttonsOf(components)
		.filter(({ disabled }) => disabled)
		.map(({ custom_id: id }) => id);

async function keep(index: number, changes: Partial<AlertRecord> = {}): Promise<AlertRecord> {
	const alert = alertRecord(
		{ guildId: guildId(), channelId: idOf('lounge'), speakers: [] },
		{ alertId: `alert-${index}`, mode: 'monitor', at: Date.now() - index * MINUTE, ...changes },
	);
	await bench.store.alerts.add(alert);
	return alert;
}

describe('/alerts recent', () => {
	it(
		'says that there are none',
		async () => {
			const reply = await mod.command('alerts recent', {}, PATIENT);
			expect(reply.ephemeral).toBe(true);
			expect(textOf(reply)).toContain('No alerts so far');
		},
		SLOW,
	);

	it(
		'is not offered to whoever is no moderator',
		async () => {
			const mia = bench.discord.createMember({ name: 'Mia', listens: false });
			await expect(mia.command('alerts recent')).rejects.toThrow('may not use /alerts');
		},
		SLOW,
	);

	it(
		'lists what would have been sent, what was held back and what was judged, newest first, in pages',
		async () => {
			const by = { by: mod.id, at: Date.now() };
			await keep(0);
			await keep(1, { held: 'quiet-hours' });
			await keep(2, { held: 'muted', verdict: { ...by, verdict: 'false-alarm' } });
			await keep(3, { acknowledged: by, message: { channelId: idOf('mods'), messageId: idOf('mods') }, mode: 'live' });
			for (let index = 4; index < 12; index++) await keep(index);

			const first = await mod.command('alerts recent', {}, PATIENT);
			const text = textOf(first);
			expect(text.match(/`alert-\d+`/g)).toEqual([0, 1, 2, 3, 4].map((index) => `\`alert-${index}\``));
			expect(text).toMatch(/<t:\d+:f>\*\* · <#\d+> · \*\*71 %\*\*/);
			expect(text).toContain('anger over several turns, angrier than usual');
			const parts = text.split('**<t:').slice(1);
			expect(parts[0]).toContain('would have been sent');
			expect(parts[1]).toContain('quiet hours');
			expect(parts[2]).toContain('while alerts were muted');
			expect(parts[2]).toContain(`A false alarm, says <@${mod.id}>`);
			expect(parts[3]).toContain(`<@${mod.id}> is on it`);
			expect(parts[3]).toContain('moderators were called');
			expect(parts[4]).toContain('Page 1 of 3');
			expect(disabledOf(first)).toEqual(['ses:alert:page:-1']);

			const second = await mod.click('ses:alert:page:1', first.messageId, PATIENT);
			expect(textOf(second).match(/`alert-\d+`/g)?.[0]).toBe('`alert-5`');
			const last = await mod.click('ses:alert:page:2', first.messageId, PATIENT);
			expect(textOf(last).match(/`alert-\d+`/g)).toEqual(['`alert-10`', '`alert-11`']);
			expect(disabledOf(last)).toEqual(['ses:alert:page:3']);
		},
		SLOW,
	);

	it(
		'opens an alert that nobody was called of, and takes a verdict on it',
		async () => {
			await keep(0);
			const list = await mod.command('alerts recent', {}, PATIENT);
			const alert = await mod.select('ses:alert:choose', ['alert-0'], list.messageId, PATIENT);
			expect(alert).toMatchObject({ ephemeral: true });
			expect(textOf(alert)).toContain('monitor mode: would have been sent');
			expect(alert.attachments[0]?.description).toBe('heat in words');
			await mod.click('ses:alert:verdict:alert-0:justified', alert.messageId, PATIENT);
			expect((await bench.store.alerts.get(guildId(), 'alert-0'))?.verdict).toMatchObject({ by: mod.id });
		},
		SLOW,
	);

	it(
		'says so when the alert that is opened has been deleted meanwhile',
		async () => {
			await keep(0);
			const list = await mod.command('alerts recent', {}, PATIENT);
			const unknown = bench.store.alerts.get.bind(bench.store.alerts);
			bench.store.alerts.get = async () => undefined;
			const reply = await mod.select('ses:alert:choose', ['alert-0'], list.messageId, PATIENT);
			expect(reply.content).toContain('no alert `alert-0`');
			bench.store.alerts.get = unknown;
		},
		SLOW,
	);

	it(
		'updates the alert in the moderators’ channel when it is judged from the list',
		async () => {
			await bench.store.settings.set(guildId(), {
				alerts: { mode: 'live', channelId: idOf('mods'), thresholdShift: 0 },
			});
			await bench.bot.alerts.post(await keep(0, { mode: 'live' }));
			const list = await mod.command('alerts recent', {}, PATIENT);
			const copy = await mod.select('ses:alert:choose', ['alert-0'], list.messageId, PATIENT);
			await mod.click('ses:alert:verdict:alert-0:false-alarm', copy.messageId, PATIENT);
			await until(() => textOf(bench.discord.messages('mods')[0] as never).includes('A false alarm, says'), 30_000);
		},
		SLOW,
	);
});

describe('/alerts tune', () => {
	it(
		'shows precision and alerts per hour, and is moved by hand, which the audit log has',
		async () => {
			const verdict = (given: 'justified' | 'false-alarm') => ({ by: mod.id, at: Date.now(), verdict: given });
			for (const index of [0, 1, 2]) await keep(index, { verdict: verdict('justified') });
			await keep(3, { verdict: verdict('false-alarm') });
			await keep(4);
			await keep(5, { at: Date.now() - 40 * DAY });
			const view = await mod.command('alerts tune', {}, PATIENT);
			expect(view.ephemeral).toBe(true);
			const text = textOf(view);
			expect(text).toContain(
				'Last 30 days: **5** alerts, **0.0069** an hour, judged: **4** (justified: 3, false alarms: 1)',
			);
			expect(text).toContain('**75 %**');
			expect(text).toContain('hot from **55 %** (shift: 0)');
			expect(disabledOf(view)).toEqual(['ses:alert:tune:automatic']);

			const more = await mod.click('ses:alert:tune:more', view.messageId, PATIENT);
			expect(textOf(more)).toContain('warm from **25 %** and as hot from **50 %** (shift: -5)');
			expect(await shift()).toEqual({ mode: 'monitor', thresholdShift: -0.05, tuning: 'manual' });
			for (let press = 0; press < 3; press++) await mod.click('ses:alert:tune:more', view.messageId, PATIENT);
			expect(await shift()).toMatchObject({ thresholdShift: -0.2 });
			await expect(mod.click('ses:alert:tune:more', view.messageId)).rejects.toThrow('disabled');
			await mod.click('ses:alert:tune:less', view.messageId, PATIENT);
			await mod.click('ses:alert:tune:automatic', view.messageId, PATIENT);
			expect(await shift()).toEqual({ mode: 'monitor', thresholdShift: -0.15, tuning: 'automatic' });
			const entries = await audit();
			expect(entries).toHaveLength(6);
			expect(entries.at(-1)).toMatchObject({
				actor: mod.id,
				action: 'tune',
				subject: 'alerts.thresholdShift',
				detail: '+0.00 automatic → −0.05 manual',
			});
		},
		SLOW,
	);

	it(
		'follows verdicts by itself: false alarms raise the thresholds',
		async () => {
			const judge = async (index: number) => {
				await keep(index);
				const list = await mod.command('alerts recent', {}, PATIENT);
				const copy = await mod.select('ses:alert:choose', [`alert-${index}`], list.messageId, PATIENT);
				return mod.click(`ses:alert:verdict:alert-${index}:false-alarm`, copy.messageId, PATIENT);
			};
			for (const index of [4, 3, 2, 1]) expect((await judge(index)).content).toBe('Noted, thank you.');
			expect(await shift()).toBeUndefined();
			const fifth = await judge(0);
			const judged = await bench.store.alerts.list(guildId(), { from: 0, limit: 10 });
			const expected = tunedShift(judged, 0);
			expect(expected).toBeGreaterThan(0);
			expect(await shift()).toEqual({ mode: 'monitor', thresholdShift: expected });
			expect(fifth.content).toContain(`hot from ${Math.round((0.55 + expected) * 100)} %`);
			expect(alertFigures(judged, { from: 0, to: Date.now() + 1 }).precision).toBe(0);
			expect((await audit())[0]).toMatchObject({
				actor: 'system',
				action: 'tune',
				detail: `+0.00 → +${expected.toFixed(2)}`,
			});
		},
		SLOW,
	);

	it(
		'leaves thresholds that were set by hand alone',
		async () => {
			const alerts = { mode: 'monitor', thresholdShift: 0.1, tuning: 'manual' } as const;
			await bench.store.settings.set(guildId(), { alerts });
			const verdict = { by: mod.id, at: Date.now(), verdict: 'false-alarm' } as const;
			for (const index of [1, 2, 3, 4, 5, 6]) await keep(index, { verdict });
			await keep(0);
			const list = await mod.command('alerts recent', {}, PATIENT);
			const copy = await mod.select('ses:alert:choose', ['alert-0'], list.messageId, PATIENT);
			await mod.click('ses:alert:verdict:alert-0:false-alarm', copy.messageId, PATIENT);
			expect(await shift()).toEqual(alerts);
		},
		SLOW,
	);
});
