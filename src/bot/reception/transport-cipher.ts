import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

const TAG_BYTES = 16;
const COUNTER_BYTES = 4;
/** Zeros behind the counter; used again for each packet, as nobody waits in between. */
const aesNonce = Buffer.alloc(12);
const xchachaNonce = Buffer.alloc(24);

/** Node looks long at a key that is bytes, for each packet: three quarters of what opening one costs. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

function keyObjectOf(key: Uint8Array): KeyObject {
	const known = keyObjects.get(key);
	if (known) return known;
	const made = createSecretKey(key);
	keyObjects.set(key, made);
	return made;
}

/**
 * Opens the encryption between the voice server and us. A packet ends with the tag and a 32-bit counter,
 * which padded with zeros is the nonce; the header in clear is authenticated.
 *
 * @param mode as the session description names it
 * @param key 32 bytes
 * @returns undefined when the packet was not sealed with this key, or the mode is not known
 */
export function openTransport(message: Buffer, clearBytes: number, mode: string, key: Uint8Array): Buffer | undefined {
	const counterAt = message.length - COUNTER_BYTES;
	const tagAt = counterAt - TAG_BYTES;
	if (tagAt < clearBytes) return undefined;
	const header = message.subarray(0, clearBytes);
	try {
		switch (mode) {
			case 'aead_aes256_gcm_rtpsize': {
				message.copy(aesNonce, 0, counterAt);
				const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), aesNonce, { authTagLength: TAG_BYTES });
				decipher.setAAD(header);
				decipher.setAuthTag(message.subarray(tagAt, counterAt));
				// What leaves `update` is not authentic before `final` has passed.
				const plain = decipher.update(message.subarray(clearBytes, tagAt));
				decipher.final();
				return plain;
			}
			case 'aead_xchacha20_poly1305_rtpsize': {
				message.copy(xchachaNonce, 0, counterAt);
				const plain = xchacha20poly1305(key, xchachaNonce, header).decrypt(message.subarray(clearBytes, counterAt));
				return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
			}
			default:
				return undefined;
		}
	} catch {
		return undefined;
	}
}
