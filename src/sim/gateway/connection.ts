import { GatewayOpcodes } from 'discord-api-types/v10';
import type { RawData, WebSocket } from 'ws';
import { GATEWAY_CLOSE } from './close-codes.ts';
import { type ClientMessage, clientMessage } from './messages.ts';
import type { GatewayServer } from './server.ts';
import type { GatewaySession } from './session.ts';

/** Discord gives up a client that misses a heartbeat; a second one of grace suits a busy test machine. */
const MISSED_HEARTBEATS = 2;

/** Close codes that end a session; with any other the client may resume. */
const LEAVING = new Set([1000, 1001]);

const KNOWN_OPCODES: ReadonlySet<unknown> = new Set(clientMessage.options.map((option) => option.shape.op.value));

/** One WebSocket on the main gateway: parses what comes in and keeps the order of the handshake. */
export class GatewayConnection {
	readonly #socket: WebSocket;
	readonly #server: GatewayServer;
	#session: GatewaySession | undefined;
	#watchdog: NodeJS.Timeout | undefined;

	constructor(socket: WebSocket, server: GatewayServer) {
		this.#socket = socket;
		this.#server = server;
		socket.on('message', (data) => this.#receive(data));
		socket.on('error', () => socket.terminate());
		socket.once('close', (code) => this.#closed(code));
		this.#send(GatewayOpcodes.Hello, { heartbeat_interval: server.options.heartbeatIntervalMs });
		this.#expectHeartbeat();
	}

	#receive(data: RawData): void {
		let json: unknown;
		try {
			json = JSON.parse(data.toString());
		} catch {
			this.#socket.close(GATEWAY_CLOSE.decodeError, 'Error while decoding payload.');
			return;
		}
		const parsed = clientMessage.safeParse(json);
		if (parsed.success) this.#handle(parsed.data);
		else if (KNOWN_OPCODES.has((json as { op?: unknown } | null)?.op)) {
			this.#socket.close(GATEWAY_CLOSE.decodeError, 'Error while decoding payload.');
		} else this.#socket.close(GATEWAY_CLOSE.unknownOpcode, 'Unknown opcode.');
	}

	#handle(message: ClientMessage): void {
		switch (message.op) {
			case GatewayOpcodes.Heartbeat:
				this.#expectHeartbeat();
				this.#send(GatewayOpcodes.HeartbeatAck, null);
				return;
			case GatewayOpcodes.Identify:
				this.#identify(message.d);
				return;
			case GatewayOpcodes.Resume:
				this.#resume(message.d);
				return;
		}
		const session = this.#session;
		if (session === undefined) {
			this.#socket.close(GATEWAY_CLOSE.notAuthenticated, 'Not authenticated.');
			return;
		}
		if (message.op === GatewayOpcodes.VoiceStateUpdate) {
			const { guild_id: guildId, channel_id: channelId, self_mute: selfMute, self_deaf: selfDeaf } = message.d;
			this.#server.options.voiceStates.update(session.userId, session.id, { guildId, channelId, selfMute, selfDeaf });
		} else if (message.op === GatewayOpcodes.RequestGuildMembers) this.#server.sendMembers(session, message.d);
	}

	#identify(identify: Extract<ClientMessage, { op: GatewayOpcodes.Identify }>['d']): void {
		if (this.#session !== undefined) {
			this.#socket.close(GATEWAY_CLOSE.alreadyAuthenticated, 'Already authenticated.');
			return;
		}
		const outcome = this.#server.identify(this.#socket, identify);
		if (typeof outcome === 'number') this.#socket.close(outcome, REFUSALS[outcome] ?? 'Refused.');
		else this.#session = outcome;
	}

	#resume({ session_id, token, seq }: Extract<ClientMessage, { op: GatewayOpcodes.Resume }>['d']): void {
		this.#session = this.#server.resume(this.#socket, session_id, token, seq);
		if (this.#session === undefined) this.#send(GatewayOpcodes.InvalidSession, false);
	}

	#send(op: GatewayOpcodes, d: unknown): void {
		this.#socket.send(JSON.stringify({ op, d, s: null, t: null }));
	}

	#expectHeartbeat(): void {
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(
			() => this.#socket.close(GATEWAY_CLOSE.sessionTimedOut, 'Session timed out.'),
			MISSED_HEARTBEATS * this.#server.options.heartbeatIntervalMs,
		).unref();
	}

	#closed(code: number): void {
		clearTimeout(this.#watchdog);
		const session = this.#session;
		this.#session = undefined;
		// After a resume the old socket closes too, but it no longer speaks for the session.
		if (session?.holds(this.#socket)) this.#server.lost(session, LEAVING.has(code));
	}
}

const REFUSALS: Readonly<Record<number, string>> = {
	[GATEWAY_CLOSE.authenticationFailed]: 'Authentication failed.',
	[GATEWAY_CLOSE.disallowedIntents]: 'Disallowed intent(s).',
	[GATEWAY_CLOSE.invalidShard]: 'Invalid shard.',
};
