import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bot, type BotInput, startBot } from '../../src/bot/index.ts';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { NO_CHARTS } from '../support/charts.ts';
import { SILENT_LOG, TOKEN } from '../support/discord.ts';
import { until } from '../support/until.ts';

/** One shard may have 2,500, and Discord recommends one for each 1,000. */
const GUILDS = 2600;
const SHARDS = 3;

/** A Discord with more servers than one shard may have. */
let discord: SimulatedDiscord;
let stack: AsyncDisposableStack;
beforeEach(async () => {
	stack = new AsyncDisposableStack();
	discord = stack.use(
		await SimulatedDiscord.start({
			guilds: Array.from({ length: GUILDS }, (_, index) => ({
				id: String((BigInt(1_400_000_000_000 + index) << 22n) + 7n),
				name: `guild-${index}`,
				channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' as const }],
			})),
			bots: [{ token: TOKEN, name: 'ses' }],
		}),
	);
	discord.trust();
});
afterEach(() => stack.disposeAsync());

async function start(options: BotInput): Promise<Bot> {
	const store = stack.use(await openStore({ file: ':memory:', key: '00'.repeat(32) }));
	return stack.use(
		await startBot(
			TOKEN,
			{ apiBase: discord.apiBase, attested: true, loginDeadlineMs: 15_000, ...options },
			{
				...store,
				charts: NO_CHARTS,
				listener: { started: () => {}, utterance: () => {}, ended: () => {} },
				publish: () => {},
				log: SILENT_LOG,
				retentionDays: 30,
				tuning: {},
			},
		),
	);
}

/** Servers that a bot serves. */
const served = ({ client }: Bot): string[] => client.guilds.cache.map(({ name }) => name);

/** Brings the bot into the voice channel of a server, as a member does. */
async function join(guild: string): Promise<void> {
	const ada = discord.createMember({ name: `Ada-${guild}`, guild, permissions: 0x20n, listens: false });
	await ada.join('lounge');
	await ada.command('emotion join');
}

describe('more servers than one shard may have', () => {
	it('are served by as many shards as Discord recommends, in one process', async () => {
		const bot = await start({});
		expect(bot.client.ws.shards.size).toBe(SHARDS);
		expect(served(bot)).toHaveLength(GUILDS);
		// One on each shard.
		const guilds = ['guild-0', 'guild-1', 'guild-2'];
		const shardIds = guilds.map((name) => bot.client.guilds.cache.find((guild) => guild.name === name)?.shardId);
		expect(new Set(shardIds).size).toBe(SHARDS);
		for (const guild of guilds) await join(guild);
		await until(() => bot.sessions.all.every(({ state }) => state.status === 'listening'));
		expect(bot.sessions.all.map(({ channel }) => channel.guild.name)).toEqual(guilds);
	});

	it('can be divided among processes', async () => {
		const one = await start({ shards: SHARDS, shardIds: [0, 2] });
		const other = await start({ shards: SHARDS, shardIds: [1] });
		expect([...served(one), ...served(other)].toSorted()).toEqual(
			Array.from({ length: GUILDS }, (_, index) => `guild-${index}`).toSorted(),
		);
		expect(served(other).length).toBeGreaterThan(GUILDS / (2 * SHARDS));
		const [guild] = served(other) as [string];
		await join(guild);
		expect(other.sessions.all).toHaveLength(1);
		expect(one.sessions.all).toEqual([]);
	});

	it('are refused to a bot that does not shard, which says so', async () => {
		await expect(start({ shards: 1 })).rejects.toMatchObject({
			code: 'SES_DISCORD_UNREACHABLE',
			message: expect.stringContaining('4011') as string,
		});
	});
});
