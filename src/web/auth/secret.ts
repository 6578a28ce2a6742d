import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, as text that fits into addresses, headers and cookies. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret. Secrets are random and long, so a plain hash cannot be turned back. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Takes equally long wherever the two differ. */
export function isSame(a: string, b: string): boolean {
	const [left, right] = [Buffer.from(hashOf(a)), Buffer.from(hashOf(b))];
	return timingSafeEqual(left, right);
}
