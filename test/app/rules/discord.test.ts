import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PermissionFlagsBits } from 'discord.js';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openReplies, type Replies } from '../../../src/app/rules/open.ts';
import type { GuildSettings, HeatState, SesEvent } from '../../../src/domain/index.ts';
import { replyOptions } from '../../../src/middleware/index.ts';
import { readOggOpus, SILENCE_FRAME, type SimulatedMember } from '../../../src/sim/index.ts';
import { SILENT_LOG, startBench, type TestBench } from '../../support/discord.ts';
import { until } from '../../support/until.ts';

const CLIP = fileURLToPath(new URL('../../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const SOUND = '100000000000000001';
const PATIENCE_MS = 20_000;

// A whole bot and its voice connection for each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let stack: AsyncDisposableStack;
let bench: TestBench;
let folder: string;
let file: string;
let ada: SimulatedMember;
let replies: Replies;
let events: SesEvent[];
let warnings: object[];

beforeEach(async () => {
	stack = new AsyncDisposableStack();
	folder = await mkdtemp(join(tmpdir(), 'ses-rules-discord-'));
	stack.defer(() => rm(folder, { recursive: true }));
	file = join(folder, 'rules.yaml');
	events = [];
	warnings = [];
	const log = { ...SILENT_LOG, warn: (values: object) => void warnings.push(values) };
	bench = stack.use(
		await startBench({ log }, {}, [{ name: 'moderators' }], { options: { notice: { joinCue: 'off' } } }),
	);
});
afterEach(() => stack.disposeAsync());

/** The bot in the voice channel, under rules that do `actions` when it becomes hot. */
async function start(actions: string, options: object = {}): Promise<void> {
	await writeRules(actions);
	ada = bench.discord.createMember({ name: 'Ada', permissions: 0x20n, listens: true });
	await ada.command('emotion join', { channel: bench.discord.channel('lounge').id }, { timeoutMs: PATIENCE_MS });
	replies = stack.use(
		await openReplies({
			options: replyOptions.parse({ rulesFile: file, cooldownMs: 0, perHour: 10_000, ...options }),
			effects: () => bench.bot.effects,
			settingsOf: (guildId) => bench.store.settings.get(guildId),
			localeOf: async () => 'en',
			publish: (event) => void events.push(event),
			log: bench.services.log,
		}),
	);
}

const writeRules = (actions: string): Promise<void> =>
	writeFile(
		file,
		`version: 1\nrules:\n  - name: flare\n    when: { heat: { to: hot } }\n    cooldown: 0s\n    then:\n${actions
			.split('\n')
			.map((line) => `      - ${line}\n`)
			.join('')}`,
	);

let at = Date.now();
/** Somebody is heard, and the channel is in this state from then on. */
async function become(state: HeatState, locale = 'en'): Promise<void> {
	at += 1000;
	const { id: channelId, guildId } = bench.discord.channel('lounge');
	await replies.replies.heard(
		{ sessionId: 's', guildId, channelId, locale },
		{ at, speakerId: 'ada', label: 'anger', durationMs: 900, heat: { state, score: state === 'hot' ? 0.7 : 0.1 } },
		new AbortController().signal,
	);
}
const flare = async (locale?: string): Promise<void> => {
	await become('hot', locale);
	await become('calm', locale);
};

const botId = (): string => bench.bot.client.user.id;
const said = (channel: string): string[] => bench.discord.messages(channel).map(({ content }) => content);
const choose = (settings: GuildSettings): Promise<void> =>
	bench.store.settings.set(bench.discord.guild('Test').id, { ...settings });

describe('a rule that fires on Discord', () => {
	it('says something, puts up an embed and adds a reaction to it, in the language of the server', async () => {
		await start(`message: { en: "Easy in {channel}", de: "Ruhig in {channel}" }
embed: { title: { en: Break, de: Pause }, text: { en: Breathe, de: Atmet }, colour: "#112233" }
reaction: "🌿"`);
		await flare('de');
		const { id } = bench.discord.channel('lounge');
		const [message, embed] = bench.discord.messages('lounge').slice(-2);
		expect(message?.content).toBe(`Ruhig in <#${id}>`);
		expect(embed?.embeds).toMatchObject([{ title: 'Pause', description: 'Atmet', color: 0x112233 }]);
		const added = await bench.discord.waitFor('reaction-added', undefined, { since: 0 });
		expect(added).toMatchObject({ emoji: '🌿', userId: botId(), message: { id: embed?.id } });
		expect(events).toMatchObject([
			{ type: 'reply', cause: 'flare', action: 'message', channelId: id, text: `Ruhig in <#${id}>`, ephemeral: false },
			{ type: 'reply', cause: 'flare', action: 'embed', text: 'Pause\nAtmet' },
			{ type: 'reply', cause: 'flare', action: 'reaction', text: '' },
		]);
		expect(warnings).toEqual([]);
	});

	it('reacts to the last message of the bot’s own that stands there, whoever else wrote since', async () => {
		await start('reaction: "🌿"');
		const notice = bench.discord.messages('lounge').findLast(({ authorId }) => authorId === botId());
		await flare();
		const added = await bench.discord.waitFor('reaction-added', undefined, { since: 0 });
		expect(added.message.id).toBe(notice?.id);
	});

	it('suggests slow mode to the moderators, in their channel only', async () => {
		await start('slowMode: { seconds: 15 }');
		await choose({ alerts: { mode: 'live', thresholdShift: 0, channelId: bench.discord.channel('moderators').id } });
		const before = said('lounge').length;
		await flare();
		expect(said('moderators')).toEqual([expect.stringContaining('15 s')]);
		expect(said('moderators')[0]).toContain(`<#${bench.discord.channel('lounge').id}>`);
		expect(said('lounge')).toHaveLength(before);
	});

	it('plays a sound of the soundboard', async () => {
		await start(`soundboard: { sound: "${SOUND}" }`);
		await flare();
		const played = await bench.discord.waitFor('soundboard-played', undefined, { since: 0 });
		expect(played).toMatchObject({ soundId: SOUND, userId: botId(), channelId: bench.discord.channel('lounge').id });
	});

	it('speaks a line on the voice connection, which members can decrypt', async () => {
		await copyFile(CLIP, join(folder, 'line.opus'));
		await start('play: line.opus');
		// Who comes in has the keys of the call when that is done.
		await ada.join('lounge', { timeoutMs: PATIENCE_MS });
		const heard: string[] = [];
		const silence = SILENCE_FRAME.toString('hex');
		ada.connection?.receiver.subscribe(botId()).on('data', (packet: Buffer) => void heard.push(packet.toString('hex')));
		await become('hot');
		expect(warnings).toEqual([]);
		const line = (await readOggOpus(CLIP)).map((packet) => packet.toString('hex'));
		const spoken = (): string[] => heard.filter((packet) => packet !== silence);
		// A machine that is busy elsewhere may drop a datagram even on loopback.
		await until(() => spoken().length >= 0.8 * line.length, PATIENCE_MS);
		expect(spoken().filter((packet) => !line.includes(packet))).toEqual([]);
	});

	it('calls a webhook with a signature, and names nobody', async () => {
		const calls: unknown[] = [];
		const server = createServer(async (request, response) => {
			calls.push(new Webhook(SECRET).verify(await text(request), request.headers as Record<string, string>));
			response.end();
		}).listen(0, '127.0.0.1');
		stack.defer(() => void server.close());
		await once(server, 'listening');
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
		await start(`webhook: { url: "${url}", secret: ${SECRET} }`, { privateWebhooks: true });
		await become('hot');
		expect(calls).toMatchObject([{ type: 'rule.fired', data: { rule: 'flare', members: 1, heat: 0.7 } }]);
		expect(JSON.stringify(calls)).not.toContain('ada');
	});
});

describe('a rule that may not do what it says', () => {
	it('goes on with the rest, throws nothing and is logged once, until it may again', async () => {
		await start('embed: { text: { en: Breathe } }\nreaction: "🌿"\nmessage: { en: Easy }');
		const { AddReactions, EmbedLinks } = PermissionFlagsBits;
		const denied = bench.discord.permit('lounge', botId(), { deny: AddReactions | EmbedLinks });
		expect(denied).toBeUndefined();
		const { id } = bench.discord.channel('lounge');
		const channel = bench.bot.client.channels.cache.get(id);
		const may = (): boolean =>
			!!(channel && 'permissionsFor' in channel && channel.permissionsFor(botId())?.has(EmbedLinks));
		await until(() => !may(), PATIENCE_MS);
		for (let round = 0; round < 3; round++) await flare();
		expect(said('lounge').filter((content) => content === 'Easy')).toHaveLength(3);
		expect(warnings).toMatchObject([
			{ what: 'embed', outcome: 'forbidden' },
			{ what: 'reaction', outcome: 'forbidden' },
		]);
		bench.discord.permit('lounge', botId(), {});
		await until(may, PATIENCE_MS);
		await flare();
		expect(bench.discord.messages('lounge').at(-2)?.embeds).toMatchObject([{ description: 'Breathe' }]);
		expect(warnings).toHaveLength(2);
	});

	it('is no failure of the others when Discord refuses', async () => {
		await start('message: { en: Easy }\nreaction: "🌿"');
		using _ = bench.discord.faults.rest.refuse({ status: 403, route: '/channels/:channelId/messages', method: 'POST' });
		await flare();
		expect(warnings).toMatchObject([{ what: 'message', outcome: 'refused' }]);
		expect(events).toMatchObject([{ type: 'reply', action: 'reaction' }]);
	});
});

describe('a server', () => {
	it.each<GuildSettings>([{ replies: false }, { paused: true }])('that chose %o hears nothing', async (settings) => {
		await start('message: { en: Easy }');
		await choose({ ...settings });
		await flare();
		expect(said('lounge')).not.toContain('Easy');
		await choose({});
		await flare();
		expect(said('lounge')).toContain('Easy');
	});

	it('is under other rules as soon as their file has changed, and stays under them when it breaks', async () => {
		await start('message: { en: Easy }');
		await flare();
		await writeRules('message: { en: Gently }');
		await until(async () => {
			await flare();
			return said('lounge').includes('Gently');
		}, PATIENCE_MS);
		await writeRules('message: { fr: Doucement }');
		await until(() => warnings.length > 0, PATIENCE_MS);
		expect(warnings).toMatchObject([{ code: 'SES_RULES_INVALID' }]);
		const before = said('lounge').filter((content) => content === 'Gently').length;
		await flare();
		expect(said('lounge').filter((content) => content === 'Gently')).toHaveLength(before + 1);
	});
});
