import type { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { WebSocket } from 'ws';
import type { MessageRules } from '../message-rules.ts';
import type { TransportCipher, TransportMode } from './aead.ts';
import { flipBit } from './flip-bit.ts';
import { RtpShape } from './rtp-shape.ts';

/** Messages kept for a client that resumes. */
const BACKLOG_LENGTH = 512;

export interface VoiceIdentity {
	readonly guildId: string;
	readonly channelId: string;
	readonly userId: string;
	readonly sessionId: string;
	readonly token: string;
	readonly ssrc: number;
	/** 0: the client cannot do end-to-end encryption. */
	readonly maxDaveVersion: number;
}

export interface Transport {
	readonly mode: TransportMode;
	readonly cipher: TransportCipher;
}

export interface RemoteAddress {
	readonly address: string;
	readonly port: number;
}

/** One client's stay on the voice server; it outlives its WebSocket, which a resume replaces. */
export class VoiceClient {
	readonly identity: VoiceIdentity;
	/** Set by Select Protocol. */
	transport: Transport | undefined;
	/** Set by IP discovery. */
	remote: RemoteAddress | undefined;
	/** Flags of the last op 5: 1 microphone, 2 soundshare, 4 priority. */
	speaking = 0;
	/** Once true, other clients have been told which user the SSRC belongs to. */
	announced = false;
	/** What op 5 says the client's SSRC is. */
	announcedSsrc: number;
	/** How the client's packets look to the others. */
	readonly shape: RtpShape;
	readonly #rules: MessageRules<number>;
	#socket: WebSocket | undefined;
	#sequence = 0;
	readonly #backlog: { sequence: number; data: string | Buffer }[] = [];

	/** @param rules what may happen to messages on their way to the client */
	constructor(identity: VoiceIdentity, socket: WebSocket, rules: MessageRules<number>) {
		this.identity = identity;
		this.#socket = socket;
		this.#rules = rules;
		this.announcedSsrc = identity.ssrc;
		this.shape = new RtpShape(identity.ssrc);
	}

	get userId(): string {
		return this.identity.userId;
	}

	get connected(): boolean {
		return this.#socket !== undefined;
	}

	holds(socket: WebSocket): boolean {
		return this.#socket === socket;
	}

	/** A message that counts: it has a sequence number and is repeated after a resume. */
	send(op: number, d: unknown): void {
		this.#rules.apply(op, this.userId, () => this.#deliver(JSON.stringify({ op, d, seq: this.#advance() })));
	}

	/** A handshake or heartbeat message: no sequence number, never repeated. */
	sendOnce(op: VoiceOpcodes, d: unknown): void {
		this.#rules.apply(op, this.userId, () => this.sendRaw(JSON.stringify({ op, d })));
	}

	/** `u16 sequence | u8 op | payload`. */
	sendBinary(op: VoiceOpcodes, payload: Buffer): void {
		// The sequence number is that of the moment of sending: what is late is late in the client's book, too.
		this.#rules.apply(op, this.userId, (isCorrupt) => {
			const header = Buffer.alloc(3);
			header.writeUInt16BE(this.#advance(), 0);
			header.writeUInt8(op, 2);
			this.#deliver(Buffer.concat([header, isCorrupt ? flipBit(payload, payload.length >> 1) : payload]));
		});
	}

	/** Anything at all, past rules and backlog. */
	sendRaw(data: string | Buffer): void {
		this.#socket?.send(data);
	}

	/** Breaks the TCP connection without a word: the other side sees close code 1006. */
	breakOff(): void {
		this.#socket?.terminate();
	}

	/** The WebSocket is gone; messages are kept until it resumes. */
	detach(): void {
		this.#socket = undefined;
	}

	/** Continues on `socket` after the last message that the client has seen (−1: none). */
	resume(socket: WebSocket, lastSeen: number): void {
		this.#socket = socket;
		for (const { sequence, data } of this.#backlog) if (sequence > lastSeen) socket.send(data);
	}

	close(code: number, reason: string): void {
		this.#socket?.close(code, reason);
		this.#socket = undefined;
	}

	#advance(): number {
		this.#sequence = (this.#sequence + 1) & 0xffff;
		return this.#sequence;
	}

	#deliver(data: string | Buffer): void {
		this.#backlog.push({ sequence: this.#sequence, data });
		if (this.#backlog.length > BACKLOG_LENGTH) this.#backlog.shift();
		this.#socket?.send(data);
	}
}
