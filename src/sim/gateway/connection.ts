import { GatewayOpcodes } from 'discord-api-types/v10';
import type { RawData, WebSocket } from 'ws';
import { GATEWAY_CLOSE } from './close-codes.ts';
import { type ClientMessage, parseClientMessage } from './messages.ts';
import type { GatewayServer } from './server.ts';
import type { GatewaySession } from './session.ts';

/** Discord gives up a client that misses a heartbeat; a second one of grace suits a busy test machine. */
const MISSED_HEARTBEATS = 2;

/** Close codes that end a session; with any other the client may resume. */
const LEAVING = new Set([1000, 1001]);

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
		this.#answer('hello', GatewayOpcodes.Hello, { heartbeat_interval: server.options.heartbeatIntervalMs });
		this.#expectHeartbeat();
	}

	#receive(data: RawData): void {
		// What was under way when we closed is too late.
		if (this.#socket.readyState !== this.#socket.OPEN) return;
		const message = parseClientMessage(data.toString());
		if (typeof message === 'number') this.#socket.close(message, REFUSALS[message] ?? 'Refused.');
		else this.#handle(message);
	}

	#handle(message: ClientMessage): void {
		switch (message.op) {
			case GatewayOpcodes.Heartbeat:
				this.#expectHeartbeat();
				this.#answer('heartbeat-ack', GatewayOpcodes.HeartbeatAck, null);
				return;
			case GatewayOpcodes.Identify:
				this.#identify(message.d);
				return;
			case GatewayOpcodes.Resume:
				this.#resume(message.d);
				return;
		}
		const session = this.#liveSession;
		if (session === undefined) {
			this.#socket.close(GATEWAY_CLOSE.notAuthenticated, 'Not authenticated.');
			return;
		}
		if (message.op === GatewayOpcodes.VoiceStateUpdate) {
			if (this.#server.options.rules.of('voice-state', session.userId) !== undefined) return;
			const { guild_id: guildId, channel_id: channelId, self_mute: selfMute, self_deaf: selfDeaf } = message.d;
			// A shard speaks for its own servers only.
			if (!session.seesGuild(guildId)) return;
			this.#server.options.voiceStates.update(session.userId, session.id, { guildId, channelId, selfMute, selfDeaf });
		} else if (message.op === GatewayOpcodes.RequestGuildMembers) this.#server.sendMembers(session, message.d);
	}

	#identify(identify: Extract<ClientMessage, { op: GatewayOpcodes.Identify }>['d']): void {
		if (this.#liveSession !== undefined) {
			this.#socket.close(GATEWAY_CLOSE.alreadyAuthenticated, 'Already authenticated.');
			return;
		}
		const { rules, world } = this.#server.options;
		if (rules.of('identify', world.bot(identify.token)?.user.id) !== undefined) return;
		const outcome = this.#server.identify(this.#socket, identify);
		if (outcome === undefined) this.#send(GatewayOpcodes.InvalidSession, false);
		else if (typeof outcome === 'number') this.#socket.close(outcome, REFUSALS[outcome] ?? 'Refused.');
		else this.#session = outcome;
	}

	#resume({ session_id, token, seq }: Extract<ClientMessage, { op: GatewayOpcodes.Resume }>['d']): void {
		this.#session = this.#server.resume(this.#socket, session_id, token, seq);
		if (this.#session === undefined) this.#send(GatewayOpcodes.InvalidSession, false);
	}

	/** Opcode 9 ends a session while its WebSocket stays open for another. */
	get #liveSession(): GatewaySession | undefined {
		return this.#session && this.#server.isLive(this.#session) ? this.#session : undefined;
	}

	#answer(name: string, op: GatewayOpcodes, d: unknown): void {
		this.#server.options.rules.apply(name, this.#session?.userId, () => this.#send(op, d));
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
	[GATEWAY_CLOSE.decodeError]: 'Error while decoding payload.',
	[GATEWAY_CLOSE.unknownOpcode]: 'Unknown opcode.',
	[GATEWAY_CLOSE.shardingRequired]: 'Sharding required.',
	[GATEWAY_CLOSE.authenticationFailed]: 'Authentication failed.',
	[GATEWAY_CLOSE.disallowedIntents]: 'Disallowed intent(s).',
	[GATEWAY_CLOSE.invalidShard]: 'Invalid shard.',
};
