import { Client, Events, GatewayIntentBits, type Interaction } from 'discord.js';
import {
	createEmotionSense,
	type EmotionSense,
	type EmotionSenseOptions,
	type MoodEntry,
	type MoodStore,
} from 'speech-emotion-sense';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedDiscord, type SimulatedMember } from '../../../src/sim/index.ts';
import { SILENT_LOG, TOKEN } from '../../support/discord.ts';
import { speechPackets } from '../../support/opus.ts';
import { until } from '../../support/until.ts';
import { AngryQueue, source, spoken } from './angry-queue.ts';

const { Guilds, GuildVoiceStates } = GatewayIntentBits;
const storage = { file: ':memory:', key: '00'.repeat(32) };
const WATCHED = [
	Events.InteractionCreate,
	Events.VoiceStateUpdate,
	Events.GuildCreate,
	Events.GuildDelete,
	Events.GuildAvailable,
	Events.Invalidated,
	Events.ShardDisconnect,
	Events.ClientReady,
];

/** Moods in a list. */
class ListedMoods implements MoodStore {
	entries: MoodEntry[] = [];
	readonly purged: number[] = [];

	async record(entry: MoodEntry) {
		this.entries.push(entry);
	}
	async list() {
		return this.entries;
	}
	async erase(guildId: string, userId: string) {
		const kept = this.entries.filter((entry) => entry.guildId !== guildId || entry.speakerId !== userId);
		const gone = this.entries.length - kept.length;
		this.entries = kept;
		return gone;
	}
	async purge(before: number) {
		this.purged.push(before);
		return 0;
	}
	async purgeGuild() {
		return 0;
	}
	async contest() {
		return false;
	}
	async group() {
		return [];
	}
}

