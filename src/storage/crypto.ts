import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D: 96-bit nonces; drawn at random, so one key is good for 2³² messages. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };

/** What was sealed does not open: another key, another context, or altered bytes. */
export class UnsealError extends Error {
	override readonly name = 'UnsealError';
}

/**
 * Authenticated encryption: nonce (12) ‖ ciphertext ‖ tag (16).
 *
 * @param context authenticated, not stored: a sealed value opens only where it belongs
 */
export function seal(key: KeyObject, plaintext: Uint8Array, context: Uint8Array): Buffer {
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS).setAAD(context);
	return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws UnsealError */
export function unseal(key: KeyObject, sealed: Uint8Array, context: Uint8Array): Buffer {
	if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new UnsealError('a sealed value is damaged: it is too short');
	const nonce = sealed.subarray(0, NONCE_BYTES);
	const end = sealed.length - TAG_BYTES;
	const decipher = createDecipheriv(ALGORITHM, key, nonce, OPTIONS).setAAD(context).setAuthTag(sealed.subarray(end));
	try {
		const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, end));
		// Says whether the tag is right; in this mode nothing is left to come out.
		decipher.final();
		return plaintext;
	} catch (error) {
		throw new UnsealError('a sealed value is damaged or was altered', { cause: error });
	}
}

/** What a community's row is sealed for: it opens at its own place and time only. */
export const communityContext = (guild: Uint8Array, at: number): Buffer => Buffer.concat([guild, timeContext(at)]);

/** Rows cannot be moved along the time line unnoticed. */
export function timeContext(at: number): Buffer {
	const context = Buffer.alloc(8);
	context.writeDoubleBE(at);
	return context;
}
