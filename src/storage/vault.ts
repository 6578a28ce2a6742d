import {
	createCipheriv,
	createDecipheriv,
	createHmac,
	createSecretKey,
	hkdfSync,
	type KeyObject,
	randomBytes,
	timingSafeEqual,
} from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D: 96-bit nonces; drawn at random, so one key is good for 2³² messages. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** 128 bits of an HMAC (RFC 2104 §5 allows half of it) keep indexes small and collisions out of reach. */
const PSEUDONYM_BYTES = 16;
const CHECK_TEXT = Buffer.from('speech-emotion-sense');

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
	const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(context);
	return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws UnsealError */
export function unseal(key: KeyObject, sealed: Uint8Array, context: Uint8Array): Buffer {
	if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new UnsealError('a sealed value is damaged: it is too short');
	const nonce = sealed.subarray(0, NONCE_BYTES);
	const end = sealed.length - TAG_BYTES;
	const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
		.setAAD(context)
		.setAuthTag(sealed.subarray(end));
	try {
		return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
	} catch (error) {
		throw new UnsealError('a sealed value is damaged or was altered', { cause: error });
	}
}

/**
 * All that the one key of the configuration is used for, each through a sub-key of its own
 * (HKDF-SHA-256, RFC 5869).
 */
export class Vault {
	/** Tells keys apart without telling anything about them, 16 hex digits. */
	readonly keyId: string;
	readonly #sealing: KeyObject;
	readonly #pseudonyms: KeyObject;

	/** @param key 32 bytes */
	constructor(key: Uint8Array) {
		const subKey = (purpose: string, bytes = 32) => Buffer.from(hkdfSync('sha256', key, '', `ses/1/${purpose}`, bytes));
		this.keyId = subKey('key-id', 8).toString('hex');
		this.#sealing = createSecretKey(subKey('sealing'));
		this.#pseudonyms = createSecretKey(subKey('pseudonyms'));
	}

	/** Stands for ids in the database: the same for the same ids and key, and no way back. */
	pseudonym(purpose: string, ...ids: readonly string[]): Buffer {
		const digest = createHmac('sha256', this.#pseudonyms)
			.update(JSON.stringify([purpose, ...ids]))
			.digest();
		return digest.subarray(0, PSEUDONYM_BYTES);
	}

	seal(plaintext: Uint8Array, context: Uint8Array): Buffer {
		return seal(this.#sealing, plaintext, context);
	}

	/** @throws UnsealError */
	unseal(sealed: Uint8Array, context: Uint8Array): Buffer {
		return unseal(this.#sealing, sealed, context);
	}

	/** Kept in the database, so that a wrong key is noticed when it opens and not when it is read. */
	checkValue(): Buffer {
		return this.seal(CHECK_TEXT, Buffer.from(this.keyId));
	}

	passesCheck(checkValue: Uint8Array): boolean {
		try {
			const text = this.unseal(checkValue, Buffer.from(this.keyId));
			return text.length === CHECK_TEXT.length && timingSafeEqual(text, CHECK_TEXT);
		} catch {
			return false;
		}
	}
}
