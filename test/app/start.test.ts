import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { ses } from '../support/cli.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-start-'));
});
afterAll(() => rm(folder, { recursive: true }));

const lines = (text: string): string[] => text.trim().split('\n');
/** What is said to people, beside the log. */
const spoken = (text: string): string[] => lines(text).filter((line) => !line.startsWith('{"level":30'));

describe('ses start', () => {
	it('says in one line that the token is missing', async () => {
		const { code, stderr } = await ses(['start']);
		expect(code).toBe(1);
		expect(lines(stderr)).toEqual([expect.stringMatching(/^SES_TOKEN_MISSING: DISCORD_TOKEN is not set\. Create/)]);
	});

	it('says in one line which setting is wrong', async () => {
		const config = join(folder, 'wrong.yaml');
		await writeFile(config, 'segmenter:\n  endMs: soon\n');
		const { code, stderr } = await ses(['start', '--config', config], { env: { DISCORD_TOKEN: 'any' } });
		expect(code).toBe(1);
		expect(lines(stderr)).toEqual([expect.stringMatching(/^SES_CONFIG_INVALID: .*segmenter\.endMs.*wrong\.yaml/)]);
	});

	it('says in one line that the token is refused', async () => {
		await using discord = await SimulatedDiscord.start({
			guilds: [{ name: 'Test', channels: [{ name: 'general' }] }],
			bots: [{ token: 'right' }],
		});
		const env = {
			DISCORD_TOKEN: 'wrong',
			DISCORD_API_BASE: discord.apiBase,
			SES_STORAGE__FILE: ':memory:',
			SES_WEB__PORT: '0',
		};
		const { code, stderr } = await ses(['start'], { env, cwd: folder });
		expect(code).toBe(1);
		expect(spoken(stderr)).toEqual([expect.stringMatching(/^SES_TOKEN_REFUSED: .* Reset the token/)]);
	});

	it('refuses an altered or missing model', async () => {
		await writeFile(join(folder, 'manifest.json'), '{}');
		const env = {
			DISCORD_TOKEN: 'any',
			SES_INFERENCE__MODEL_DIRECTORY: folder,
			SES_STORAGE__FILE: ':memory:',
			SES_WEB__PORT: '0',
		};
		const { code, stderr } = await ses(['start'], { env, cwd: folder });
		expect(code).toBe(1);
		expect(lines(stderr)).toEqual([expect.stringMatching(/^SES_MODEL_MANIFEST_INVALID: /)]);
	});
});

describe('ses doctor', () => {
	it('finds nothing wrong with this machine, and Discord where it is told', async () => {
		await using discord = await SimulatedDiscord.start({
			guilds: [{ name: 'Test', channels: [{ name: 'general' }] }],
			bots: [{ token: 'right' }, { token: 'also-right' }],
		});
		const env = { DISCORD_API_BASE: discord.apiBase, DISCORD_TOKEN: 'right', DISCORD_TOKENS: 'also-right' };
		const { code, stdout } = await ses(['doctor', '--json'], { env });
		const checks = JSON.parse(stdout) as { name: string; status: string }[];
		expect(checks.filter(({ status }) => status === 'fault')).toEqual([]);
		expect(checks.map(({ name }) => name)).toEqual(
			expect.arrayContaining([
				'Node',
				'Opus',
				'DAVE',
				'configuration',
				'model',
				'self-test',
				'Discord',
				'token',
				'token 2',
			]),
		);
		expect(code).toBe(0);
	});

	it('says what is wrong and what to do', async () => {
		const env = {
			DISCORD_API_BASE: 'http://127.0.0.1:9/api',
			REDIS_URL: 'redis://127.0.0.1:9',
			SES_INFERENCE__MODEL_DIRECTORY: folder,
		};
		const { code, stdout } = await ses(['doctor', '--json'], { env });
		const faults = (JSON.parse(stdout) as { name: string; status: string; hint?: string }[]).filter(
			({ status }) => status === 'fault',
		);
		expect(faults.map(({ name }) => name)).toEqual(['model', 'redis', 'Discord']);
		expect(faults.every(({ hint }) => hint)).toBe(true);
		expect(code).toBe(1);
	});
});
