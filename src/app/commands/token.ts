import { Command, InvalidArgumentError, Option } from 'commander';
import { SesError } from '../../domain/index.ts';
import {
	FEED_TYPES,
	type FeedType,
	MEMBER_TYPES,
	SCOPES,
	type Scope,
	TokenFile,
	type TokenRecord,
} from '../../web/index.ts';
import { loadConfig } from '../config.ts';

interface ConfigFlag {
	readonly config?: string;
}

interface CreateFlags extends ConfigFlag {
	readonly name: string;
	readonly scope: Scope[];
	readonly guild?: string[];
	readonly allGuilds?: boolean;
	readonly type?: FeedType[];
	readonly member?: string;
	readonly days?: number;
	readonly json?: boolean;
}

const DAY_MS = 24 * 3_600_000;
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const oneOf =
	<T extends string>(allowed: readonly T[]) =>
	(text: string, before: T[] = []): T[] => {
		if (!(allowed as readonly string[]).includes(text)) {
			throw new InvalidArgumentError(`It must be one of ${allowed.join(', ')}.`);
		}
		return [...before, text as T];
	};

function guildId(text: string, before: string[] = []): string[] {
	if (!/^\d{17,20}$/.test(text)) throw new InvalidArgumentError('It must be the id of a server.');
	return [...before, text];
}

function memberId(text: string): string {
	if (!/^\d{17,20}$/.test(text)) throw new InvalidArgumentError('It must be the id of a member.');
	return text;
}

function days(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of days.');
	return value;
}

const withConfig = (command: Command): Command =>
	command.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG']);

const openFile = async ({ config }: ConfigFlag): Promise<TokenFile> => {
	const { web } = await loadConfig(config);
	const file = new TokenFile(web.tokenFile);
	await file.refresh();
	return file;
};

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const row = ({ id, name, scopes, guilds, types, member, expiresAt }: TokenRecord): string =>
	[
		id,
		name,
		scopes.join(','),
		guilds === 'all' ? 'all servers' : guilds.join(','),
		types?.join(',') ?? 'all types',
		...(member === undefined ? [] : ['one member']),
		expiresAt === undefined ? 'does not expire' : `${expiresAt > Date.now() ? 'until' : 'expired'} ${dayOf(expiresAt)}`,
	].join('  ');

/** `ses token`: tokens of programs that read the event feed or send audio, and links to sign in with. */
export function tokenCommand(): Command {
	const command = new Command('token').description(
		'make, list and revoke tokens of the event feed (docs/feed.md) and of audio in (docs/audio-in.md)',
	);
	withConfig(command.command('create'))
		.description('make a token; it is shown once')
		.requiredOption('--name <name>', 'what it is for')
		.addOption(
			new Option('--scope <scope>', `${SCOPES.join(', ')}; may be given several times`)
				.argParser(oneOf(SCOPES))
				.makeOptionMandatory(),
		)
		.option('--guild <id>', 'server that it reaches; may be given several times', guildId)
		.option('--all-guilds', 'it reaches all servers')
		.option(
			'--type <type>',
			`type of events that it reaches (${FEED_TYPES.join(', ')}); all when not given`,
			oneOf(FEED_TYPES),
		)
		.option('--member <id>', 'it tells of this member alone, and when the bot comes and goes', memberId)
		.option('--days <days>', 'how long it is good; for ever when not given', days)
		.option('--json', 'print a JSON object')
		.action(async (flags: CreateFlags) => {
			const { name, scope, guild, allGuilds = false, type, member } = flags;
			if ((guild === undefined) === !allGuilds) {
				throw new SesError('SES_USAGE', { reason: 'Name servers with --guild, or say --all-guilds.' });
			}
			const foreign = type?.find((each) => member !== undefined && !MEMBER_TYPES.has(each));
			if (foreign !== undefined) {
				throw new SesError('SES_USAGE', {
					reason: `A token for one member does not reach ${foreign}: that is of others, too.`,
				});
			}
			// Whoever may have ids may have the rest.
			const implied: readonly Scope[] = scope.includes('feed:speakers') ? ['feed:read'] : [];
			const scopes = [...new Set([...implied, ...scope])];
			const expiresAt = flags.days === undefined ? undefined : Date.now() + flags.days * DAY_MS;
			const file = await openFile(flags);
			const token = await file.create({ name, scopes, guilds: guild ?? 'all', types: type, member, expiresAt });
			print(flags.json ? JSON.stringify({ token, name, scopes, expiresAt }) : token);
		});
	withConfig(command.command('list'))
		.description('list tokens, without what they are')
		.option('--json', 'print a JSON line for each')
		.action(async (flags: ConfigFlag & { readonly json?: boolean }) => {
			const { tokens } = await openFile(flags);
			for (const { hash: _, ...token } of tokens)
				print(flags.json ? JSON.stringify(token) : row({ hash: '', ...token }));
		});
	withConfig(command.command('revoke'))
		.description('end a token and the connections that use it')
		.argument('<id>', 'as `ses token list` shows it')
		.action(async (id: string, flags: ConfigFlag) => {
			const file = await openFile(flags);
			if (!(await file.revoke(id))) throw new SesError('SES_USAGE', { reason: `There is no token ${id}.` });
			print(`${id} is revoked.`);
		});
	withConfig(command.command('sign-in'))
		.description('make a link that signs an operator in to the console, once and within ten minutes')
		.action(async (flags: ConfigFlag) => {
			const { web } = await loadConfig(flags.config);
			const base = web.publicUrl?.replace(/\/$/, '') ?? `http://127.0.0.1:${web.port}`;
			print(`${base}/sign-in?token=${await new TokenFile(web.tokenFile).createLink()}`);
		});
	return command;
}
