import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenFile } from '../../src/web/index.ts';
import { ses } from '../support/cli.ts';

const HOME = '1456074443984994304';
let folder: string;
let file: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-token-'));
	file = join(folder, 'data', 'web-tokens.json');
});
afterAll(() => rm(folder, { recursive: true }));
const token = (...args: string[]) => ses(['token', ...args], { cwd: folder });

describe('ses token', () => {
	it('makes a token that the server finds, keeps its hash only, and ends it', async () => {
		const { stdout, code } = await token(
			'create',
			'--name',
			'game',
			'--scope',
			'feed:speakers',
			'--guild',
			HOME,
			'--days',
			'2',
		);
		const made = stdout.trim();
		expect([code, made]).toEqual([0, expect.stringMatching(/^ses_[a-z0-9]{8}_[\w-]{43}$/)]);
		const tokens = new TokenFile(file);
		await tokens.refresh();
		expect(tokens.find(made)).toMatchObject({ name: 'game', scopes: ['feed:read', 'feed:speakers'], guilds: [HOME] });
		expect(await readFile(file, 'utf8')).not.toContain(made.slice('ses_12345678_'.length));
		expect((await stat(file)).mode & 0o777).toBe(0o600);

		const listed = await token('list');
		expect(listed.stdout).toMatch(
			new RegExp(`^[a-z0-9]{8}  game  feed:read,feed:speakers  ${HOME}  all types  until `),
		);
		const [id] = listed.stdout.split('  ') as [string];
		expect((await token('revoke', id)).code).toBe(0);
		await tokens.refresh();
		expect(tokens.find(made)).toBeUndefined();
		expect((await token('revoke', id)).stderr).toContain('There is no token');
	});

	it('makes tokens that send audio and read nothing, and such that do both', async () => {
		const scopesOf = async (...scopes: string[]) => {
			const asked = scopes.flatMap((scope) => ['--scope', scope]);
			const { stdout } = await token('create', '--name', 'kiosk', ...asked, '--all-guilds', '--json');
			return (JSON.parse(stdout) as { scopes: string[] }).scopes;
		};
		expect(await scopesOf('audio')).toEqual(['audio']);
		expect(await scopesOf('audio', 'feed:speakers')).toEqual(['feed:read', 'audio', 'feed:speakers']);
	});

	it('wants to know which servers', async () => {
		const { code, stderr } = await token('create', '--name', 'game', '--scope', 'feed:read');
		expect(code).toBe(1);
		expect(stderr).toContain('--all-guilds');
	});

	it('makes a token for one member, which reaches nothing of others', { timeout: 120_000 }, async () => {
		const member = '1456074443984994501';
		const args = ['create', '--name', 'widget', '--scope', 'feed:read', '--guild', HOME, '--member'];
		const { stdout } = await token(...args, member);
		const tokens = new TokenFile(file);
		await tokens.refresh();
		expect(tokens.find(stdout.trim())).toMatchObject({ name: 'widget', member });
		expect((await token('list')).stdout).not.toContain(member);
		const wide = await token(...args, member, '--type', 'heat');
		expect([wide.code, wide.stderr]).toEqual([1, expect.stringContaining('heat: that is of others')]);
		expect((await token(...args, 'Ada')).code).not.toBe(0);
	});

	it('makes a link that signs in once', async () => {
		const { stdout } = await token('sign-in');
		const secret = /^http:\/\/127\.0\.0\.1:8787\/sign-in\?token=([\w-]{43})\n$/.exec(stdout)?.[1] as string;
		const tokens = new TokenFile(file);
		expect([await tokens.useLink(secret), await tokens.useLink(secret)]).toEqual([true, false]);
	});

	it('says when its file is damaged', async () => {
		await writeFile(file, '{}');
		const { code, stderr } = await token('list');
		expect(code).toBe(1);
		expect(stderr).toMatch(/token file .* cannot be used/);
	});
});
