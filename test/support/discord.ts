import { type Bot, type BotInput, type BotServices, startBot } from '../../src/bot/index.ts';
import type { Log, SesEvent, Utterance } from '../../src/domain/index.ts';
import {
	type ChannelOptions,
	type GuildOptions,
	SimulatedDiscord,
	type SimulatedDiscordOptions,
	type SimulatedMember,
} from '../../src/sim/index.ts';
import { openStore, type Store } from '../../src/storage/index.ts';
import { NO_CHARTS } from './charts.ts';

export const SILENT_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface TestBench extends AsyncDisposable {
	readonly discord: SimulatedDiscord;
	readonly bot: Bot;
	readonly store: Store;
	/** What the bot was started with. */
	readonly services: BotServices;
	readonly events: SesEvent[];
	readonly utterances: { readonly utterance: Utterance; readonly signal: AbortSignal }[];
	readonly ended: string[];
	/** Joins a new member to #lounge. */
	join(name: string, options?: { readonly bot?: boolean; readonly admin?: boolean }): Promise<SimulatedMember>;
}

export const TOKEN = 'a-token-for-tests';
/** Of the accounts that only listen. */
export const listenerToken = (index: number): string => `a-token-for-listener-${index + 2}`;

type AccountRights = { readonly denied?: bigint; readonly permissions?: bigint };

/** The real bot on a simulated Discord, with everything behind the ears left out. */
export async function startBench(
	services: Partial<BotServices> = {},
	account: AccountRights = {},
	moreChannels: readonly ChannelOptions[] = [],
	{
		options = {},
		listeners = [],
		roles = [],
		voice = {},
	}: {
		readonly options?: BotInput;
		readonly listeners?: readonly AccountRights[];
		readonly roles?: GuildOptions['roles'];
		readonly voice?: SimulatedDiscordOptions['voice'];
	} = {},
): Promise<TestBench> {
	await using stack = new AsyncDisposableStack();
	const discord = stack.use(
		await SimulatedDiscord.start({
			guilds: [
				{ name: 'Test', roles, channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }, ...moreChannels] },
			],
			voice,
			bots: [
				{ token: TOKEN, name: 'ses', ...account },
				...listeners.map((rights, index) => ({ token: listenerToken(index), name: `ses${index + 2}`, ...rights })),
			],
		}),
	);
	const store = stack.use(await openStore({ file: ':memory:', key: '00'.repeat(32) }));
	const events: SesEvent[] = [];
	const utterances: TestBench['utterances'][number][] = [];
	const ended: string[] = [];
	discord.trust();
	const everything: BotServices = {
		consents: store.consents,
		moods: store.moods,
		settings: store.settings,
		alerts: store.alerts,
		audit: store.audit,
		charts: NO_CHARTS,
		listener: {
			started: () => {},
			utterance: (utterance, _place, signal) => void utterances.push({ utterance, signal }),
			ended: (_session, _place, reason) => void ended.push(reason),
		},
		publish: (event) => void events.push(event),
		log: SILENT_LOG,
		retentionDays: 30,
		tuning: {},
		...services,
	};
	const bot = stack.use(
		await startBot(
			[TOKEN, ...listeners.map((_, index) => listenerToken(index))],
			{ apiBase: discord.apiBase, attested: true, connectDeadlineMs: 10_000, loginDeadlineMs: 10_000, ...options },
			everything,
		),
	);
	const running = stack.move();
	return {
		discord,
		bot,
		store,
		services: everything,
		events,
		utterances,
		ended,
		join: async (name, { bot: isBot = false, admin = false } = {}) => {
			const permissions = admin ? 0x20n : 0n;
			const member = discord.createMember({ name, bot: isBot, permissions, listens: false });
			await member.join('lounge');
			return member;
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
