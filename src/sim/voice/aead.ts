import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

export const TRANSPORT_MODES = ['aead_aes256_gcm_rtpsize', 'aead_xchacha20_poly1305_rtpsize'] as const;

/** Transport encryption modes of Discord's voice servers since November 2024. */
export type TransportMode = (typeof TRANSPORT_MODES)[number];

const KEY_BYTES = 32;
const TAG_BYTES = 16;
const COUNTER_BYTES = 4;

/**
 * One side of the `rtpsize` encryption between a client and the voice server.
 *
 * The header is authenticated, everything behind it encrypted. A packet ends with the tag and a
 * 32-bit counter, which padded with zeros is the nonce.
 */
export interface TransportCipher {
	/** @returns header | ciphertext | tag | counter */
	seal(header: Buffer, payload: Buffer): Buffer;
	/** @returns the payload, or undefined when the packet was not sealed with this key */
	open(packet: Buffer, headerBytes: number): Buffer | undefined;
}

export function createTransportCipher(mode: TransportMode, key: Buffer): TransportCipher {
	if (key.length !== KEY_BYTES) throw new RangeError(`A transport key has ${KEY_BYTES} bytes, got ${key.length}`);
	const { nonceBytes, encrypt, decrypt } = mode === 'aead_aes256_gcm_rtpsize' ? aes(key) : xchacha(key);
	let counter = 0;
	return {
		seal(header, payload) {
			counter = (counter + 1) >>> 0;
			const nonce = Buffer.alloc(nonceBytes);
			nonce.writeUInt32BE(counter);
			return Buffer.concat([header, ...encrypt(nonce, header, payload), nonce.subarray(0, COUNTER_BYTES)]);
		},
		open(packet, headerBytes) {
			if (packet.length < headerBytes + TAG_BYTES + COUNTER_BYTES) return undefined;
			const nonce = Buffer.alloc(nonceBytes);
			packet.copy(nonce, 0, packet.length - COUNTER_BYTES);
			const sealed = packet.subarray(headerBytes, packet.length - COUNTER_BYTES);
			try {
				return decrypt(nonce, packet.subarray(0, headerBytes), sealed);
			} catch {
				return undefined;
			}
		},
	};
}

/** What one of the modes does with a nonce of its length. */
interface Aead {
	readonly nonceBytes: number;
	encrypt(nonce: Buffer, header: Buffer, payload: Buffer): Uint8Array[];
	/** @throws when the tag is wrong */
	decrypt(nonce: Buffer, header: Buffer, sealed: Buffer): Buffer;
}

function aes(key: Buffer): Aead {
	// As bytes it would be looked at for each packet, which takes longer than the packet.
	const secret = createSecretKey(key);
	return {
		nonceBytes: 12,
		encrypt: (nonce, header, payload) => {
			const cipher = createCipheriv('aes-256-gcm', secret, nonce);
			cipher.setAAD(header);
			return [cipher.update(payload), cipher.final(), cipher.getAuthTag()];
		},
		decrypt: (nonce, header, sealed) => {
			const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
			decipher.setAAD(header);
			decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
			return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
		},
	};
}

function xchacha(key: Buffer): Aead {
	return {
		nonceBytes: 24,
		encrypt: (nonce, header, payload) => [xchacha20poly1305(key, nonce, header).encrypt(payload)],
		decrypt: (nonce, header, sealed) => Buffer.from(xchacha20poly1305(key, nonce, header).decrypt(sealed)),
	};
}
