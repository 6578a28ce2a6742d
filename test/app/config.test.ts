import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema, loadConfig } from '../../src/app/config.ts';
import { demoEnvironment } from '../../src/app/demo/bot-process.ts';
import { settingsOf } from '../../src/app/environment.ts';
import { REFERENCE } from '../../src/app/reference.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(yaml: string, environment: Record<string, string> = {}) {
	const file = join(folder, `${Math.random()}.yaml`);
	await writeFile(file, yaml);
	return loadConfig(file, environment);
}

/** A schedule of one window with one thing changed. */
function schedule(change: string): string {
	const parts = [
		'guild: "123456789012345678"',
		'channel: "123456789012345678"',
		'days: [mon]',
		'from: "20:00"',
		'to: "22:00"',
	];
	const name = change.split(':')[0];
	return `bot: { schedule: [{ ${[...parts.filter((part) => !part.startsWith(`${name}:`)), change].join(', ')} }] }`;
}

describe('loadConfig', () => {
	it('takes the defaults, the file over them, and the environment over the file', async () => {
		const config = await load('segmenter: { endMs: 700, startMs: 300 }', { SES_SEGMENTER__END_MS: '400' });
		expect(config.segmenter).toMatchObject({ endMs: 400, startMs: 300, maxDurationMs: 6000 });
	});

	it('knows the variables that operators expect', async () => {
		const config = await load('', {
			REDIS_URL: 'redis://localhost:1',
			DISCORD_API_BASE: 'http://localhost:2/api',
			PATH: '/bin',
			SES_LOG__LEVEL: 'warn',
		});
		expect(config.inference.redisUrl).toBe('redis://localhost:1');
		expect(config.bot.apiBase).toBe('http://localhost:2/api');
		expect(config.log.level).toBe('warn');
	});

	it('reads lists from the environment, ids with all of their digits', async () => {
		const guild = '1456074443984994304';
		const window = `{guild: ${guild}, channel: "${guild}", days: [mon, sun], from: "20:00", to: "02:00"}`;
		const { bot } = await load('', {
			SES_BOT__FOLLOW__GUILDS: `${guild}, ${guild}`,
			SES_BOT__SCHEDULE: `[${window}]`,
			SES_BOT__SHARDS: '4',
			SES_BOT__SHARD_IDS: '0,3',
		});
		expect(bot.follow.guilds).toEqual([guild, guild]);
		expect(bot.schedule).toEqual([
			{ guild, channel: guild, days: ['mon', 'sun'], from: '20:00', to: '02:00', timeZone: 'UTC' },
		]);
		expect(bot.shardIds).toEqual([0, 3]);
	});

	it.each([
		['a wrong type', 'segmenter: { endMs: soon }', {}, /segmenter\.endMs: expected number/],
		['an unknown setting', 'segmentor: {}', {}, /segmentor/],
		['a value out of bounds', 'middleware: { heat: { hotAt: 3 } }', {}, /middleware\.heat\.hotAt/],
		['a wrong type in the environment', '', { SES_SEGMENTER__END_MS: 'soon' }, /segmenter\.endMs/],
		['a typing error in the environment', '', { SES_SEGMENTOR__END_MS: '1' }, /SES_SEGMENTOR__END_MS/],
		['a list instead of settings', '- 1', {}, /the file/],
		['one underscore where two belong', '', { SES_LOG_LEVEL: 'warn' }, /SES_LOG_LEVEL/],
		['what is no YAML in the environment', '', { SES_LOG__LEVEL: '[' }, /log\.level/],
		['a reserved sign in the environment', '', { SES_SEGMENTER__END_MS: '@5' }, /segmenter\.endMs: expected number/],
		['an id that YAML would round', 'bot: { follow: { guilds: [1456074443984994304] } }', {}, /guilds\.0: .*quotes/],
		['a day that no week has', schedule('days: [moon]'), {}, /bot\.schedule\.0\.days\.0/],
		['a time that no clock shows', schedule('from: "25:00"'), {}, /bot\.schedule\.0\.from: must be a time/],
		['a zone that is nowhere', schedule('timeZone: Europe/Atlantis'), {}, /schedule\.0\.timeZone: must be a time zone/],
		['a window of no length', schedule('to: "20:00"'), {}, /bot\.schedule\.0\.to: must differ/],
		['shards of this process without their number', 'bot: { shardIds: [0] }', {}, /bot\.shardIds: needs/],
		['a shard that there is not', '', { SES_BOT__SHARDS: '2', SES_BOT__SHARD_IDS: '2' }, /bot\.shardIds: needs/],
		['a language that the bot does not speak', 'bot: { locale: deutsch }', {}, /bot\.locale: must be one of/],
		[
			'a channel that is hot before it is warm',
			'middleware: { heat: { warmAt: 0.7 } }',
			{},
			/middleware\.heat\.warmAt: must not be above hotAt/,
		],
		[
			'a channel that cools where it is hot',
			'middleware: { heat: { coolBelow: 0.7 } }',
			{},
			/middleware\.heat\.coolBelow: must not be above hotAt/,
		],
		[
			'a channel that is calm where it is warm',
			'middleware: { heat: { calmBelow: 0.35 } }',
			{},
			/middleware\.heat\.calmBelow: must not be above warmAt/,
		],
	])('refuses %s', async (_, yaml, environment, message) => {
		await expect(load(yaml, environment)).rejects.toMatchObject({
			code: 'SES_CONFIG_INVALID',
			message: expect.stringMatching(message) as string,
		});
	});

	it('leaves alone what Kubernetes sets for a service called `ses`', async () => {
		const config = await load('', {
			SES_SERVICE_HOST: '10.0.0.1',
			SES_SERVICE_PORT: '80',
			SES_PORT: 'tcp://10.0.0.1:80',
			SES_PORT_80_TCP_ADDR: '10.0.0.1',
		});
		expect(config.log.level).toBe('info');
	});

	it('says which file it cannot read', async () => {
		await expect(loadConfig(join(folder, 'none.yaml'), {})).rejects.toMatchObject({ code: 'SES_CONFIG_UNREADABLE' });
		await expect(load('a: [')).rejects.toMatchObject({ code: 'SES_CONFIG_UNREADABLE' });
	});
});

