import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { parseKey, SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { decode, encode, encodedBytes } from './codec/transform-codec.ts';

/**
 * An utterance's audio as it stands in Redis:
 *
 * | bytes | what |
 * | --- | --- |
 * | 0 | version of this layout |
 * | 1 | codec, plus 128 when it is encrypted |
 * | 2–5 | number of samples, little endian |
 * | 6–17 | nonce, when encrypted |
 * | … | the audio |
 * | last 16 | tag, when encrypted |
 *
 * Encrypted is the audio alone, by AES-256-GCM; header and job id are authenticated with it, so that no
 * payload can be passed off as that of another utterance.
 */
export const PAYLOAD_VERSION = 1;

/** `compact`: a quarter of the bytes (see transform-codec.ts). `pcm`: 16 bit, little endian, to the sample. */
export type PayloadCodec = 'compact' | 'pcm';

/** Ten minutes: no utterance is near it, and no worker can be made to load more. */
export const MAX_SAMPLES = 600 * SAMPLE_RATE_HZ;

const HEADER_BYTES = 6;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ENCRYPTED = 0x80;
const CODES = { pcm: 1, compact: 2 } as const satisfies Record<PayloadCodec, number>;

/** A view of the samples as bytes; nothing is copied. All platforms of Node are little endian. */
const bytesOf = (pcm: Int16Array): Buffer => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);

/** @throws {RangeError} when `text` is no key; the schema of the settings has said so before */
export function keyOf(text: string | undefined): Buffer | undefined {
	if (text === undefined) return undefined;
	const key = parseKey(text);
	if (!key) throw new RangeError('A payload key is 32 bytes as hex or base64.');
	return key;
}

export interface PackOptions {
	readonly codec: PayloadCodec;
	/** 32 bytes; without a key nothing is encrypted. */
	readonly key?: Buffer | undefined;
}

/** @param jobId of the utterance; {@link unpackAudio} must be given the same */
export function packAudio(pcm: Int16Array, jobId: string, { codec, key }: PackOptions): Buffer {
	const bodyBytes = codec === 'pcm' ? pcm.byteLength : encodedBytes(pcm.length);
	const bodyAt = HEADER_BYTES + (key ? NONCE_BYTES : 0);
	const payload = Buffer.allocUnsafe(bodyAt + bodyBytes + (key ? TAG_BYTES : 0));
	payload[0] = PAYLOAD_VERSION;
	payload[1] = CODES[codec] | (key ? ENCRYPTED : 0);
	payload.writeUInt32LE(pcm.length, 2);
	if (codec === 'pcm') bytesOf(pcm).copy(payload, bodyAt);
	else encode(pcm, payload, bodyAt);
	if (!key) return payload;
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(Buffer.concat([payload.subarray(0, HEADER_BYTES), Buffer.from(jobId)]));
	nonce.copy(payload, HEADER_BYTES);
	cipher.update(payload.subarray(bodyAt, bodyAt + bodyBytes)).copy(payload, bodyAt);
	cipher.final();
	cipher.getAuthTag().copy(payload, bodyAt + bodyBytes);
	return payload;
}

/** A payload that is not what it should be; the message says how, and quotes nothing of it. */
export class PayloadError extends Error {
	override readonly name = 'PayloadError';
}

/** @throws {PayloadError} of another version, truncated, oversized, or not encrypted with this key */
export function unpackAudio(payload: Buffer, jobId: string, key?: Buffer): Int16Array {
	const { codec, isEncrypted, samples } = readHeader(payload);
	if (isEncrypted && !key) throw new PayloadError('The audio is encrypted and this worker has no SES_PAYLOAD_KEY.');
	if (!isEncrypted && key) throw new PayloadError('The audio is not encrypted; this worker has a SES_PAYLOAD_KEY.');
	const bodyAt = HEADER_BYTES + (isEncrypted ? NONCE_BYTES : 0);
	const bodyBytes = codec === CODES.pcm ? samples * Int16Array.BYTES_PER_ELEMENT : encodedBytes(samples);
	const expected = bodyAt + bodyBytes + (isEncrypted ? TAG_BYTES : 0);
	if (payload.length !== expected) {
		throw new PayloadError(`The audio has ${payload.length} bytes; ${samples} samples take ${expected}.`);
	}
	let body = payload.subarray(bodyAt, bodyAt + bodyBytes);
	if (key) body = decrypt(payload, body, jobId, key);
	if (codec === CODES.compact) return decode(body, 0, samples);
	// Copied, because a reply of Redis may start at an odd address.
	const pcm = new Int16Array(samples);
	body.copy(bytesOf(pcm));
	return pcm;
}

function readHeader(payload: Buffer): { codec: number; isEncrypted: boolean; samples: number } {
	if (payload.length < HEADER_BYTES)
		throw new PayloadError(`The audio has ${payload.length} bytes: not even a header.`);
	const [version, kind = 0] = payload;
	if (version !== PAYLOAD_VERSION) {
		throw new PayloadError(`The audio is of version ${version}; this worker reads version ${PAYLOAD_VERSION}.`);
	}
	const codec = kind & ~ENCRYPTED;
	if (codec !== CODES.pcm && codec !== CODES.compact) throw new PayloadError(`The audio is of unknown codec ${codec}.`);
	const samples = payload.readUInt32LE(2);
	if (samples === 0 || samples > MAX_SAMPLES) {
		throw new PayloadError(`The audio is said to have ${samples} samples; at most ${MAX_SAMPLES} are taken.`);
	}
	return { codec, isEncrypted: (kind & ENCRYPTED) !== 0, samples };
}

function decrypt(payload: Buffer, body: Buffer, jobId: string, key: Buffer): Buffer {
	const nonce = payload.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
	const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
	decipher.setAAD(Buffer.concat([payload.subarray(0, HEADER_BYTES), Buffer.from(jobId)]));
	decipher.setAuthTag(payload.subarray(payload.length - TAG_BYTES));
	const plain = decipher.update(body);
	try {
		decipher.final();
	} catch {
		throw new PayloadError('The audio does not decrypt: bot and worker have different keys (SES_PAYLOAD_KEY).');
	}
	return plain;
}
