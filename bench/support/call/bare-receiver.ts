import { createDecipheriv, type KeyObject } from 'node:crypto';
import type { DAVESession, MediaType } from '@snazzah/davey';
import { opusBackend } from '../../../src/audio/index.ts';
import { SILENCE_FRAME } from '../../../src/sim/index.ts';
import { type BareOpus, bareNative, bareWasm } from '../bare-opus.ts';
import type { Speaker } from './messages.ts';

const RTP_HEADER_BYTES = 12;
const TAG_BYTES = 16;
const COUNTER_BYTES = 4;
const NONCE_BYTES = 12;
/** The library's enumeration exists for its types only. */
const AUDIO: MediaType.AUDIO = 0;

interface Voice {
	readonly userId: string;
	readonly opus: BareOpus;
}

/**
 * What a packet costs whoever receives it: transport encryption (AES-256-GCM), end-to-end encryption
 * (DAVE) and Opus, each a call of the library that the receiver uses, and nothing round them.
 */
export class BareReceiver implements Disposable {
	readonly #session: DAVESession;
	/** By SSRC. */
	readonly #voices: ReadonlyMap<number, Voice>;
	readonly #nonce = Buffer.alloc(NONCE_BYTES);

	private constructor(session: DAVESession, voices: ReadonlyMap<number, Voice>) {
		this.#session = session;
		this.#voices = voices;
	}

	/** @param session in the call's group, and not the receiver's own: DAVE decrypts each frame once */
	static async open(session: DAVESession, speakers: readonly Speaker[]): Promise<BareReceiver> {
		const bare = (await opusBackend()) === 'native' ? bareNative : bareWasm;
		const voices = speakers.map(async ({ userId, ssrc }) => [ssrc, { userId, opus: await bare() }] as const);
		return new BareReceiver(session, new Map(await Promise.all(voices)));
	}

	/** @throws when a packet cannot be decrypted or decoded: a copy, or one of another call */
	decode(datagrams: readonly Buffer[], key: KeyObject): void {
		for (const message of datagrams) {
			const { userId, opus } = this.#voices.get(message.readUInt32BE(8)) as Voice;
			message.copy(this.#nonce, 0, message.length - COUNTER_BYTES);
			const end = message.length - TAG_BYTES - COUNTER_BYTES;
			const decipher = createDecipheriv('aes-256-gcm', key, this.#nonce);
			decipher.setAAD(message.subarray(0, RTP_HEADER_BYTES));
			decipher.setAuthTag(message.subarray(end, end + TAG_BYTES));
			const frame = Buffer.concat([decipher.update(message.subarray(RTP_HEADER_BYTES, end)), decipher.final()]);
			const packet = frame.equals(SILENCE_FRAME) ? frame : this.#session.decrypt(userId, AUDIO, frame);
			opus.decode(packet);
		}
	}

	[Symbol.dispose](): void {
		for (const { opus } of this.#voices.values()) opus[Symbol.dispose]();
	}
}
