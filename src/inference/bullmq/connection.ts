import { Redis, type RedisOptions } from 'ioredis';
import { reasonOf, SesError } from '../../domain/index.ts';

/** BullMQ works from 5.0 but asks for 6.2, and only from there on are all of its paths tested. */
export const MINIMUM_REDIS = { major: 6, minor: 2 } as const;

export type ConnectionState =
	| { readonly status: 'connecting' }
	| { readonly status: 'ready' }
	/** It is tried again by itself. */
	| { readonly status: 'unreachable'; readonly reason: string };

const COMMON = {
	connectTimeout: 5_000,
	// From 50 ms up to 2 s: an outage must end within the life of an utterance (10 s), not after it.
	retryStrategy: (attempt: number) => Math.min(50 * 2 ** (attempt - 1), 2_000),
} satisfies RedisOptions;

/** For commands that are given up rather than kept when Redis is away: their audio must not pile up here. */
export const producerConnection = (url: string): Redis =>
	new Redis(url, { ...COMMON, maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 3_000 });

/**
 * For blocking reads and for BullMQ's worker: commands wait until Redis is back.
 *
 * @param closing once aborted, a lost connection is final: ioredis settles what waits for it only
 * when there are no more attempts, not when it is told to disconnect between two of them
 */
export const patientConnection = (url: string, closing: AbortSignal): Redis =>
	new Redis(url, {
		...COMMON,
		maxRetriesPerRequest: null,
		retryStrategy: (attempt) => (closing.aborted ? null : COMMON.retryStrategy(attempt)),
	});

/**
 * Reports each change of a connection's state; errors are surfaced here and nowhere else.
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
	redis.on('ready', () => change({ status: 'ready' }));
	redis.on('error', (error: Error) => {
		reason = reasonOf(error);
	});
	redis.on('close', () => change({ status: 'unreachable', reason }));
}

/** Host, port and database without user name and password, for messages. */
export function withoutCredentials(url: string): string {
	if (!URL.canParse(url)) return 'the given URL';
	const { protocol, host, pathname } = new URL(url);
	return `${protocol}//${host}${pathname}`;
}

export interface RedisServer {
	readonly version: string;
	/** `noeviction` is what a queue needs: any other may evict a job. */
	readonly maxmemoryPolicy: string | undefined;
}

/**
 * Connects once and asks the server what it is.
 *
 * @throws {SesError} SES_REDIS_UNREACHABLE, also when it refuses the password or is too old
 */
export async function probeRedis(url: string): Promise<RedisServer> {
	const unreachable = (reason: string, cause?: unknown): SesError =>
		new SesError('SES_REDIS_UNREACHABLE', { url: withoutCredentials(url), reason }, cause);
	const redis = new Redis(url, {
		...COMMON,
		lazyConnect: true,
		retryStrategy: null,
		maxRetriesPerRequest: 0,
		commandTimeout: 5_000,
	});
	// The reason (refused, wrong password) comes as an event; `connect` itself only says "closed".
	let reason: string | undefined;
	redis.on('error', (error) => {
		reason ??= reasonOf(error);
	});
	try {
		await redis.connect();
		const info = await redis.info();
		const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
		const version = field('redis_version') ?? 'unknown';
		const [major = 0, minor = 0] = version.split('.').map(Number);
		if (major < MINIMUM_REDIS.major || (major === MINIMUM_REDIS.major && minor < MINIMUM_REDIS.minor)) {
			throw unreachable(`its version is ${version}; ${MINIMUM_REDIS.major}.${MINIMUM_REDIS.minor} or newer is needed`);
		}
		return { version, maxmemoryPolicy: field('maxmemory_policy') };
	} catch (error) {
		if (error instanceof SesError) throw error;
		throw unreachable(reason ?? reasonOf(error), error);
	} finally {
		redis.disconnect();
	}
}
