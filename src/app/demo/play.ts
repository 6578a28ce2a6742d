import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PermissionFlagsBits } from 'discord.js';
import { reasonOf, SesError, type SesEvent } from '../../domain/index.ts';
import { type InteractionReply, readOggOpus, SimulatedDiscord, type SimulatedMember } from '../../sim/index.ts';
import { BotProcess } from './bot-process.ts';
import { moderate } from './moderation.ts';
import { CAST, type CastName, LINES } from './scene.ts';
import type { Show } from './show.ts';

const SAMPLES = new URL('../../../samples/ravdess/', import.meta.url);
const CONSENT_BUTTON = 'ses:consent:give';
const CHANNEL = 'lounge';
/** Where moderators are called; nobody else needs to see it for the demo. */
const MODERATORS = 'moderators';
const READY_MS = 90_000;
/** Longer than the scene takes. */
const ALERT_MS = 100_000;

export interface PlayOptions {
	/** Folder for the chart. */
	readonly outputFolder: string;
	readonly signal: AbortSignal;
	/** Told who is who before the scene begins. */
	onCast(names: ReadonlyMap<string, string>): Show;
}

/**
 * Plays the scene: a simulated Discord on loopback, the real bot in a process of its own, and five
 * members with real voice connections. Needs no token, no Redis and no network.
 */
export async function play({ outputFolder, signal, onCast }: PlayOptions): Promise<void> {
	await makeFolder(outputFolder);
	const token = `demo-${randomBytes(12).toString('hex')}`;
	await using discord = await SimulatedDiscord.start({
		guilds: [{ name: 'Demo', channels: [{ name: 'general' }, { name: MODERATORS }, { name: CHANNEL, kind: 'voice' }] }],
		bots: [{ token, name: 'SpeechEmotionSense' }],
	});
	const members = new Map<CastName, SimulatedMember>(
		CAST.map(({ name, bot }) => {
			const permissions = name === 'Ada' ? PermissionFlagsBits.ManageGuild : 0n;
			return [name, discord.createMember({ name, bot, permissions, listens: false })];
		}),
	);
	const member = (name: CastName): SimulatedMember => members.get(name) as SimulatedMember;
	const moderator = discord.createMember({
		name: 'Mona',
		permissions: PermissionFlagsBits.ManageMessages,
		listens: false,
	});
	const names = new Map([...members.values(), moderator].map(({ id, name }) => [id, name]));
	using show = onCast(names);

	show.remark('A simulated Discord is up on loopback; the bot starts as `ses start` and logs in …');
	await using bot = new BotProcess(
		{
			DISCORD_TOKEN: token,
			DISCORD_API_BASE: discord.apiBase,
			NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
			SES_BOT__ATTESTED: 'true',
			SES_MIDDLEWARE__ESCALATION__MODE: 'live',
			SES_MIDDLEWARE__ESCALATION__ALERT_CHANNEL_ID: discord.channel(MODERATORS).id,
			SES_STORAGE__FILE: ':memory:',
			SES_STORAGE_KEY: randomBytes(32).toString('hex'),
			SES_HEALTH__EVERY_MS: '2000',
			SES_WEB__PORT: '0',
			SES_WEB__EXAMPLES: 'true',
			SES_LOG__LEVEL: 'warn',
		},
		// The demo has a last word of its own.
		(event) => event.type !== 'end' && show.see(event),
		(signIn, { game, 'feedback-widget': widget }) => {
			show.remark(`Watch it in the console: ${signIn}`);
			if (game) show.remark(`Or play: a game that follows their mood: ${game}`);
			if (widget) show.remark(`Or be asked how it went, by a feedback widget: ${widget}`);
		},
	);
	const scene = async (): Promise<string> => {
		await discord.waitFor('commands-registered', undefined, { signal, timeoutMs: READY_MS, since: 0 });
		await Promise.all([...members.values()].map((each) => each.join(CHANNEL, { signal })));
		show.remark(`${[...members.keys()].join(', ')} are in #${CHANNEL}. Ada: /emotion join`);
		await member('Ada').command('emotion join', {}, { signal, timeoutMs: READY_MS });
		await agree(members, signal);
		const moderation = moderate({
			discord,
			moderator,
			channel: MODERATORS,
			signal,
			timeoutMs: ALERT_MS,
			nameOf: (id) => names.get(id) ?? `#${CHANNEL}`,
			remark: (text) => show.remark(text),
			whisper: (reply, button) => whisper(show, reply, button),
		});
		const [heatChart] = await Promise.all([moderation, speak(members, signal)]);
		if (heatChart) await writeFile(resolve(outputFolder, 'demo-alert.png'), heatChart);
		// What was said last is still being judged.
		await delay(1500, undefined, { signal });
		show.remark('Ada: /mood me');
		const mood = await member('Ada').command('mood me', {}, { signal, timeoutMs: READY_MS });
		whisper(show, mood, '/mood me');
		const chart = await saveChart(mood, outputFolder);
		show.remark('Cleo: /consent withdraw');
		whisper(show, await member('Cleo').command('consent withdraw', {}, { signal }), '/consent withdraw');
		show.remark('Ada: /emotion leave');
		await member('Ada').command('emotion leave', {}, { signal });
		return chart;
	};
	const chart = await Promise.race([scene(), bot.died()]);
	await bot.stop();
	show.see({ type: 'end', at: Date.now(), reason: 'the scene is over', chart });
}

async function agree(members: ReadonlyMap<CastName, SimulatedMember>, signal: AbortSignal): Promise<void> {
	for (const { name, consent } of CAST) {
		const who = members.get(name) as SimulatedMember;
		if (consent === 'command') await who.command('consent give', {}, { signal });
		if (consent === 'button') await who.click(CONSENT_BUTTON, undefined, { signal });
	}
}

async function speak(members: ReadonlyMap<CastName, SimulatedMember>, signal: AbortSignal): Promise<void> {
	const lines = await Promise.all(
		LINES.map(async (line) => ({ ...line, packets: await readOggOpus(fileURLToPath(new URL(line.file, SAMPLES))) })),
	);
	const begun = performance.now();
	await Promise.all(
		lines.map(async ({ atMs, who, packets }) => {
			await delay(Math.max(0, begun + atMs - performance.now()), undefined, { signal });
			await (members.get(who) as SimulatedMember).speak(packets, { signal });
		}),
	);
}

/** What only the one who asked gets to see; the bot does not put it on the feed. */
function whisper(show: Show, reply: InteractionReply, cause: string): void {
	const event: SesEvent = {
		type: 'reply',
		at: Date.now(),
		channelId: reply.channelId,
		text: reply.content,
		cause,
		ephemeral: reply.ephemeral,
	};
	show.see(event);
}

/** Before the scene rather than after it: nobody wants to learn at the end that there is no place for the chart. */
async function makeFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true });
	} catch (error) {
		throw new SesError('SES_USAGE', { reason: `${folder} cannot be used as a folder: ${reasonOf(error)}` }, error);
	}
}

async function saveChart(reply: InteractionReply, folder: string): Promise<string> {
	const [chart] = reply.attachments;
	if (!chart) throw new Error('The bot answered /mood me without a chart.');
	const file = resolve(folder, 'demo-mood.png');
	await writeFile(file, chart.bytes);
	return file;
}
