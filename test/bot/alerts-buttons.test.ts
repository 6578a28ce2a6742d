import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBot } from '../../src/bot/index.ts';
import { MODERATOR_PERMISSIONS } from '../../src/domain/index.ts';
import type { Message } from '../../src/sim/index.ts';
import { type AlertBench, buttonsOf, PATIENT, SLOW, startAlertBench, textOf } from '../support/alert-bench.ts';
import { alertRecord } from '../support/alerts.ts';
import { TOKEN } from '../support/discord.ts';
import { until } from '../support/until.ts';

const ID = 'a1b2c3d4';
const BUTTON = {
	acknowledge: `ses:alert:acknowledge:${ID}`,
	justified: `ses:alert:verdict:${ID}:justified`,
	falseAlarm: `ses:alert:verdict:${ID}:false-alarm`,
	mute: `ses:alert:mute:${ID}`,
	reveal: `ses:alert:reveal:${ID}`,
};

let bench: AlertBench;
beforeEach(async () => {
	bench = await startAlertBench();
	await bench.choose();
	await bench.raise();
}, SLOW);
afterEach(() => bench[Symbol.asyncDispose]());

describe('the buttons of an alert', () => {
	it(
		'show who took it on; who comes second is told',
		async () => {
			const reply = await bench.mod.click(BUTTON.acknowledge, undefined, PATIENT);
			expect(reply).toMatchObject({ ephemeral: true, content: expect.stringContaining('You are on it') });
			await until(() => textOf(bench.posted()[0]?.components).includes(`<@${bench.mod.id}> is on it`), 30_000);
			expect(bench.posted()).toHaveLength(1);
			expect(bench.posted()[0]?.attachments).toHaveLength(1);
			expect((await bench.stored(ID))?.acknowledged).toMatchObject({ by: bench.mod.id });
			const late = await bench.other.command('alerts acknowledge', { id: ID }, PATIENT).catch((error) => error);
			// By default the command is for those who manage messages; the button is for whoever times members out, too.
			expect(String(late)).toContain('may not use /alerts');
			const second = await bench.mod.command('alerts acknowledge', { id: ` \`${ID.toUpperCase()}\`` }, PATIENT);
			expect(second).toMatchObject({ ephemeral: true, content: `<@${bench.mod.id}> is on it already.` });
			expect(await bench.audit()).toMatchObject([{ actor: bench.mod.id, action: 'acknowledge', subject: ID }]);
		},
		SLOW,
	);

	it(
		'take one of two clicks at the same moment',
		async () => {
			const replies = await Promise.all(
				[bench.mod, bench.other].map((who) => who.click(BUTTON.acknowledge, undefined, PATIENT)),
			);
			expect(replies.filter(({ content }) => /You are on it|Du kümmerst dich/.test(content))).toHaveLength(1);
			expect(replies.filter(({ content }) => /already|schon/.test(content))).toHaveLength(1);
			expect(await bench.audit()).toHaveLength(1);
		},
		SLOW,
	);

	it(
		'keep a verdict, and a revised one',
		async () => {
			await bench.mod.click(BUTTON.justified, undefined, PATIENT);
			await until(() => textOf(bench.posted()[0]?.components).includes('Justified, says'), 30_000);
			const buttons = buttonsOf(bench.posted()[0]?.components);
			expect(buttons.filter(({ disabled }) => disabled).map(({ custom_id: id }) => id)).toEqual([BUTTON.justified]);
			const reply = await bench.other.click(BUTTON.falseAlarm, undefined, PATIENT);
			expect(reply.content).toContain('Vermerkt');
			await until(() => textOf(bench.posted()[0]?.components).includes('A false alarm, says'), 30_000);
			expect((await bench.stored(ID))?.verdict).toMatchObject({ by: bench.other.id, verdict: 'false-alarm' });
			expect((await bench.audit()).map(({ actor, action, detail }) => [actor, action, detail])).toEqual([
				[bench.other.id, 'verdict', 'justified → false-alarm'],
				[bench.mod.id, 'verdict', '– → justified'],
			]);
		},
		SLOW,
	);

	it(
		'are refused to whoever is no moderator, whatever they were when it was posted',
		async () => {
			for (const id of Object.values(BUTTON)) {
				const reply = await bench.member.click(id, bench.posted()[0]?.id, PATIENT);
				expect(reply).toMatchObject({ kind: 'message', ephemeral: true });
				expect(reply.content).toContain('do not have the permission');
			}
			expect(await bench.audit()).toEqual([]);
			expect((await bench.stored(ID))?.acknowledged).toBeUndefined();
		},
		SLOW,
	);

	it(
		'are for whoever moderates in the console, too: one permission of those is enough',
		async () => {
			const [id = ''] = bench.posted().map((message) => message.id);
			for (const permissions of [...MODERATOR_PERMISSIONS, PermissionFlagsBits.Administrator]) {
				const who = bench.discord.createMember({ name: `M${permissions}`, permissions, listens: false });
				const reply = await who.click(BUTTON.mute, id, PATIENT);
				expect(reply.content).toMatch(/No alerts for this server until/);
			}
		},
		SLOW,
	);

	it(
		'mute for half an hour, and end that',
		async () => {
			const before = Date.now();
			const reply = await bench.mod.click(BUTTON.mute, undefined, PATIENT);
			expect(reply.content).toMatch(/No alerts for this server until <t:\d+:t>/);
			const { alerts } = await bench.store.settings.get(bench.guildId);
			expect(alerts?.mutedUntil).toBeGreaterThanOrEqual(before + 30 * 60_000);
			expect(alerts).toMatchObject({ mode: 'live', channelId: bench.idOf('mods') });
			await until(() => textOf(bench.posted()[0]?.components).includes('are muted until'), 30_000);
			expect(await bench.mod.click('ses:alert:unmute', undefined, PATIENT)).toMatchObject({
				content: 'Alerts are on again.',
			});
			expect((await bench.store.settings.get(bench.guildId)).alerts).not.toHaveProperty('mutedUntil');
			expect((await bench.audit()).map(({ action }) => action)).toEqual(['mute', 'mute']);
		},
		SLOW,
	);

	it(
		'name the speakers to one moderator, for a reason that the audit log keeps each time',
		async () => {
			const form = await bench.mod.click(BUTTON.reveal, undefined, PATIENT);
			expect(form).toMatchObject({ kind: 'modal', modal: { title: 'Reveal speakers' } });
			await expect(bench.mod.submit(form, { reason: 'because' }, PATIENT)).rejects.toThrow('7 characters');
			expect(await bench.audit()).toEqual([]);
			const blank = await bench.mod.submit(form, { reason: '            ' }, PATIENT);
			expect(blank.content).toContain('at least 10 characters');
			for (const reason of ['someone asked for help', 'to talk to both of them']) {
				const answer = await bench.mod.submit(
					await bench.mod.click(BUTTON.reveal, undefined, PATIENT),
					{ reason },
					PATIENT,
				);
				expect(answer.ephemeral).toBe(true);
				for (const speaker of bench.speakers) expect(answer.content).toContain(`<@${speaker}>`);
			}
			const again = await bench.mod.command('alerts reveal', { id: ID, reason: 'a third time' }, PATIENT);
			expect(again.content).toContain(`<@${bench.speakers[0]}>`);
			expect(
				(await bench.audit()).map(({ actor, action, subject, detail }) => [actor, action, subject, detail]),
			).toEqual([
				[bench.mod.id, 'reveal', ID, 'a third time'],
				[bench.mod.id, 'reveal', ID, 'to talk to both of them'],
				[bench.mod.id, 'reveal', ID, 'someone asked for help'],
			]);
			const shown = JSON.stringify(bench.posted(), (_, value) => (Buffer.isBuffer(value) ? 'bytes' : value));
			for (const speaker of bench.speakers) expect(shown).not.toContain(speaker);
		},
		SLOW,
	);

	it(
		'name nobody when the audit log cannot be written',
		async () => {
			const add = bench.store.audit.add.bind(bench.store.audit);
			bench.store.audit.add = async () => {
				throw new Error('the disk is full');
			};
			const reply = await bench.mod.command('alerts reveal', { id: ID, reason: 'someone asked for help' }, PATIENT);
			expect(reply.content).toContain('did not work');
			for (const speaker of bench.speakers) expect(reply.content).not.toContain(speaker);
			bench.store.audit.add = add;
		},
		SLOW,
	);

	it(
		'name nobody who has had their data deleted',
		async () => {
			for (const speaker of bench.speakers) await bench.store.moods.erase(bench.guildId, speaker);
			const reply = await bench.mod.command('alerts reveal', { id: ID, reason: 'someone asked for help' }, PATIENT);
			expect(reply.content).toContain('Nobody can be named');
		},
		SLOW,
	);

	it(
		'work after a restart',
		async () => {
			await bench.bot[Symbol.asyncDispose]();
			await using _again = await startBot(TOKEN, { apiBase: bench.discord.apiBase, attested: true }, bench.services);
			await bench.mod.click(BUTTON.acknowledge, undefined, PATIENT);
			await until(() => textOf(bench.posted()[0]?.components).includes('is on it'), 30_000);
			await bench.mod.click(BUTTON.falseAlarm, undefined, PATIENT);
			await until(async () => (await bench.stored(ID))?.verdict?.verdict === 'false-alarm');
			expect((await bench.mod.click(BUTTON.reveal, undefined, PATIENT)).kind).toBe('modal');
		},
		SLOW,
	);

	it(
		'answer when the message is deleted while they work, or the alert is gone',
		async () => {
			const [message] = bench.posted() as [Message];
			bench.discord.deleteMessage('mods', message.id);
			const done = await bench.mod.command('alerts acknowledge', { id: ID }, PATIENT);
			expect(done.content).toContain('You are on it');
			expect(bench.warnings).toEqual([]);
			const unknown = await bench.mod.command('alerts reveal', { id: 'ffffffff', reason: 'someone asked' }, PATIENT);
			expect(unknown.content).toContain('There is no alert `ffffffff`');
		},
		SLOW,
	);

	it(
		'say what became of an alert whose time is over, and of a button of an earlier version',
		async () => {
			const gone = alertRecord(
				{ guildId: bench.guildId, channelId: bench.idOf('lounge'), speakers: bench.speakers },
				{ alertId: 'gone' },
			);
			expect(await bench.bot.alerts.post(gone)).toBe(true);
			for (const action of ['acknowledge', 'reveal']) {
				const reply = await bench.mod.click(`ses:alert:${action}:gone`, undefined, PATIENT);
				expect(reply).toMatchObject({ ephemeral: true, content: expect.stringContaining('no alert `gone`') });
			}
			expect((await bench.mod.click('ses:alert:verdict:gone:justified', undefined, PATIENT)).content).toContain(
				'no alert',
			);
		},
		SLOW,
	);
});
