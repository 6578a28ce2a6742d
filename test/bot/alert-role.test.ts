import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { translate } from '../../src/bot/index.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import { alertRecord } from '../support/alerts.ts';
import { startBench, type TestBench } from '../support/discord.ts';
import { until } from '../support/until.ts';

/** For machines with more to do than this. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ROLES = [{ name: 'Wardens', mentionable: true }, { name: 'Guests', mentionable: true }, { name: 'Elders' }];

let bench: TestBench;
let ada: SimulatedMember;
let wardens: string[];
let elder: SimulatedMember;
beforeEach(async () => {
	bench = await startBench({}, {}, [{ name: 'mods' }], { options: { attested: false }, roles: ROLES });
	const create = (name: string, ...roles: string[]) => bench.discord.createMember({ name, roles, listens: false });
	ada = await bench.join('Ada', { admin: true });
	wardens = [create('Will', 'Wardens').id, create('Wanda', 'Guests', 'Wardens').id];
	create('Gus', 'Guests');
	elder = create('Eva', 'Elders');
});
afterEach(() => bench[Symbol.asyncDispose]());

const idOf = (channel: string): string => bench.discord.channel(channel).id;
const roleId = (name: string): string => bench.discord.role(name).id;

/** Goes through the set-up and chooses a role. @returns what the step said then */
async function choose(role: string): Promise<string> {
	await ada.command('emotion setup');
	await ada.click('ses:setup:attest:yes');
	await ada.click('ses:setup:go:alerts');
	await ada.select('ses:setup:set:alert-channel', [idOf('mods')]);
	const { components } = await ada.select('ses:setup:set:alert-role', [roleId(role)]);
	await ada.click('ses:setup:go:mode');
	await ada.select('ses:setup:set:mode', ['live']);
	return JSON.stringify(components);
}

/** Goes on to the end from there. */
async function save(): Promise<void> {
	for (const step of ['language', 'retention', 'test', 'summary']) await ada.click(`ses:setup:go:${step}`);
	await ada.click('ses:setup:save');
}

async function raise() {
	const place = { guildId: ada.guildId, channelId: idOf('lounge'), speakers: [] };
	expect(await bench.bot.alerts.post(alertRecord(place, {}))).toBe(true);
	return bench.discord.messages('mods').at(-1);
}

describe('the role that is called to alerts', () => {
	it('is chosen in the set-up, and those who have it are pinged, and nobody else', async () => {
		const said = await choose('Wardens');
		expect(said).not.toContain(translate('en', 'setup.alerts.unmentionable', { role: `<@&${roleId('Wardens')}>` }));
		expect(said).toContain(`"default_values":[{"id":"${roleId('Wardens')}","type":"role"}]`);
		await save();
		const settings = await bench.store.settings.get(ada.guildId);
		expect(settings.alerts).toMatchObject({ mode: 'live', roleId: roleId('Wardens') });
		const log = await bench.store.audit.list(ada.guildId, { from: 0, limit: 100 });
		expect(log.find(({ subject }) => subject === 'alert-role')?.detail).toContain(roleId('Wardens'));

		const message = await raise();
		expect(message?.mentions.roles).toEqual([roleId('Wardens')]);
		expect(message?.mentions.pinged.toSorted()).toEqual(wardens.toSorted());
	});

	it('is named and not pinged by a test', async () => {
		await choose('Wardens');
		for (const step of ['language', 'retention', 'test']) await ada.click(`ses:setup:go:${step}`);
		await ada.click('ses:setup:test');
		const [message] = bench.discord.messages('mods');
		expect(message?.content).toContain(`<@&${roleId('Wardens')}>`);
		expect(message?.mentions).toEqual({ users: [], roles: [], pinged: [] });
	});

	it('is said to be out of reach where the bot cannot ping it, until it may', async () => {
		const warning = translate('en', 'setup.alerts.unmentionable', { role: `<@&${roleId('Elders')}>` });
		expect(await choose('Elders')).toContain(warning);
		await save();
		expect((await raise())?.mentions.pinged).toEqual([]);

		const { client } = bench.bot;
		bench.discord.permit('mods', client.user.id, { allow: PermissionFlagsBits.MentionEveryone });
		const seen = () => {
			const channel = client.channels.cache.get(idOf('mods'));
			return channel?.isTextBased() && !channel.isDMBased() && channel.permissionsFor(client.user);
		};
		await until(() => seen() !== false && (seen() || undefined)?.has(PermissionFlagsBits.MentionEveryone) === true);
		expect(await choose('Elders')).not.toContain(warning);
		await save();
		expect((await raise())?.mentions.pinged).toEqual([elder.id]);
	});
});