describe('createEmotionSense', () => {
	let stack: AsyncDisposableStack;
	let discord: SimulatedDiscord;
	let queue: AngryQueue;
	beforeEach(async () => {
		stack = new AsyncDisposableStack();
		queue = new AngryQueue();
		discord = stack.use(
			await SimulatedDiscord.start({
				guilds: [{ name: 'Test', channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }] }],
				bots: [{ token: TOKEN }],
			}),
		);
		discord.trust();
	});
	afterEach(() => stack.disposeAsync());

	function client(intents = [Guilds, GuildVoiceStates]): Client {
		const created = new Client({ intents, rest: { api: discord.apiBase } });
		stack.defer(() => created.destroy());
		return created;
	}

	async function attach(options: Partial<EmotionSenseOptions> = {}) {
		const host = options.client ?? client();
		await host.login(TOKEN);
		const config = { bot: { attested: true } };
		const sense = stack.use(
			await createEmotionSense({ client: host, queue, storage, config, log: SILENT_LOG, ...options }),
		);
		return { host, sense };
	}

	async function join(sense: EmotionSense, host: Client): Promise<SimulatedMember> {
		const ada = discord.createMember({ name: 'Ada', permissions: 0x20n, listens: false });
		await ada.join('lounge');
		const channel = host.channels.cache.find((each) => each.isVoiceBased());
		if (!channel?.isVoiceBased()) throw new Error('there is no voice channel');
		await sense.join(channel);
		return ada;
	}

	it('leaves to the bot what is its own, and lets go of the client at the end', { timeout: 120_000 }, async () => {
		const own = client();
		const seen: [string, boolean][] = [];
		const before = WATCHED.map((event) => own.listenerCount(event));
		const { host, sense } = await attach({ client: own });
		const answer = async (interaction: Interaction): Promise<void> => {
			if (!interaction.isChatInputCommand()) return;
			// Twice on purpose: it is answered once.
			const [ours] = await Promise.all([sense.handle(interaction), sense.handle(interaction)]);
			seen.push([interaction.commandName, ours]);
			if (interaction.commandName === 'ping') await interaction.reply('Pong!');
		};
		host.on(Events.InteractionCreate, (interaction) => void answer(interaction));
		const ping = { name: 'ping', description: 'Answers.' };
		await host.application?.commands.set([ping, ...sense.commands]);
		const names = sense.commands.map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(['consent', 'mood', 'privacy', 'alerts', 'emotion']));
		// Ours alone would have been one more.
		expect(discord.events.history.filter(({ type }) => type === 'commands-registered')).toHaveLength(1);

		const emotions: string[] = [];
		sense.on('emotion', ({ label, speakerId }) => emotions.push(`${label} ${speakerId}`));
		const ada = await join(sense, host);
		expect((await ada.command('ping')).content).toBe('Pong!');
		expect((await ada.command('consent give')).content).toMatch(/receipt/);
		await ada.speak(speechPackets(1500));
		await until(() => emotions.length === 1, 30_000);
		expect(emotions).toEqual([`anger ${ada.id}`]);
		expect(seen).toEqual([
			['ping', false],
			['consent', true],
		]);

		expect(await sense.leave()).toBe(true);
		expect(await sense.leave()).toBe(false);
		await sense[Symbol.asyncDispose]();
		expect(host.isReady()).toBe(true);
		host.removeAllListeners(Events.InteractionCreate);
		const after = WATCHED.map((event) => own.listenerCount(event));
		expect(after).toEqual(before);
		expect(queue.closed).toBe(false);
	});

	it('keeps moods where it is told to, and deletes them there', { timeout: 120_000 }, async () => {
		const moodStore = new ListedMoods();
		const { host, sense } = await attach({ moodStore });
		host.on(Events.InteractionCreate, (interaction) => void sense.handle(interaction));
		await host.application?.commands.set([...sense.commands]);
		// When it is opened, and again when it is known which servers there are.
		expect(moodStore.purged).toHaveLength(2);
		const ada = await join(sense, host);
		await ada.click('ses:consent:give');
		await ada.speak(speechPackets(1500));
		await until(() => moodStore.entries.length === 1, 30_000);
		expect((await ada.command('consent withdraw')).content).toMatch(/1/);
		expect(moodStore.entries).toEqual([]);
	});

	it('hears sources of others, and lets a notifier speak for the rules', { timeout: 120_000 }, async () => {
		const said: [string, string][] = [];
		const notifier = { say: async (channelId: string, text: string) => said.push([channelId, text]) > 0 };
		const quarrel = Array.from({ length: 24 }, (_, turn) => spoken(turn % 2 ? 'a' : 'b', turn * 3000));
		const heats: string[] = [];
		const released = Promise.withResolvers<void>();
		async function* later() {
			await released.promise;
			yield* source(...quarrel);
		}
		const { sense } = await attach({
			notifier,
			sources: [{ source: later(), guildId: 'game', channelId: 'arena' }],
		});
		sense.on('heat', ({ state }) => heats.push(state));
		released.resolve();
		await until(() => said.length > 0, 60_000);
		expect(heats).toContain('hot');
		expect(said[0]?.[0]).toBe('arena');
		expect(said[0]?.[1]).toMatch(/\w/);
	});

	it('hears nobody in a source any more who withdraws in its server', { timeout: 120_000 }, async () => {
		const withdrawn = Promise.withResolvers<void>();
		const ada = discord.createMember({ name: 'Ada', listens: false });
		const quiet = (speakerId: string, atMs: number) => ({ speakerId, atMs, pcm: new Int16Array(16_000) });
		async function* both() {
			yield* source(spoken(ada.id, 0));
			yield quiet(ada.id, 1500);
			await withdrawn.promise;
			for (const speakerId of [ada.id, 'another']) {
				yield* source(spoken(speakerId, 10_000));
				yield quiet(speakerId, 11_500);
			}
		}
		const guildId = discord.guild('Test').id;
		const { host, sense } = await attach({ sources: [{ source: both(), guildId, channelId: 'elsewhere' }] });
		const speakers = (): string[] => queue.heard.map(({ speakerId }) => speakerId);
		await until(() => speakers().length === 1, 30_000);
		host.on(Events.InteractionCreate, (interaction) => void sense.handle(interaction));
		await host.application?.commands.set([...sense.commands]);
		await ada.command('consent give');
		await ada.command('consent withdraw');
		withdrawn.resolve();
		await until(() => speakers().includes('another'), 30_000);
		expect(speakers()).toEqual([ada.id, 'another']);
	});

	it('says what is wrong with a client', { timeout: 120_000 }, async () => {
		const without = client([Guilds]);
		const options = { queue, storage, log: SILENT_LOG };
		await expect(createEmotionSense({ client: without, ...options })).rejects.toMatchObject({
			code: 'SES_CLIENT_UNUSABLE',
			message: expect.stringContaining('GuildVoiceStates'),
		});
		const idle = client();
		const before = WATCHED.map((event) => idle.listenerCount(event));
		const config = { bot: { loginDeadlineMs: 200 } };
		await expect(createEmotionSense({ client: idle, ...options, config })).rejects.toMatchObject({
			code: 'SES_CLIENT_UNUSABLE',
			message: expect.stringContaining('not ready'),
		});
		expect(WATCHED.map((event) => idle.listenerCount(event))).toEqual(before);
	});
});
