import { z } from 'zod';
import { seededPrng } from './network/index.ts';

/** 2015-01-01T00:00:00Z, where Discord's snowflakes begin. */
export const DISCORD_EPOCH = 1_420_070_400_000;

/** Ids count from here whatever the clock says, so that a test sees the same ones every time. */
const FIRST_ID_AT = Date.UTC(2026, 0, 1);

export const snowflake = z.string().regex(/^\d{17,20}$/, 'not a snowflake');

/** What `JSON.parse` tells a reviver of the text that a value was read from (ECMA-262, JSON.parse source text access). */
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const withWholeIds: Reviver = (_, value, context) =>
	typeof value === 'number' && !Number.isSafeInteger(value) && /^\d{17,20}$/.test(context?.source ?? '')
		? context?.source
		: value;

/**
 * Parses what a client sent. Discord takes ids as numbers, too, as discord.py writes some; they are longer than
 * JavaScript's numbers and become the strings that everyone else sends.
 *
 * @throws SyntaxError
 */
export const parseClientJson = (text: string): unknown =>
	JSON.parse(text, withWholeIds as Parameters<typeof JSON.parse>[1]);

/** Discord's sharding formula: `(guild_id >> 22) % num_shards`. */
export const shardOf = (guildId: string, shards: number): number => Number((BigInt(guildId) >> 22n) % BigInt(shards));

/** Ids are up to so many milliseconds apart: in even steps, all servers could fall to one shard. */
const MAX_STEP_MS = 16;

/** Hands out ids that look like Discord's, the same ones in every run. */
export class SnowflakeSequence {
	#next = BigInt(FIRST_ID_AT - DISCORD_EPOCH) << 22n;
	readonly #draw = seededPrng(1);

	next(): string {
		this.#next += BigInt(1 + Math.floor(this.#draw() * MAX_STEP_MS)) << 22n;
		return this.#next.toString();
	}
}
