import { createCipheriv, createDecipheriv } from 'node:crypto';
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
	const nonceBytes = mode === 'aead_aes256_gcm_rtpsize' ? 12 : 24;
	const encrypt = mode === 'aead_aes256_gcm_rtpsize' ? encryptAes : encryptXChaCha;
	const decrypt = mode === 'aead_aes256_gcm_rtpsize' ? decryptAes : decryptXChaCha;
	let counter = 0;
	return {
		seal(header, payload) {
			counter = (counter + 1) >>> 0;
			const nonce = Buffer.alloc(nonceBytes);
			nonce.writeUInt32BE(counter);
			return Buffer.concat([header, ...encrypt(key, nonce, header, payload), nonce.subarray(0, COUNTER_BYTES)]);
		},
		open(packet, headerBytes) {
			if (packet.length < headerBytes + TAG_BYTES + COUNTER_BYTES) return undefined;
			const nonce = Buffer.alloc(nonceBytes);
			packet.copy(nonce, 0, packet.length - COUNTER_BYTES);
			const sealed = packet.subarray(headerBytes, packet.length - COUNTER_BYTES);
			try {
				return decrypt(key, nonce, packet.subarray(0, headerBytes), sealed);
			} catch {
				return undefined;
			}
		},
	};
}

function encryptAes(key: Buffer, nonce: Buffer, header: Buffer, payload: Buffer): Uint8Array[] {
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(header);
	return [cipher.update(payload), cipher.final(), cipher.getAuthTag()];
}

function decryptAes(key: Buffer, nonce: Buffer, header: Buffer, sealed: Buffer): Buffer {
	const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
	decipher.setAAD(header);
	decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
	return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
}

function encryptXChaCha(key: Buffer, nonce: Buffer, header: Buffer, payload: Buffer): Uint8Array[] {
	return [xchacha20poly1305(key, nonce, header).encrypt(payload)];
}

function decryptXChaCha(key: Buffer, nonce: Buffer, header: Buffer, sealed: Buffer): Buffer {
	return Buffer.from(xchacha20poly1305(key, nonce, header).decrypt(sealed));
}
