import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SesEvent } from '../../src/domain/index.ts';
import { readOggOpus, SimulatedDiscord, type SimulatedMember } from '../../src/sim/index.ts';
import { MAIN } from '../support/cli.ts';
import { freePort, startRedis } from '../support/redis.ts';

const TOKEN = 'a-token-for-tests';
const LISTENER_TOKEN = 'another-token-for-tests';
const CLIP = fileURLToPath(new URL('../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));

/** A process of `ses` that goes on until it is told to end. */
class Running {
	readonly child: ChildProcess;
	readonly events: SesEvent[] = [];
	stderr = '';
	readonly #closed: Promise<unknown>;

	constructor(args: readonly string[], env: Record<string, string>, cwd: string) {
		this.child = spawn(process.execPath, [MAIN, ...args], {
			env: { ...process.env, ...env },
			cwd,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
			this.events.push(JSON.parse(line) as SesEvent),
		);
		this.child.stderr?.on('data', (text: Buffer) => {
			this.stderr += text;
		});
		this.#closed = once(this.child, 'close');
	}

	of<T extends SesEvent['type']>(type: T): Extract<SesEvent, { type: T }>[] {
		return this.events.filter((event): event is Extract<SesEvent, { type: T }> => event.type === type);
	}

	async until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
		const deadline = Date.now() + timeoutMs;
		while (!condition()) {
			if (Date.now() > deadline) throw new Error(`waited in vain; it said:\n${this.stderr}`);
			await new Promise((resolve) => setTimeout(resolve, 25));
		}
	}

	async end(): Promise<number | null> {
		this.child.kill('SIGTERM');
		await this.#closed;
		return this.child.exitCode;
	}
}

describe('the bot as a service', () => {
	let folder: string;
	let discord: SimulatedDiscord;
	let ada: SimulatedMember;
	let ben: SimulatedMember;
	let stack: AsyncDisposableStack;

	beforeEach(async () => {
		stack = new AsyncDisposableStack();
		folder = await mkdtemp(join(tmpdir(), 'ses-service-'));
		stack.defer(() => rm(folder, { recursive: true }));
		discord = stack.use(
			await SimulatedDiscord.start({
				guilds: [{ name: 'Test', channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }] }],
				bots: [{ token: TOKEN }, { token: LISTENER_TOKEN, name: 'listener' }],
			}),
		);
		ada = discord.createMember({ name: 'Ada-the-admin', permissions: 0x20n, listens: false });
		ben = discord.createMember({ name: 'Ben-the-quiet', listens: false });
	});
	afterEach(() => stack.disposeAsync());

	async function start(env: Record<string, string> = {}): Promise<Running> {
		const bot = new Running(
			['start', '--json'],
			{
				DISCORD_TOKEN: TOKEN,
				DISCORD_API_BASE: discord.apiBase,
				SES_BOT__ATTESTED: 'true',
				SES_WEB__PORT: '0',
				NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
				SES_LOG__LEVEL: 'trace',
				...env,
			},
			folder,
		);
		stack.defer(async () => void (await bot.end()));
		await discord.waitFor('commands-registered', undefined, { timeoutMs: 60_000, since: 0 });
		await Promise.all([ada.join('lounge'), ben.join('lounge')]);
		await ada.command('emotion join');
		await ada.command('consent give');
		return bot;
	}

	it('drains what it accepted before it ends, and keeps its promises on disk and in the log', async () => {
		const bot = await start({ DISCORD_TOKENS: LISTENER_TOKEN });
		const packets = await readOggOpus(CLIP);
		await Promise.all([ada.speak(packets), ben.speak(packets)]);
		await bot.until(() => bot.of('utterance').length === 1);
		expect((await ada.command('mood me')).attachments).toHaveLength(1);
		// The second utterance is still being spoken when the end comes.
		const speaking = ada.speak(packets);
		await bot.until(() => bot.of('emotion').length === 1);
		await new Promise((resolve) => setTimeout(resolve, 2500));
		expect(await bot.end()).toBe(0);
		await speaking;

		expect(bot.of('utterance')).toHaveLength(2);
		expect(bot.of('emotion').map(({ utteranceId }) => utteranceId)).toEqual(
			bot.of('utterance').map(({ utteranceId }) => utteranceId),
		);
		expect(bot.of('summary')).toMatchObject([{ utterances: 2, members: 1 }]);
		expect(bot.events.at(-1)).toMatchObject({ type: 'end', reason: 'SIGTERM' });

		const people = [ada, ben].flatMap(({ id, name }) => [id, name]);
		expect(bot.stderr).toMatch(/"accounts":2,.*bot is ready/);
		for (const secret of [...people, TOKEN, LISTENER_TOKEN, 'anger', discord.guild('Test').id])
			expect(bot.stderr).not.toContain(secret);
		const files = await readdir(join(folder, 'data'));
		expect(files.filter((file) => !/^ses\.(key|sqlite(-shm|-wal)?)$/.test(file))).toEqual([]);
		expect(await readdir(folder)).toEqual(['data']);
		for (const file of files) {
			const bytes = await readFile(join(folder, 'data', file), 'latin1');
			for (const secret of [...people, 'anger']) expect(bytes).not.toContain(secret);
			// Two entries and the schema; the audio of one utterance alone would be larger.
			expect(bytes.length).toBeLessThan(200_000);
		}
	});

	it('remembers who agreed when it starts again', async () => {
		const first = await start();
		expect(await first.end()).toBe(0);
		const again = new Running(
			['start', '--json'],
			{
				DISCORD_TOKEN: TOKEN,
				DISCORD_API_BASE: discord.apiBase,
				SES_BOT__ATTESTED: 'true',
				SES_WEB__PORT: '0',
				NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
			},
			folder,
		);
		stack.defer(async () => void (await again.end()));
		const registered = discord.events.position;
		await discord.waitFor('commands-registered', undefined, { timeoutMs: 15_000, since: registered });
		await ada.command('emotion join');
		await ada.speak(await readOggOpus(CLIP));
		await again.until(() => again.of('emotion').length === 1);
		expect(again.of('emotion')).toMatchObject([{ speakerId: ada.id }]);
	});

	it('works with Redis and a worker in another process', async () => {
		const redis = stack.use(await startRedis());
		const worker = new Running(['worker'], { REDIS_URL: redis.url }, folder);
		stack.defer(async () => void (await worker.end()));
		const bot = await start({ REDIS_URL: redis.url, SES_INFERENCE__REDIS_WORKER: 'false' });
		await ada.speak(await readOggOpus(CLIP));
		await bot.until(() => bot.of('emotion').length === 1);
		expect(bot.of('emotion')).toMatchObject([{ speakerId: ada.id, model: expect.stringMatching(/@/) as string }]);
		expect(await bot.end()).toBe(0);
		expect(await worker.end()).toBe(0);
		for (const secret of [ada.id, ada.name]) expect(worker.stderr).not.toContain(secret);
	});

	it('tells Prometheus and OpenTelemetry of bot and worker, and of nobody', async () => {
		const redis = stack.use(await startRedis());
		const [botPort, workerPort] = [await freePort(), await freePort()];
		const traces: string[] = [];
		const collector = createServer(async (request, response) => {
			traces.push(await text(request));
			response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
		}).listen(0, '127.0.0.1');
		stack.defer(() => void collector.close());
		await once(collector, 'listening');
		const env = {
			REDIS_URL: redis.url,
			SES_TRACING__ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`,
			SES_HEALTH__EVERY_MS: '1000',
		};
		const worker = new Running(['worker'], { ...env, SES_METRICS__PORT: String(workerPort) }, folder);
		stack.defer(async () => void (await worker.end()));
		const more = { SES_METRICS__PORT: String(botPort), SES_INFERENCE__REDIS_WORKER: 'false' };
		const bot = await start({ ...env, ...more });
		await ada.speak(await readOggOpus(CLIP));
		await bot.until(() => bot.of('emotion').length === 1, 40_000);
		const told = bot.of('health').length;
		await bot.until(() => bot.of('health').length > told + 1, 40_000);
		const pages = await Promise.all(
			[botPort, workerPort].map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
		);
		expect(pages[0]).toMatch(/^ses_sessions 1$/m);
		expect(pages[0]).toMatch(/^ses_queue_utterances_total\{state="classified"\} 1$/m);
		expect(pages[0]).toMatch(/^ses_reception_packets_total\{kind="heard"\} [1-9]\d+$/m);
		expect(pages[0]).toMatch(/^ses_redis_up 1$/m);
		expect(pages[1]).toMatch(/^ses_model_batch_clips_count\{model="[\w.@-]+"\} [1-9]$/m);
		expect(pages[1]).toMatch(/^ses_redis_up 1$/m);

		// What is still held back is sent at the end.
		expect(await bot.end()).toBe(0);
		expect(await worker.end()).toBe(0);
		const spans = traces.flatMap((body) =>
			JSON.parse(body).resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: unknown[] }[] }) =>
				scopeSpans.flatMap((scope) => scope.spans),
			),
		) as { name: string; traceId: string }[];
		const inference = spans.find(({ name }) => name === 'inference');
		const names = spans.filter(({ traceId }) => traceId === inference?.traceId).map(({ name }) => name);
		expect(new Set(names)).toEqual(new Set(['utterance', 'queue', 'inference', 'middleware', 'effect']));
		for (const secret of [ada.id, ada.name, ben.id, discord.guild('Test').id, bot.of('utterance')[0]?.sessionId])
			for (const page of [...pages, ...traces]) expect(page).not.toContain(secret);
	}, 120_000);
});
