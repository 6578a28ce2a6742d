import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AudioBench, audioToken, openAngryBench, Sender, START } from './audio-support.ts';
import { type FakeDiscord, startFakeDiscord } from './fake-discord.ts';
import { ADA, BEN, HOME, OTHER, openBench, signIn, type Visit, visitWith, withdrawn } from './support.ts';

const PATH = '/api/v1/audio';
const PAGE = 'https://game.example';
const SECOND = new Uint8Array(32_000);

let bench: AudioBench;
let discord: FakeDiscord;
let operator: Visit;
let moderator: Visit;
let token: string;

beforeAll(async () => {
	discord = await startFakeDiscord({ id: BEN, name: 'Ben', guilds: [{ id: HOME, permissions: String(1n << 13n) }] });
	bench = await openAngryBench({ origins: [PAGE] }, { oauth: discord.options });
	operator = await signIn(bench);
	moderator = await visitWith(bench.url, await discord.signIn(bench.url));
	token = await audioToken(bench);
});
afterAll(async () => {
	await bench?.[Symbol.asyncDispose]();
	await discord?.[Symbol.asyncDispose]();
});

/** What becomes of a handshake: 101, or the status of the refusal. */
const shake = (headers: Record<string, string>, path = PATH, url = bench.url): Promise<number> =>
	new Promise((resolve, reject) => {
		const sent = request(`${url}${path}`, {
			headers: {
				connection: 'upgrade',
				upgrade: 'websocket',
				'sec-websocket-version': '13',
				'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
				...headers,
			},
		});
		const done = (status: number): void => {
			sent.destroy();
			resolve(status);
		};
		sent.on('response', ({ statusCode }) => done(statusCode ?? 0));
		sent.on('upgrade', (_, socket) => {
			socket.destroy();
			done(101);
		});
		sent.on('error', reject);
		sent.end();
	});
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

describe('the door', () => {
	it('is shut to whoever shows nothing, or nothing good', async () => {
		expect(await shake({})).toBe(401);
		expect(await shake({ cookie: `ses_session=${'A'.repeat(43)}` })).toBe(401);
		expect(await shake(bearer('nonsense'))).toBe(401);
		expect(await shake(bearer(`${token.slice(0, 13)}${'A'.repeat(43)}`))).toBe(401);
		const old = { name: 'old', scopes: ['audio' as const], guilds: 'all' as const, expiresAt: Date.now() - 1 };
		expect(await shake(bearer(await bench.tokens.create(old)))).toBe(401);
	});

	it('is shut to tokens in the address', async () => {
		expect(await shake({}, `${PATH}?token=${token}`)).toBe(401);
		expect(await shake(bearer(token), `${PATH}?token=${token}`)).toBe(400);
	});

	it('is shut to tokens of another scope, as the feed is to this one', async () => {
		const reader = await bench.tokens.create({ name: 'r', scopes: ['feed:read', 'feed:speakers'], guilds: 'all' });
		expect(await shake(bearer(reader))).toBe(403);
		expect(await shake(bearer(reader), `${PATH}/twilio`)).toBe(403);
		expect(await shake(bearer(token), '/api/v1/ws')).toBe(403);
		expect((await fetch(`${bench.url}/api/v1/events`, { headers: bearer(token) })).status).toBe(403);
	});

	it('is shut to moderators, and open to operators on our own pages alone', async () => {
		const { cookie } = operator;
		expect(await shake({ cookie: moderator.cookie, origin: bench.url })).toBe(403);
		expect(await shake({ cookie })).toBe(403);
		expect(await shake({ cookie, origin: 'https://evil.example' })).toBe(403);
		// Named for tokens; their cookie is not to be had there.
		expect(await shake({ cookie, origin: PAGE })).toBe(403);
		expect(await shake({ cookie, origin: 'null' })).toBe(403);
		expect(await shake({ cookie, origin: bench.url })).toBe(101);
	});

	it('lets pages of other origins in by token when they are named', async () => {
		expect(await shake({ ...bearer(token), origin: 'https://evil.example' })).toBe(403);
		expect(await shake({ ...bearer(token), origin: PAGE })).toBe(101);
		expect(await shake({ ...bearer(token), origin: PAGE }, `${PATH}/twilio`)).toBe(403);
	});

	it('is not there for other hosts, for plain requests, and where no audio is taken', async () => {
		expect(await shake({ ...bearer(token), host: 'evil.example' })).toBe(421);
		expect((await fetch(`${bench.url}${PATH}`, { headers: bearer(token) })).status).toBe(400);
		await using off = await openAngryBench({ enabled: false });
		expect(await shake(bearer(await audioToken(off)), PATH, off.url)).toBe(404);
		await using none = await openBench();
		expect(await shake(bearer(await audioToken(none)), PATH, none.url)).toBe(404);
		expect(await shake({}, `${PATH}/twilio`, none.url)).toBe(404);
	});

	it('takes a token as a sub-protocol, and does not repeat it', async () => {
		const sender = new Sender(`${bench.url}${PATH}`, ['ses-audio.v1', `bearer.${token}`], { origin: PAGE });
		sender.webSocket.once('open', () => sender.say(START));
		await sender.answered('ready');
		expect(sender.webSocket.protocol).toBe('ses-audio.v1');
		sender.webSocket.close();
		await sender.ended;
	});
});

