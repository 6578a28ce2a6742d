import { createCipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type VoiceConnection, VoiceReceiver } from '@discordjs/voice';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

export const AES = 'aead_aes256_gcm_rtpsize';
export const XCHACHA = 'aead_xchacha20_poly1305_rtpsize';

/** What a header may say beyond the fixed part. */
export interface RtpShape {
	readonly payloadType?: number;
	readonly ssrc: number;
	readonly sequence: number;
	readonly timestamp?: number;
	readonly sources?: number;
	readonly extension?: { readonly profile: number; readonly body: Buffer };
	/** Bytes of padding, the count included. */
	readonly padding?: number;
}

/** An RTP packet as a voice server sends it: header in clear, the rest sealed. */
export function sealRtp(shape: RtpShape, payload: Buffer, key: Buffer, mode = AES, counter = 1): Buffer {
	const { sources = 0, extension, padding = 0 } = shape;
	const header = Buffer.alloc(12 + 4 * sources + (extension ? 4 : 0));
	header[0] = 0x80 | (padding > 0 ? 0x20 : 0) | (extension ? 0x10 : 0) | sources;
	header[1] = shape.payloadType ?? 120;
	header.writeUInt16BE(shape.sequence & 0xffff, 2);
	header.writeUInt32BE((shape.timestamp ?? shape.sequence * 960) % 2 ** 32, 4);
	header.writeUInt32BE(shape.ssrc, 8);
	if (extension) {
		header.writeUInt16BE(extension.profile, 12 + 4 * sources);
		header.writeUInt16BE(extension.body.length / 4, 14 + 4 * sources);
	}
	const tail = Buffer.alloc(padding);
	if (padding > 0) tail[padding - 1] = padding;
	return sealBytes(header, Buffer.concat([extension?.body ?? Buffer.alloc(0), payload, tail]), key, mode, counter);
}

export function sealBytes(header: Buffer, plain: Buffer, key: Buffer, mode = AES, counter = 1): Buffer {
	const nonce = Buffer.alloc(mode === AES ? 12 : 24);
	nonce.writeUInt32BE(counter >>> 0);
	if (mode === XCHACHA) {
		return Buffer.concat([header, xchacha20poly1305(key, nonce, header).encrypt(plain), nonce.subarray(0, 4)]);
	}
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(header);
	return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag(), nonce.subarray(0, 4)]);
}

/** A frame in the shape that DAVE gives it; what is in it is noise. */
export function sealedFrame(bytes = 40): Buffer {
	const frame = randomBytes(bytes);
	// A nonce of one byte, and the size of tag, nonce, size and marker.
	frame[bytes - 4] = (frame[bytes - 4] as number) & 0x7f;
	frame[bytes - 3] = 12;
	frame.writeUInt16BE(0xfafa, bytes - 2);
	return frame;
}

export interface BareCall {
	readonly connection: VoiceConnection;
	readonly key: Buffer;
	/** A datagram arrives. */
	datagram(message: Buffer): void;
	/** The voice gateway says something. */
	say(message: unknown): void;
	/** Another voice server takes over. */
	move(): void;
	/** The end-to-end group of the present server. */
	dave: unknown;
}

/** The library's own receiver without sockets: what stands between it and us is what is tested. */
export function bareCall(mode = AES): BareCall {
	const key = randomBytes(32);
	const connection = new EventEmitter() as unknown as VoiceConnection & EventEmitter;
	const receiver = new VoiceReceiver(connection);
	const call = {
		connection,
		key,
		dave: undefined as unknown,
		datagram: (message: Buffer) => receiver.onUdpMessage(message),
		say: (message: unknown) => receiver.onWsPacket(message as never),
		move: () => {
			const before = connection.state;
			const networking = Object.defineProperty(new EventEmitter(), 'state', {
				get: () => ({ code: 4, dave: call.dave }),
			});
			Object.assign(connection, { state: { status: 'ready', networking } });
			connection.emit('stateChange', before, connection.state);
		},
	};
	Object.assign(connection, { receiver, state: { status: 'signalling' } });
	Object.assign(receiver, { connectionData: { encryptionMode: mode, secretKey: key } });
	return call;
}
