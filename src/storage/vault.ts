import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { seal, unseal } from './crypto.ts';

/** 128 bits of an HMAC (RFC 2104 §5 allows half of it) keep indexes small and collisions out of reach. */
const PSEUDONYM_BYTES = 16;
const KEY_BYTES = 32;
export const STORE_KEYS_BYTES = 2 * KEY_BYTES;

/** The keys that everything in one store is sealed and named with; they last as long as the store. */
export interface StoreKeys {
	/** Both, to be kept sealed. */
	readonly bytes: Buffer;
	readonly sealing: KeyObject;
	readonly pseudonyms: KeyObject;
}

/** @param bytes 64; drawn at random for a new store */
export const storeKeys = (bytes: Buffer = randomBytes(STORE_KEYS_BYTES)): StoreKeys => ({
	bytes,
	sealing: createSecretKey(bytes.subarray(0, KEY_BYTES)),
	pseudonyms: createSecretKey(bytes.subarray(KEY_BYTES)),
});

/** Seals what is kept, and finds names for those who must not stand in the database. */
export class Vault {
	readonly #keys: StoreKeys;

	constructor(keys: StoreKeys) {
		this.#keys = keys;
	}

	/** Stands for ids in the database: the same for the same ids and keys, and no way back. */
	pseudonym(purpose: string, ...ids: readonly string[]): Buffer {
		const digest = createHmac('sha256', this.#keys.pseudonyms)
			.update(JSON.stringify([purpose, ...ids]))
			.digest();
		return digest.subarray(0, PSEUDONYM_BYTES);
	}

	seal(plaintext: Uint8Array, context: Uint8Array): Buffer {
		return seal(this.#keys.sealing, plaintext, context);
	}

	/** @throws UnsealError */
	unseal(sealed: Uint8Array, context: Uint8Array): Buffer {
		return unseal(this.#keys.sealing, sealed, context);
	}
}
