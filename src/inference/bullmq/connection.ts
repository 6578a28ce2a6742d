import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { reasonOf, SesError } from '../../domain/index.ts';
import { type RedisAddress, redisAddress, withoutCredentials } from './address.ts';
import { Pulse } from './pulse.ts';

/** BullMQ works from 5.0 but asks for 6.2, and only from there on are all of its paths tested. */
export const MINIMUM_REDIS = { major: 6, minor: 2 } as const;

export type ConnectionState =
	| { readonly status: 'connecting' }
	| { readonly status: 'ready' }
	/** It is tried again by itself. */
	| { readonly status: 'unreachable'; readonly reason: string };

/** From 50 ms up to 2 s: an outage must end within the life of an utterance (10 s), not after it. */
const pauseBefore = (attempt: number): number => Math.min(50 * 2 ** (attempt - 1), 2_000);

type ConnectOptions = Pick<
	RedisOptions,
	'maxRetriesPerRequest' | 'enableOfflineQueue' | 'commandTimeout' | 'lazyConnect'
> & { readonly retry: (attempt: number) => number | null };

/**
 * A client for whichever set-up the URL names. Cluster's has the same commands, events and states as that
 * of a single server, though no common type; BullMQ tells the two apart by `isCluster`.
 *
 * @throws {SesError} SES_REDIS_UNREACHABLE when the URL, or a file that it names, cannot be read
 */
function connect(url: string, { retry, ...options }: ConnectOptions): Redis {
	const { kind, nodes, username, password, database, tls, sentinel } = readAddress(url);
	const login = { ...(username && { username }), ...(password && { password }) };
	const secure = tls && { tls: readTls(url, tls) };
	const common = { connectTimeout: 5_000, ...options, ...login, ...secure };
	if (kind === 'cluster') {
		const { enableOfflineQueue, lazyConnect, ...redisOptions } = common;
		return new Cluster([...nodes], {
			redisOptions,
			clusterRetryStrategy: retry,
			...(lazyConnect !== undefined && { lazyConnect }),
			...(enableOfflineQueue !== undefined && { enableOfflineQueue }),
			// Names are not looked up beforehand, so that certificates are checked against what the nodes call themselves.
			...(tls && {
				dnsLookup: (address: string, callback: (error: null, found: string) => void) => callback(null, address),
			}),
		}) as unknown as Redis;
	}
	const single = { ...common, db: database, retryStrategy: retry };
	if (!sentinel) return new Redis({ ...single, ...nodes[0] });
	return new Redis({
		...single,
		sentinels: [...nodes],
		name: sentinel.name,
		sentinelRetryStrategy: retry,
		...(sentinel.username && { sentinelUsername: sentinel.username }),
		...(sentinel.password && { sentinelPassword: sentinel.password }),
		...(secure && { enableTLSForSentinelMode: true, sentinelTLS: secure.tls }),
	});
}

function readAddress(url: string): RedisAddress {
	const parsed = redisAddress.safeParse(url);
	if (parsed.success) return parsed.data;
	throw unreachable(url, parsed.error.issues[0]?.message ?? 'it is no address');
}

function readTls(url: string, { servername, ...files }: NonNullable<RedisAddress['tls']>): ConnectionOptions {
	const contents = Object.entries(files).map(([name, file]) => {
		try {
			return [name, readFileSync(file)];
		} catch (error) {
			throw unreachable(url, `the file for \`${name}\` cannot be read: ${reasonOf(error)}`, error);
		}
	});
	return { ...(servername && { servername }), ...Object.fromEntries(contents) };
}

const unreachable = (url: string, reason: string, cause?: unknown): SesError =>
	new SesError('SES_REDIS_UNREACHABLE', { url: withoutCredentials(url), reason }, cause);

/** For commands that are given up rather than kept when Redis is away: their audio must not pile up here. */
export const producerConnection = (url: string): Redis =>
	connect(url, { retry: pauseBefore, maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 3_000 });

/**
 * For blocking reads and for BullMQ's worker: commands wait until Redis is back.
 *
 * @param closing once aborted, a lost connection is final: ioredis settles what waits for it only
 * when there are no more attempts, not when it is told to disconnect between two of them
 */
export const patientConnection = (url: string, closing: AbortSignal): Redis =>
	connect(url, {
		maxRetriesPerRequest: null,
		retry: (attempt) => (closing.aborted ? null : pauseBefore(attempt)),
	});

