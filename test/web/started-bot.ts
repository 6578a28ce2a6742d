import { join } from 'node:path';
import { BotProcess } from '../../src/app/demo/bot-process.ts';
import { SimulatedDiscord, type SimulatedMember } from '../../src/sim/index.ts';
import { TokenFile } from '../../src/web/index.ts';
import { cookieOf } from './support.ts';

const BOT_TOKEN = 'a-token-for-tests';
const PATIENCE_MS = 60_000;

/** `ses start` with its console, in a process of its own, on a simulated Discord with one voice channel, `lounge`. */
export interface StartedBot extends AsyncDisposable {
	readonly bot: BotProcess;
	/** May manage the server. */
	readonly ada: SimulatedMember;
	/** Where console and feed are. */
	readonly url: string;
	/** For programs, of the scope that was asked for. */
	readonly token: string;
	/** The page's state as an operator gets it, as it was sent. */
	state(): Promise<string>;
}

/** @param folder for the file of tokens */
export async function startBot(
	folder: string,
	scope: 'audio' | 'feed:read',
	environment: Readonly<Record<string, string>>,
): Promise<StartedBot> {
	await using stack = new AsyncDisposableStack();
	const discord = stack.use(
		await SimulatedDiscord.start({
			guilds: [{ name: 'Test', channels: [{ name: 'general' }, { name: 'lounge', kind: 'voice' }] }],
			bots: [{ token: BOT_TOKEN }],
		}),
	);
	const ada = discord.createMember({ name: 'Ada', permissions: 0x20n, listens: false });
	const tokenFile = join(folder, 'tokens.json');
	const token = await new TokenFile(tokenFile).create({ name: 'program', scopes: [scope], guilds: 'all' });
	let signIn = '';
	const bot = stack.use(
		new BotProcess(
			{
				DISCORD_TOKEN: BOT_TOKEN,
				DISCORD_API_BASE: discord.apiBase,
				NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
				SES_BOT__ATTESTED: 'true',
				SES_WEB__PORT: '0',
				SES_WEB__TOKEN_FILE: tokenFile,
				...environment,
			},
			() => {},
			(link) => {
				signIn = link;
			},
		),
	);
	const ready = discord.waitFor('commands-registered', undefined, { timeoutMs: PATIENCE_MS, since: 0 });
	await Promise.race([ready, bot.died()]);
	const url = new URL(signIn).origin;
	const running = stack.move();
	return {
		bot,
		ada,
		url,
		token,
		async state() {
			const cookie = cookieOf(await fetch(signIn, { redirect: 'manual' }));
			return (await fetch(`${url}/api/v1/state`, { headers: { cookie } })).text();
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