describe('the environment of the demo', () => {
	it('has nothing of the operator’s own bot, and the rest of the shell', () => {
		const shell = {
			PATH: '/bin',
			HOME: '/home/operator',
			DISCORD_TOKEN: 'real',
			DISCORD_API_BASE: 'https://proxy.example',
			REDIS_URL: 'redis://real',
			DATABASE_URL: 'postgres://real',
			SES_CONFIG: '/etc/ses.yaml',
			SES_STORAGE_KEY: 'real',
			SES_MIDDLEWARE__ESCALATION__MODE: 'live',
		};
		expect(demoEnvironment(shell, { DISCORD_TOKEN: 'demo', SES_LOG__LEVEL: 'warn' })).toEqual({
			PATH: '/bin',
			HOME: '/home/operator',
			DISCORD_TOKEN: 'demo',
			SES_LOG__LEVEL: 'warn',
		});
	});
});

describe('the reference', () => {
	it.each(Object.entries(REFERENCE))('%s is what `npm run docs` writes', async (path, page) => {
		expect(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(page());
	});

	it('has the defaults of the schemas in its file', async () => {
		const file = parse(await readFile(new URL('../../config/default.yaml', import.meta.url), 'utf8')) as unknown;
		expect(configSchema.parse(file)).toEqual(configSchema.parse({}));
	});

	it('says of every setting what it means', () => {
		const silent = settingsOf(configSchema).filter(({ schema }) => !describes(schema));
		expect(silent.map(({ path }) => path.join('.'))).toEqual([]);
	});
});

const describes = (schema: { description?: string | undefined; unwrap?: unknown }): boolean =>
	schema.description !== undefined ||
	(typeof schema.unwrap === 'function' && describes((schema.unwrap as () => typeof schema)()));