/**
 * Reports each change of a connection's state; errors are surfaced here and nowhere else. A server that keeps
 * the connection and does not answer is as unreachable as one that is gone.
 *
 * @param closing once aborted, nothing is reported: the connection is closed on purpose
 */
export function watch(redis: Redis, onStateChange: (state: ConnectionState) => void, closing: AbortSignal): void {
	let status: ConnectionState['status'] = 'connecting';
	let reason = 'the connection was closed';
	const change = (next: ConnectionState): void => {
		if (next.status === status || closing.aborted) return;
		status = next.status;
		onStateChange(next);
	};
	const pulse = new Pulse(redis, {
		onSilent: () => change({ status: 'unreachable', reason: 'it does not answer' }),
		onAnswer: () => change({ status: 'ready' }),
	});
	closing.addEventListener('abort', () => pulse[Symbol.dispose](), { once: true });
	redis.on('ready', () => {
		pulse.reset();
		change({ status: 'ready' });
	});
	redis.on('error', (error: Error) => {
		reason = reasonOf(error);
	});
	redis.on('close', () => change({ status: 'unreachable', reason }));
}

export interface RedisServer {
	readonly version: string;
	/** `noeviction` is what a queue needs: any other may evict a job. */
	readonly maxmemoryPolicy: string | undefined;
}

/** What Redis says when it does not let us in, by the first word of its error. */
const REFUSALS: Readonly<Record<string, string>> = {
	NOAUTH: 'it asks for a password',
	WRONGPASS: 'the user name or the password is wrong',
	NOPERM: 'the user may not do what the queue needs',
};

/** Which of our errors tells best what went wrong. */
function faultOf(url: string, error: unknown): SesError {
	const { lastNodeError } = error as { lastNodeError?: unknown };
	const told = reasonOf(lastNodeError ?? error);
	const refusal = Object.keys(REFUSALS).find((word) => told.includes(word));
	if (!refusal) return unreachable(url, told, error);
	const details = { url: withoutCredentials(url), reason: `${REFUSALS[refusal]} (${refusal})` };
	return new SesError('SES_REDIS_REFUSED', details, error);
}

/** @throws {SesError} SES_REDIS_UNSUITABLE */
function checkSuitable(url: string, field: (name: string) => string | undefined): void {
	const unsuitable = (reason: string): SesError =>
		new SesError('SES_REDIS_UNSUITABLE', { url: withoutCredentials(url), reason });
	const version = field('redis_version') ?? 'unknown';
	const [major = 0, minor = 0] = version.split('.').map(Number);
	if (major < MINIMUM_REDIS.major || (major === MINIMUM_REDIS.major && minor < MINIMUM_REDIS.minor)) {
		throw unsuitable(`its version is ${version}; ${MINIMUM_REDIS.major}.${MINIMUM_REDIS.minor} or newer is needed`);
	}
	const { kind } = readAddress(url);
	const mode = field('redis_mode');
	if (mode === 'cluster' && kind !== 'cluster') {
		throw unsuitable('it is a node of a cluster, which the address must say: redis-cluster:// or rediss-cluster://');
	}
	if (mode === 'sentinel') {
		throw unsuitable('it is Sentinel itself, which the address must say: redis-sentinel:// or rediss-sentinel://');
	}
}

/**
 * Connects once and asks the server what it is.
 *
 * @throws {SesError} SES_REDIS_UNREACHABLE, SES_REDIS_REFUSED (no password, a wrong one, too few rights)
 * or SES_REDIS_UNSUITABLE (too old, or another kind of server than the address says)
 */
export async function probeRedis(url: string): Promise<RedisServer> {
	const redis = connect(url, { lazyConnect: true, retry: () => null, maxRetriesPerRequest: 0, commandTimeout: 5_000 });
	// The reason (refused, wrong password) comes as an event; `connect` itself only says "closed".
	let reason: unknown;
	redis.on('error', (error) => {
		reason ??= error;
	});
	try {
		await redis.connect();
		const info = await redis.info();
		const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
		checkSuitable(url, field);
		return { version: field('redis_version') ?? 'unknown', maxmemoryPolicy: field('maxmemory_policy') };
	} catch (error) {
		throw error instanceof SesError ? error : faultOf(url, reason ?? error);
	} finally {
		redis.disconnect();
	}
}
