import { type Bot, type BotServices, startBot } from '../../src/bot/index.ts';
import type { Log, SesEvent, Utterance } from '../../src/domain/index.ts';
import { type ChannelOptions, SimulatedDiscord, type SimulatedMember } from '../../src/sim/index.ts';
import { openStore, type Store } from '../../src/storage/index.ts';

export const SILENT_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface TestBench extends AsyncDisposable {
	readonly discord: SimulatedDiscord;
	readonly bot: Bot;
	readonly store: Store;
	readonly events: SesEvent[];
	readonly utterances: { readonly utterance: Utterance; readonly signal: AbortSignal }[];
	readonly ended: string[];
	/** Joins a new member to #lounge. */
	join(name: string, options?: { readonly bot?: boolean; readonly admin?: boolean }): Promise<SimulatedMember>;
}

export const TOKEN = 'a-token-for-tests';

/** The real bot on a simulated Discord, with everything behind the ears left out. */
export async function startBench(
	services: Partial<BotServices> = {},
	account: { readonly denied?: bigint; readonly permissions?: bigint } = {},
	moreChannels: readonly ChannelOptions[] = [],
): Promise<TestBench> {
	await using stack = new AsyncDisposableStack();
	const discord = stack.use(
		await SimulatedDiscord.start({
			guilds: [{ name: 'Test', channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }, ...moreChannels] }],
			bots: [{ token: TOKEN, name: 'ses', ...account }],
		}),
	);
	const store = stack.use(await openStore({ file: ':memory:', key: '00'.repeat(32) }));
	const events: SesEvent[] = [];
	const utterances: TestBench['utterances'][number][] = [];
	const ended: string[] = [];
	discord.trust();
	const bot = stack.use(
		await startBot(
			TOKEN,
			{ apiBase: discord.apiBase, connectDeadlineMs: 10_000, loginDeadlineMs: 10_000 },
			{
				consents: store.consents,
				moods: store.moods,
				charts: { moodChart: async () => Buffer.from('chart'), altText: () => 'a chart in words' },
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
			},
		),
	);
	const running = stack.move();
	return {
		discord,
		bot,
		store,
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
