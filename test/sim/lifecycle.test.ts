import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { home, logIn, TOKEN } from './support/bot.ts';
import { tone } from './support/opus.ts';

const run = promisify(execFile);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

it('serves a bot in another process that is only told where it is', async () => {
	await using discord = await SimulatedDiscord.start({
		...home,
		guilds: [{ name: 'Home', channels: [{ name: 'Lounge', kind: 'voice' }] }],
	});
	const anna = discord.createMember({ name: 'Anna' });
	await anna.join('Lounge');
	const env = {
		...process.env,
		DISCORD_API_BASE: discord.apiBase,
		DISCORD_TOKEN: TOKEN,
		NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
	};
	const settled = discord.waitFor('dave-transition', ({ members }) => members.length === 2, { timeoutMs: 15_000 });
	const bot = run(process.execPath, [fixture('listening-bot.ts')], { env, timeout: 20_000 });
	await Promise.race([settled, bot]);
	// A second of sound, in case the bot needs a moment to subscribe.
	await anna.speak(tone(220, 50));
	const code = anna.voicePrivacyCode;
	expect(code).toMatch(/^\d{30}$/);
	const { stdout } = await bot;
	const heard = JSON.parse(stdout) as { speaker: string; bytes: number; code: string };
	expect(heard).toMatchObject({ speaker: anna.id, code });
	expect(heard.bytes).toBeGreaterThan(1_000);
}, 30_000);

it('leaves nothing behind that keeps a process alive', async () => {
	const { stdout } = await run(process.execPath, [fixture('short-life.ts')], { timeout: 8_000 });
	expect(stdout).toBe('-----BEGIN CERTIFICATE-----');
}, 10_000);

it('takes back its trust and its file', async () => {
	const before = tls.getCACertificates('default');
	let path: string;
	{
		await using discord = await SimulatedDiscord.start(home);
		await using other = await SimulatedDiscord.start(home);
		discord.trust();
		other.trust();
		path = await discord.writeCaCertificate();
		expect(await readFile(path, 'utf8')).toBe(discord.caCertificate);
		const trusted = tls.getCACertificates('default').map((pem) => pem.trim());
		expect(trusted).toContain(discord.caCertificate.trim());
		expect(trusted).toContain(other.caCertificate.trim());
	}
	await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
	expect(tls.getCACertificates('default')).toEqual(before);
});

it('gives the same ids in every run', async () => {
	const ids = async () => {
		await using discord = await SimulatedDiscord.start(home);
		const anna = discord.createMember({ name: 'Anna' });
		return [discord.guild('Home').id, discord.channel('Lounge').id, anna.id];
	};
	const first = await ids();
	expect(await ids()).toEqual(first);
	for (const id of first) expect(id).toMatch(/^\d{17,20}$/);
	expect(new Set(first).size).toBe(3);
});

it('refuses options that make no sense', async () => {
	await expect(SimulatedDiscord.start({ ...home, bots: [] })).rejects.toThrow();
	await expect(SimulatedDiscord.start({ ...home, bots: [{ token: 'a' }, { token: 'a' }] })).rejects.toThrow(
		'same token',
	);
	await expect(SimulatedDiscord.start({ ...home, voice: { modes: [] } })).rejects.toThrow();
	await using discord = await SimulatedDiscord.start(home);
	const anna = discord.createMember({ name: 'Anna' });
	await expect(anna.join('Nowhere')).rejects.toThrow('There is no channel "Nowhere"');
	await expect(anna.speak([])).rejects.toThrow('Anna is not in a voice channel');
	await expect(anna.join('general')).rejects.toThrow('Anna may not enter general: not-a-voice-channel');
});

it('tells what happened: as it happens, as a stream, and afterwards', async () => {
	await using discord = await SimulatedDiscord.start(home);
	const stream = discord.events.stream();
	const anna = discord.createMember({ name: 'Anna' });
	const position = discord.events.position;
	await anna.join('Lounge');
	anna.leave();
	const seen: string[] = [];
	for await (const event of stream) {
		seen.push(event.type);
		if (event.type === 'voice-left') break;
	}
	expect(seen).toEqual(['voice-joined', 'voice-ready', 'voice-left']);
	await expect(discord.waitFor('voice-left', () => true, { timeoutMs: 20 })).rejects.toMatchObject({
		name: 'TimeoutError',
	});
	expect(await discord.waitFor('voice-left', () => true, { since: position })).toMatchObject({ userId: anna.id });
	const controller = new AbortController();
	const waiting = discord.waitFor('voice-joined', () => true, { signal: controller.signal });
	controller.abort(new Error('enough'));
	await expect(waiting).rejects.toThrow('enough');
	await using client = await logIn(discord);
	expect(discord.events.history.at(-1)).toMatchObject({ type: 'gateway-ready', botId: client.user.id });
});

it('has a guide whose example is a test that runs', async () => {
	const guide = await readFile(new URL('../../docs/simulated-discord.md', import.meta.url), 'utf8');
	const example = await readFile(new URL('guide.test.ts', import.meta.url), 'utf8');
	expect(guide).toContain(`\`\`\`ts\n${example.trim()}\n\`\`\``);
});

it('has a guide that names every fault and every event', async () => {
	const guide = await readFile(new URL('../../docs/simulated-discord.md', import.meta.url), 'utf8');
	const events = await readFile(new URL('../../src/sim/events.ts', import.meta.url), 'utf8');
	const union = events.slice(events.indexOf('export type SimulatedDiscordEvent ='), events.indexOf('EventType ='));
	const types = [...union.matchAll(/type: ((?:'[a-z-]+'(?: \| )?)+)/g)].flatMap(
		([, names]) => names?.split(' | ') ?? [],
	);
	expect(types.length).toBeGreaterThan(10);
	for (const type of types) expect(guide).toContain(`\`${type.slice(1, -1)}\``);
	await using discord = await SimulatedDiscord.start(home);
	for (const group of ['packets', 'voice', 'dave', 'gateway', 'rest'] as const) {
		const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(discord.faults[group]));
		const table = guide.split('\n').filter((line) => line.startsWith('|') && line.includes(`\`${group}.`));
		for (const method of methods.filter((name) => name !== 'constructor' && name !== 'clear')) {
			expect(table.some((line) => line.includes(`${group}.${method}`) || line.includes(`\`.${method}(`))).toBe(true);
		}
	}
});

it('is found by another project under its name', async () => {
	const project = await mkdtemp(join(tmpdir(), 'another-project-'));
	try {
		await mkdir(join(project, 'node_modules'));
		await symlink(
			fileURLToPath(new URL('../..', import.meta.url)),
			join(project, 'node_modules', 'speech-emotion-sense'),
		);
		const script = join(project, 'uses-it.mjs');
		await writeFile(
			script,
			`import { SimulatedDiscord } from 'speech-emotion-sense/sim';
			await using discord = await SimulatedDiscord.start({
				guilds: [{ name: 'Home', channels: [{ name: 'Lounge', kind: 'voice' }] }],
				bots: [{ token: 'token' }],
			});
			const anna = discord.createMember({ name: 'Anna' });
			await anna.join('Lounge');
			process.stdout.write(anna.channelId === discord.channel('Lounge').id ? 'joined' : 'lost');`,
		);
		const { stdout } = await run(process.execPath, [script], { cwd: project, timeout: 15_000 });
		expect(stdout).toBe('joined');
	} finally {
		await rm(project, { recursive: true });
	}
}, 20_000);
