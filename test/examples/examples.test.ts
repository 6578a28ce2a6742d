import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOggOpus, SimulatedDiscord } from '../../src/sim/index.ts';
import { until } from '../support/until.ts';

const PATIENCE_MS = 90_000;
const sample = (path: string): string => fileURLToPath(new URL(`../../samples/${path}`, import.meta.url));

/** Refuses to load what only a Discord bot needs. */
const WITHOUT_DISCORD = `data:text/javascript,${encodeURIComponent(`
	import { registerHooks } from 'node:module';
	registerHooks({
		resolve: (specifier, context, next) => {
			if (/discord/.test(specifier)) throw new Error('loads ' + specifier);
			return next(specifier, context);
		},
	});
`)}`;

interface ExampleOptions {
	readonly args?: readonly string[];
	readonly nodeArgs?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
}

/** An example as its reader runs it. */
class Example {
	readonly child: ChildProcess;
	stdout = '';
	stderr = '';
	readonly #closed: Promise<unknown>;

	constructor(name: string, { args = [], nodeArgs = [], env = {}, cwd }: ExampleOptions = {}) {
		const file = fileURLToPath(new URL(`../../examples/${name}/main.ts`, import.meta.url));
		this.child = spawn(process.execPath, [...nodeArgs, file, ...args], { env: { ...process.env, ...env }, cwd });
		this.child.stdout?.on('data', (text: Buffer) => {
			this.stdout += text;
		});
		this.child.stderr?.on('data', (text: Buffer) => {
			this.stderr += text;
		});
		this.#closed = once(this.child, 'close');
	}

	async ended(): Promise<number | null> {
		await this.#closed;
		return this.child.exitCode;
	}

	said(text: string | RegExp): Promise<void> {
		return until(() => {
			if (this.child.exitCode !== null) throw new Error(`it ended:\n${this.stderr}`);
			return this.stdout.search(text) >= 0;
		}, PATIENCE_MS);
	}
}

describe('examples', () => {
	let stack: AsyncDisposableStack;
	beforeEach(() => {
		stack = new AsyncDisposableStack();
	});
	afterEach(() => stack.disposeAsync());

	it('file-source prints how a recording sounds, without any Discord library', {
		timeout: 2 * PATIENCE_MS,
	}, async () => {
		const example = new Example('file-source', { nodeArgs: ['--import', WITHOUT_DISCORD] });
		expect(await example.ended()).toBe(0);
		expect(example.stderr).toBe('');
		expect(example.stdout).toMatch(/^Ada, 0\.\d–\d\.\d s: anger, \d+ % sure, valence -0\.\d\d, arousal 0\.\d\d\n$/);
	});

	it('livekit hears tracks in frames as LiveKit gives them, without LiveKit', {
		timeout: 2 * PATIENCE_MS,
	}, async () => {
		const env = { LIVEKIT_URL: '', LIVEKIT_TOKEN: '' };
		const example = new Example('livekit', { nodeArgs: ['--import', WITHOUT_DISCORD], env });
		expect(await example.ended()).toBe(0);
		expect(example.stderr).toBe('');
		expect(example.stdout).toMatch(/^Ada: anger, \d+ % sure, valence -0\.\d\d, arousal 0\.\d\d$/m);
		expect(example.stdout).toMatch(/^Ben: happiness, \d+ % sure/m);
		expect(example.stdout).toMatch(/^the room is calm \(0\.\d\d\)$/m);
	});

	it('custom-step sees what passes, of the samples and of what it is given', { timeout: 2 * PATIENCE_MS }, async () => {
		const [own, quiet] = [
			new Example('custom-step'),
			new Example('custom-step', {
				args: [sample('crema-d/1048_DFA_ANG_XX.opus'), sample('crema-d/1048_IEO_SAD_MD.opus')],
			}),
		];
		expect(await Promise.all([own.ended(), quiet.ended()])).toEqual([0, 0]);
		expect([own.stderr, quiet.stderr]).toEqual(['', '']);
		const lines = own.stdout.trim().split('\n');
		expect(lines.filter((line) => line.startsWith('emotion: '))).toHaveLength(4);
		// It stands before the feed, so it speaks first.
		expect(lines.slice(0, 4)).toEqual(['emotion: anger', 'emotion: anger', 'three times anger', 'emotion: anger']);
		expect(quiet.stdout.match(/^emotion: /gm)).toHaveLength(2);
		expect(quiet.stdout).not.toContain('three times');
	});

	it('existing-bot answers its own command and ours, hears who agrees, and leaves in peace', {
		timeout: 4 * PATIENCE_MS,
	}, async () => {
		const folder = await mkdtemp(join(tmpdir(), 'ses-example-'));
		stack.defer(() => rm(folder, { recursive: true }));
		const discord = stack.use(
			await SimulatedDiscord.start({
				guilds: [{ name: 'Test', channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }] }],
				bots: [{ token: 'token-of-my-bot' }],
			}),
		);
		const env = {
			DISCORD_TOKEN: 'token-of-my-bot',
			DISCORD_API_BASE: discord.apiBase,
			NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
			ATTESTED: 'yes',
		};
		const example = new Example('existing-bot', { env, cwd: folder });
		stack.defer(async () => {
			example.child.kill('SIGKILL');
			await example.ended();
		});
		await discord.waitFor('commands-registered', undefined, { timeoutMs: PATIENCE_MS, since: 0 });
		const ada = discord.createMember({ name: 'Ada', permissions: 0x20n, listens: false });
		await ada.join('lounge');
		expect((await ada.command('ping')).content).toBe('Pong!');
		await ada.command('emotion join');
		expect((await ada.command('consent give')).content).toMatch(/receipt/);
		const speaking = ada.speak(await readOggOpus(sample('ravdess/03-01-05-02-02-01-07.opus')));
		await example.said(/emotion: anger, \d+ % sure\n/);
		await speaking;
		// Buttons are answered by the plugin itself, once, although the bot hands everything in.
		expect((await ada.click('ses:consent:withdraw')).content).toMatch(/deleted/i);
		example.child.kill('SIGTERM');
		expect(await example.ended()).toBe(0);
		expect(example.stderr).toBe('');
		expect((await readdir(join(folder, 'data'))).sort()).toEqual(['ses.key', 'ses.sqlite']);
	});
});
