import type { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { WebSocket } from 'ws';
import type { TransportCipher, TransportMode } from './aead.ts';

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
	#socket: WebSocket | undefined;
	#sequence = 0;
	readonly #backlog: { sequence: number; data: string | Buffer }[] = [];

	constructor(identity: VoiceIdentity, socket: WebSocket) {
		this.identity = identity;
		this.#socket = socket;
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
		this.#deliver(JSON.stringify({ op, d, seq: this.#advance() }));
	}

	/** A handshake or heartbeat message: no sequence number, never repeated. */
	sendOnce(op: VoiceOpcodes, d: unknown): void {
		this.#socket?.send(JSON.stringify({ op, d }));
	}

	/** `u16 sequence | u8 op | payload`. */
	sendBinary(op: VoiceOpcodes, payload: Buffer): void {
		const header = Buffer.alloc(3);
		header.writeUInt16BE(this.#advance(), 0);
		header.writeUInt8(op, 2);
		this.#deliver(Buffer.concat([header, payload]));
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
