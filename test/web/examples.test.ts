import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOME, openBench, SILENT_LOG, signIn, type WebBench } from './support.ts';

let folder: string;
let bench: WebBench;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-examples-'));
});
afterEach(async () => {
	await bench[Symbol.asyncDispose]();
	await rm(folder, { recursive: true });
});

async function open(examples: boolean): Promise<void> {
	const game = join(folder, 'examples', 'game');
	await mkdir(game, { recursive: true });
	await writeFile(join(game, 'index.html'), '<title>the game</title>');
	await writeFile(join(folder, 'secret.txt'), 'secret');
	bench = await openBench({ examples }, { examplesFolder: join(folder, 'examples') });
}
const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
	fetch(`${bench.url}${path}`, { headers, redirect: 'manual' });

describe('the examples', () => {
	it('are there for whoever is signed in, under the policy of all pages', async () => {
		await open(true);
		const visit = await signIn(bench);
		const page = await visit.get('/examples/game/');
		expect([page.status, await page.text()]).toEqual([200, '<title>the game</title>']);
		expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
		const short = await visit.get('/examples/game');
		expect([short.status, short.headers.get('location')]).toEqual([301, '/examples/game/']);
	});

	it('send everybody else to where one signs in, and refuse tokens', async () => {
		await open(true);
		const away = await ask('/examples/game/');
		expect([away.status, away.headers.get('location')]).toEqual([303, '/']);
		const token = await bench.tokens.create({ name: 'game', scopes: ['feed:read'], guilds: [HOME] });
		expect((await ask('/examples/game/', { authorization: `Bearer ${token}` })).status).toBe(403);
		expect((await ask('/examples/game/', { cookie: 'ses_session=forged' })).status).toBe(303);
	});

	it('are nothing but the files of their folder', async () => {
		await open(true);
		const visit = await signIn(bench);
		for (const path of [
			'/examples/nothing',
			'/examples/game/x.js',
			'/examples/%2e%2e/secret.txt',
			'/examples/..%2fsecret.txt',
		]) {
			const response = await visit.get(path);
			expect([path, response.ok, await response.text()]).toEqual([path, false, expect.not.stringContaining('secret')]);
		}
	});

	it('are reached by a link that signs in once, and leads nowhere else', async () => {
		await open(true);
		const link = bench.web.exampleUrls.game ?? '';
		const first = await fetch(link, { redirect: 'manual' });
		expect([first.status, first.headers.get('location')]).toEqual([303, '/examples/game/']);
		expect(first.headers.getSetCookie().join()).toContain('ses_session=');
		expect((await fetch(link, { redirect: 'manual' })).headers.get('location')).toBe('/?error=sign-in');
		const evil = `${bench.web.signInUrl}&to=https://evil.example`;
		expect((await fetch(evil, { redirect: 'manual' })).headers.get('location')).toBe('/');
	});

	it('are not there either while they have not been built, and the log says so', async () => {
		const warnings: string[] = [];
		const log = { ...SILENT_LOG, warn: (_: object, text: string) => warnings.push(text) };
		bench = await openBench({ examples: true }, { log });
		expect(bench.web.exampleUrls).toEqual({});
		expect(warnings).toEqual([expect.stringContaining('npm run console')]);
	});

	it('are not there unless they are wanted', async () => {
		await open(false);
		expect(bench.web.exampleUrls).toEqual({});
		const visit = await signIn(bench);
		expect((await visit.get('/examples/game/index.html')).status).not.toBe(200);
		const link = `${bench.url}/sign-in?token=${await bench.tokens.createLink()}&to=game`;
		expect((await fetch(link, { redirect: 'manual' })).headers.get('location')).toBe('/');
	});
});
