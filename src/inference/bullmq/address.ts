import { z } from 'zod';

/**
 * Where Redis is and how to get in, as REDIS_URL says it. The scheme tells the kind of set-up:
 *
 * - `redis://user:password@host:6379/0`
 * - `redis-sentinel://user:password@host1:26379,host2:26379/0?name=mymaster`
 * - `redis-cluster://user:password@host1:6379,host2:6379`
 *
 * `rediss` in place of `redis` speaks TLS to every server, those of Sentinel included. Parameters:
 * `ca`, `cert` and `key` name PEM files, `servername` the name to find in the certificate;
 * `sentinelUsername` and `sentinelPassword` are those of Sentinel itself.
 */
export interface RedisAddress {
	readonly kind: 'single' | 'sentinel' | 'cluster';
	/** One for a single server, else those to ask first. */
	readonly nodes: readonly { readonly host: string; readonly port: number }[];
	readonly username?: string;
	readonly password?: string;
	readonly database: number;
	/** Present when TLS is spoken; files are named, not read. */
	readonly tls?: Readonly<Partial<Record<'ca' | 'cert' | 'key' | 'servername', string>>>;
	readonly sentinel?: { readonly name: string; readonly username?: string; readonly password?: string };
}

const SHAPE = /^redis(s?)(?:-(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/(\d{0,5}))?(?:\?([^#]*))?$/;
const SCHEMES = ['redis', 'redis-sentinel', 'redis-cluster', 'rediss', 'rediss-sentinel', 'rediss-cluster'];
const DEFAULT_PORT = { single: 6379, sentinel: 26_379, cluster: 6379 } as const;

const text = z.string().min(1).optional();
const tlsParameters = { ca: text, cert: text, key: text, servername: text };
const sentinelParameters = { name: text, sentinelUsername: text, sentinelPassword: text };

/** What is wrong with an address, in words that quote nothing of it: it may hold a password. */
class AddressError extends Error {}

const fail = (problem: string): never => {
	throw new AddressError(problem);
};

function decoded(part: string, name: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return fail(`the ${name} holds a % that must be written as %25`);
	}
}

function nodeOf(part: string, defaultPort: number): { host: string; port: number } {
	const {
		v6,
		name,
		port = String(defaultPort),
	} = /^(?:\[(?<v6>[\da-fA-F:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/.exec(part)?.groups ?? {};
	const host = v6 ?? name ?? fail('a host is not one: expected host or host:port, with commas between several');
	if (Number(port) < 1 || Number(port) > 65_535) fail(`${port} is no port`);
	return { host, port: Number(port) };
}

function parametersOf(query: string, isTls: boolean, kind: RedisAddress['kind']) {
	const schema = z.strictObject({ ...(isTls && tlsParameters), ...(kind === 'sentinel' && sentinelParameters) });
	const parsed = schema.safeParse(Object.fromEntries(new URLSearchParams(query)));
	if (parsed.success)
		return parsed.data as Partial<Record<keyof (typeof tlsParameters & typeof sentinelParameters), string>>;
	const known = Object.keys(schema.shape);
	return fail(`its parameters may be ${known.length > 0 ? known.join(', ') : 'none'}, each with a value`);
}

function parse(url: string): RedisAddress {
	const match = SHAPE.exec(url);
	if (!match) {
		if (!SCHEMES.some((scheme) => url.startsWith(`${scheme}://`)))
			fail(`it must begin with ${SCHEMES.map((scheme) => `${scheme}://`).join(', ')}`);
		fail('it is not scheme://user:password@host:port/database, with special characters of the password as %XX');
	}
	const [, s, kind = 'single', login, hosts = '', database, query = ''] = match as unknown as [
		string,
		string,
		RedisAddress['kind'] | undefined,
		...(string | undefined)[],
	];
	const nodes = hosts.split(',').map((part) => nodeOf(part, DEFAULT_PORT[kind]));
	if (kind === 'single' && nodes.length > 1) {
		fail('several hosts belong to redis-sentinel:// or redis-cluster://');
	}
	if (kind === 'cluster' && Number(database ?? 0) !== 0) fail('a cluster has no database but 0');
	const { name, sentinelUsername, sentinelPassword, ...tls } = parametersOf(query, s === 's', kind);
	const [user = '', ...rest] = login?.split(':') ?? [];
	const password = rest.join(':');
	return {
		kind,
		nodes,
		...(user && { username: decoded(user, 'user name') }),
		...(password && { password: decoded(password, 'password') }),
		database: Number(database ?? 0),
		...(s && { tls }),
		...(kind === 'sentinel' && {
			sentinel: {
				name: name ?? 'mymaster',
				...(sentinelUsername && { username: sentinelUsername }),
				...(sentinelPassword && { password: sentinelPassword }),
			},
		}),
	};
}

/** REDIS_URL, read. Messages quote nothing of it: it may hold a password. */
export const redisAddress = z.string().transform((url, context): RedisAddress => {
	try {
		return parse(url);
	} catch (error) {
		if (!(error instanceof AddressError)) throw error;
		context.addIssue({ code: 'custom', message: error.message });
		return z.NEVER;
	}
});

/** @returns what is wrong with it, or `undefined` */
export const addressProblem = (url: string): string | undefined =>
	redisAddress.safeParse(url).error?.issues[0]?.message;

/** Whether a prefix keeps all keys that begin with it in one slot of a cluster, as BullMQ's scripts need. */
export const hasHashTag = (prefix: string): boolean => /^[^{]*\{[^}]+\}/.test(prefix);

/** Scheme, hosts and database without user names, passwords and parameters, for messages. */
export function withoutCredentials(url: string): string {
	const match = SHAPE.exec(url);
	if (!match || addressProblem(url)) return 'the given URL';
	const [, , , , hosts, database] = match;
	return `${url.slice(0, url.indexOf('://'))}://${hosts}${database === undefined ? '' : `/${database}`}`;
}
