import { z } from 'zod';

/** 2015-01-01T00:00:00Z, where Discord's snowflakes begin. */
export const DISCORD_EPOCH = 1_420_070_400_000;

/** Ids count from here whatever the clock says, so that a test sees the same ones every time. */
const FIRST_ID_AT = Date.UTC(2026, 0, 1);

export const snowflake = z.string().regex(/^\d{17,20}$/, 'not a snowflake');

/** Hands out ids that look like Discord's (a millisecond apart), the same ones in every run. */
export class SnowflakeSequence {
	#next = BigInt(FIRST_ID_AT - DISCORD_EPOCH) << 22n;

	next(): string {
		this.#next += 1n << 22n;
		return this.#next.toString();
	}
}
