import { createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { seal, unseal } from './crypto.ts';
import { STORE_KEYS_BYTES, type StoreKeys, storeKeys } from './vault.ts';

const CHECK_TEXT = Buffer.from('speech-emotion-sense');

/**
 * The one key of the configuration. It opens the store's own keys and nothing else, so that it can be
 * changed without touching what they have sealed. Each use has a sub-key (HKDF-SHA-256, RFC 5869).
 */
export class MasterKey {
	/** Tells keys apart without telling anything about them, 16 hex digits. */
	readonly id: string;
	readonly #subKey: (purpose: string, bytes?: number) => Buffer;
	readonly #checking: KeyObject;
	readonly #wrapping: KeyObject;

	/** @param key 32 bytes */
	constructor(key: Uint8Array) {
		this.#subKey = (purpose, bytes = 32) => Buffer.from(hkdfSync('sha256', key, '', `ses/1/${purpose}`, bytes));
		this.id = this.#subKey('key-id', 8).toString('hex');
		this.#checking = createSecretKey(this.#subKey('sealing'));
		this.#wrapping = createSecretKey(this.#subKey('wrapping'));
	}

	/** The store's keys as releases before key rotation derived them. */
	derivedStoreKeys(): StoreKeys {
		return storeKeys(Buffer.concat([this.#subKey('sealing'), this.#subKey('pseudonyms')]));
	}

	wrap(keys: StoreKeys): Buffer {
		return seal(this.#wrapping, keys.bytes, Buffer.from(this.id));
	}

	/** @throws UnsealError */
	unwrap(wrapped: Uint8Array): StoreKeys {
		return storeKeys(unseal(this.#wrapping, wrapped, Buffer.from(this.id)).subarray(0, STORE_KEYS_BYTES));
	}

	/** Kept in the database, so that a wrong key is noticed when it opens and not when it is read. */
	checkValue(): Buffer {
		return seal(this.#checking, CHECK_TEXT, Buffer.from(this.id));
	}

	passesCheck(checkValue: Uint8Array): boolean {
		try {
			const text = unseal(this.#checking, checkValue, Buffer.from(this.id));
			return text.length === CHECK_TEXT.length && timingSafeEqual(text, CHECK_TEXT);
		} catch {
			return false;
		}
	}
}
