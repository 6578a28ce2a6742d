import type { Redis } from 'ioredis';
import { z } from 'zod';

/** Newest first; older ones fall off the end, and all of them go by themselves when none is added for a week. */
const MOST = 1_000;
const EXPIRY_MS = 7 * 24 * 3_600_000;

const deadLetterSchema = z.object({
	/** Of the job: a hash, see `jobIdOf`. */
	id: z.string(),
	/** When it was given up, in milliseconds since 1970. */
	at: z.int(),
	reason: z.string(),
});

/** A job that no worker shall meet again. Its audio is gone; what is left says why. */
export type DeadLetter = z.infer<typeof deadLetterSchema>;

export const deadLettersKey = (prefix: string): string => `${prefix}:dead`;

export async function writeDeadLetter(redis: Redis, prefix: string, letter: DeadLetter): Promise<void> {
	const key = deadLettersKey(prefix);
	await redis
		.multi()
		.lpush(key, JSON.stringify(letter))
		.ltrim(key, 0, MOST - 1)
		.pexpire(key, EXPIRY_MS)
		.exec();
}

/** The latest ones, newest first; what is none is passed over. */
export async function readDeadLetters(redis: Redis, prefix: string, most = 100): Promise<DeadLetter[]> {
	const texts = await redis.lrange(deadLettersKey(prefix), 0, most - 1);
	return texts.flatMap((text) => {
		try {
			return [deadLetterSchema.parse(JSON.parse(text))];
		} catch {
			return [];
		}
	});
}