describe('an operator’s page', () => {
	it('sends as programs do, until its visitor signs out', async () => {
		const visit = await signIn(bench, true);
		const sender = new Sender(`${bench.url}${PATH}`, ['ses-audio.v1'], { cookie: visit.cookie, origin: bench.url });
		sender.webSocket.once('open', () => sender.say(START));
		await sender.answered('ready');
		await visit.post('/api/v1/logout', {});
		expect(await sender.ended).toEqual({ code: 4001, reason: 'signed-out' });
		expect(sender.problem).toBe('signed-out');
	});
});

describe('what is sent', () => {
	const after = async (send: (sender: Sender) => unknown, value = token): Promise<string> => {
		const sender = await Sender.open(bench, value);
		send(sender);
		const { code, reason } = await sender.ended;
		expect(sender.problem ?? reason).toBe(reason);
		return `${code} ${reason}`;
	};

	it.each<[string, object | string]>([
		['no JSON', '{'],
		['a list', '[]'],
		['an unknown type', { type: 'hello' }],
		['a stop before the start', { type: 'stop' }],
		['another version', { ...START, version: 2 }],
		['an unknown codec', { ...START, codec: 'mp3' }],
		['too low a rate', { ...START, sampleRate: 7999 }],
		['a rate of fractions', { ...START, sampleRate: 16_000.5 }],
		['too many channels', { ...START, channels: 3 }],
		['no name', { ...START, speaker: '' }],
		['a long name', { ...START, speaker: 'x'.repeat(65) }],
		['a server that is none', { ...START, guildId: 'home' }],
		['a channel that is none', { ...START, channelId: '../x' }],
		['a field too many', { ...START, token: 'x' }],
	])('is refused: %s', async (_, message) => {
		expect(await after((sender) => sender.say(message))).toBe('4400 malformed');
	});

	it('has to say that the speaker agreed', async () => {
		expect(await after((sender) => sender.say({ ...START, agreed: false }))).toBe('4422 not-agreed');
		expect(await after((sender) => sender.say({ ...START, agreed: 'true' }))).toBe('4422 not-agreed');
		const { agreed: _, ...rest } = START;
		expect(await after((sender) => sender.say(rest))).toBe('4422 not-agreed');
		expect(bench.events.filter(({ type }) => type === 'utterance')).toEqual([]);
	});

	it('is refused before the start, and a second start, too', async () => {
		expect(await after((sender) => sender.send(SECOND))).toBe('4400 malformed');
		expect(await after((sender) => sender.say(START).say(START))).toBe('4409 already-started');
	});

	it('has to be audio of the codec', async () => {
		expect(await after((sender) => sender.say(START).send(new Uint8Array(641)))).toBe('4415 not-audio');
		const stereo = { ...START, channels: 2 };
		expect(await after((sender) => sender.say(stereo).send(new Uint8Array(642)))).toBe('4415 not-audio');
		const empty = (sender: Sender) => sender.say(START).webSocket.send(new Uint8Array(0));
		expect(await after(empty)).toBe('4415 not-audio');
		const opus = { ...START, codec: 'opus' };
		expect(await after((sender) => sender.say(opus).send(Uint8Array.of(0xfb, 0)))).toBe('4415 not-audio');
	});

	it('has to fit', async () => {
		expect(await after((sender) => sender.say(START).webSocket.send(new Uint8Array(65_538)))).toBe('4413 too-large');
		expect(await after((sender) => sender.say('x'.repeat(65_537)))).toBe('4413 too-large');
		expect(await after((sender) => sender.webSocket.send(new Uint8Array(140_000)))).toBe('1009 ');
	});

	it('counts for the servers of the token alone', async () => {
		const foreign = await audioToken(bench, [OTHER]);
		expect(await after((sender) => sender.say({ ...START, guildId: HOME }), foreign)).toBe('4403 forbidden');
		const two = await audioToken(bench, [OTHER, HOME]);
		expect(await after((sender) => sender.say(START), two)).toBe('4403 forbidden');
		const sender = await Sender.open(bench, foreign);
		sender.say(START);
		await sender.answered('ready');
		const { sessionId } = sender.of('ready')[0] ?? {};
		const begun = bench.events.find((event) => event.type === 'session' && event.sessionId === sessionId);
		expect(begun).toMatchObject({ status: 'started', guildId: OTHER, channelId: 'audio' });
		sender.webSocket.close();
		await sender.ended;
	});

	it('is not heard where the server is paused, or of whoever withdrew', async () => {
		await bench.store.settings.set(HOME, { paused: true });
		expect(await after((sender) => sender.say({ ...START, guildId: HOME }))).toBe('4423 paused');
		await bench.store.settings.set(HOME, {});
		const sender = await Sender.open(bench, token);
		sender.say({ ...START, guildId: HOME, speaker: ADA });
		await sender.answered('ready');
		bench.see(withdrawn(ADA, OTHER));
		bench.see(withdrawn(ADA));
		expect(await sender.ended).toEqual({ code: 4424, reason: 'withdrawn' });
	});

	it('is in no log, and names nobody there', () => {
		const log = bench.logged.join('\n');
		expect(log).toContain('an audio connection was ended');
		for (const secret of [token.slice(13), 'Ada', ADA, HOME, OTHER]) expect(log).not.toContain(secret);
	});
});
