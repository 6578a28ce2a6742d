import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { RawData, WebSocket } from 'ws';
import type { VoiceClient } from './client.ts';
import { VOICE_CLOSE } from './close-codes.ts';
import { type ClientMessage, parseClientMessage, transportMode, UNDOCUMENTED } from './messages.ts';
import type { VoiceServer } from './server.ts';

/** A client may miss this many heartbeats in a row before it is given up. */
const MISSED_HEARTBEATS = 3;

/** Close codes that a client sends when it leaves on purpose; anything else may come back. */
const LEAVING = new Set([1000, 1001]);

const REASONS: Readonly<Record<number, string>> = {
	[VOICE_CLOSE.malformedPayload]: 'Failed to decode payload.',
	[VOICE_CLOSE.unknownOpcode]: 'Unknown opcode.',
};

/** One WebSocket on the voice gateway: parses what comes in and keeps the order of the handshake. */
export class VoiceConnection {
	readonly #socket: WebSocket;
	readonly #server: VoiceServer;
	#client: VoiceClient | undefined;
	#watchdog: NodeJS.Timeout | undefined;

	constructor(socket: WebSocket, server: VoiceServer) {
		this.#socket = socket;
		this.#server = server;
		socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
		socket.on('error', () => socket.terminate());
		socket.once('close', (code) => this.#closed(code));
		this.#answer(VoiceOpcodes.Hello, { v: 8, heartbeat_interval: server.options.heartbeatIntervalMs });
		this.#expectHeartbeat();
	}

	terminate(): void {
		this.#socket.terminate();
	}

	#receive(data: RawData, isBinary: boolean): void {
		// What was under way when we closed is too late: its sender is no longer in the call.
		if (this.#socket.readyState !== this.#socket.OPEN) return;
		const bytes = data as Buffer;
		if (isBinary) void this.#handleBinary(bytes);
		else this.#handleText(bytes.toString());
	}

	#handleText(text: string): void {
		const message = parseClientMessage(text);
		if (typeof message === 'number') this.#close(message, REASONS[message] ?? '');
		else this.#handle(message);
	}

	/** A message without sequence number that needs no session. */
	#answer(op: VoiceOpcodes, d: unknown): void {
		const { rules } = this.#server.options;
		rules.apply(op, this.#client?.userId, () => this.#socket.send(JSON.stringify({ op, d })));
	}

	#handle(message: ClientMessage): void {
		switch (message.op) {
			case VoiceOpcodes.Heartbeat:
				this.#expectHeartbeat();
				this.#answer(VoiceOpcodes.HeartbeatAck, { t: message.d.t });
				return;
			case VoiceOpcodes.Identify:
				this.#identify(message.d);
				return;
			case VoiceOpcodes.Resume:
				this.#resume(message.d);
				return;
		}
		const client = this.#client;
		if (client === undefined) {
			this.#close(VOICE_CLOSE.notAuthenticated, 'Not authenticated.');
			return;
		}
		if (message.op === VoiceOpcodes.SelectProtocol) {
			this.#selectProtocol(client, message.d.protocol, message.d.data.mode);
			return;
		}
		// Who has no key yet is not in the call.
		if (client.transport === undefined) return;
		switch (message.op) {
			case VoiceOpcodes.Speaking:
				this.#server.speak(client, message.d.speaking);
				break;
			case UNDOCUMENTED.video:
				this.#server.callOf(client)?.showVideo(client, message.d);
				break;
			case VoiceOpcodes.DaveTransitionReady:
				this.#server.callOf(client)?.dave?.ready(client.userId, message.d.transition_id);
				break;
			case VoiceOpcodes.DaveMlsInvalidCommitWelcome:
				void this.#server.callOf(client)?.dave?.invalidate(client);
				break;
		}
	}

	async #handleBinary(bytes: Buffer): Promise<void> {
		const client = this.#client;
		if (client === undefined || bytes.length === 0) {
			this.#close(VOICE_CLOSE.notAuthenticated, 'Not authenticated.');
			return;
		}
		if (client.transport === undefined) {
			this.#close(VOICE_CLOSE.badRequest, 'Bad request.');
			return;
		}
		try {
			await this.#server.callOf(client)?.dave?.handleBinary(client, bytes.readUInt8(0), bytes.subarray(1));
		} catch {
			this.#close(VOICE_CLOSE.badRequest, 'Bad request.');
		}
	}

	#identify(identify: Extract<ClientMessage, { op: VoiceOpcodes.Identify }>['d']): void {
		if (this.#client !== undefined) {
			this.#close(VOICE_CLOSE.alreadyAuthenticated, 'Already authenticated.');
			return;
		}
		const outcome = this.#server.identify(this.#socket, identify);
		if (typeof outcome === 'number') {
			this.#close(outcome, 'Authentication failed.');
			return;
		}
		this.#client = outcome;
		outcome.sendOnce(VoiceOpcodes.Ready, {
			ssrc: outcome.identity.ssrc,
			ip: '127.0.0.1',
			port: this.#server.udpPort,
			modes: this.#server.options.modes,
			experiments: [],
			streams: [],
		});
	}

	#resume(resume: Extract<ClientMessage, { op: VoiceOpcodes.Resume }>['d']): void {
		const client = this.#server.resume(this.#socket, resume);
		if (client === undefined) this.#close(VOICE_CLOSE.sessionInvalid, 'Session is no longer valid.');
		else this.#client = client;
	}

	#selectProtocol(client: VoiceClient, protocol: string, mode: string): void {
		const known = transportMode.safeParse(mode);
		if (protocol !== 'udp') this.#close(VOICE_CLOSE.unknownProtocol, 'Unknown protocol.');
		else if (!known.success || !this.#server.options.modes.includes(known.data)) {
			this.#close(VOICE_CLOSE.unknownEncryptionMode, 'Unknown encryption mode.');
		} else this.#server.open(client, known.data);
	}

	#expectHeartbeat(): void {
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(
			() => this.#close(VOICE_CLOSE.sessionTimeout, 'Session timed out.'),
			MISSED_HEARTBEATS * this.#server.options.heartbeatIntervalMs,
		).unref();
	}

	#close(code: number, reason: string): void {
		this.#socket.close(code, reason);
		const client = this.#client;
		this.#client = undefined;
		if (client?.holds(this.#socket)) this.#server.lost(client, true);
	}

	#closed(code: number): void {
		clearTimeout(this.#watchdog);
		const client = this.#client;
		this.#client = undefined;
		// After a resume the old socket closes too, but it no longer speaks for the client.
		if (client?.holds(this.#socket)) this.#server.lost(client, LEAVING.has(code));
	}
}
