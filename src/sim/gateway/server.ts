import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EventLog } from '../events.ts';
import type { MessageRules } from '../message-rules.ts';
import { apiGuildCreate, apiMember, apiUser, type World } from '../model/index.ts';
import type { Dispatcher, VoiceStates } from '../service/index.ts';
import { GATEWAY_CLOSE } from './close-codes.ts';
import { compressStream } from './compression.ts';
import { GatewayConnection } from './connection.ts';
import type { Identify, RequestMembers } from './messages.ts';
import { GatewaySession } from './session.ts';
import type { SessionStarts } from './session-starts.ts';

export interface GatewayServerOptions {
	readonly world: World;
	readonly dispatcher: Dispatcher;
	readonly voiceStates: VoiceStates;
	readonly events: EventLog;
	readonly heartbeatIntervalMs: number;
	/** How long a client whose WebSocket broke off may take to resume. */
	readonly resumeWindowMs: number;
	/** A session with more servers than this must be sharded. */
	readonly maxGuildsPerShard: number;
	readonly starts: SessionStarts;
	/** What may happen to messages, by event name or step. */
	readonly rules: MessageRules<string>;
}

const PRIVILEGED = GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;

/** Beyond this ws closes with 1009; what is merely too long for Discord gets its close code. */
const MAX_FRAME_BYTES = 1 << 20;

/** Discord's main gateway: WebSocket without TLS, JSON, compressed (`zlib-stream`) for those who ask. */
export class GatewayServer implements AsyncDisposable {
	readonly options: GatewayServerOptions;
	readonly #sockets: WebSocketServer;
	readonly #sessions = new Map<string, GatewaySession>();
	readonly #expiries = new Map<GatewaySession, NodeJS.Timeout>();

	private constructor(options: GatewayServerOptions, sockets: WebSocketServer) {
		this.options = options;
		this.#sockets = sockets;
		sockets.on('connection', (socket, request) => {
			const query = new URL(request.url ?? '/', this.url).searchParams;
			if (query.get('compress') === 'zlib-stream') compressStream(socket);
			if ((query.get('encoding') ?? 'json') !== 'json')
				socket.close(GATEWAY_CLOSE.decodeError, 'Only JSON is spoken here.');
			else if ((query.get('v') ?? '10') !== '10') socket.close(GATEWAY_CLOSE.invalidApiVersion, 'Invalid API version.');
			else new GatewayConnection(socket, this);
		});
	}

	static async start(options: GatewayServerOptions): Promise<GatewayServer> {
		const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: MAX_FRAME_BYTES });
		await once(sockets, 'listening');
		return new GatewayServer(options, sockets);
	}

	get url(): string {
		return `ws://127.0.0.1:${(this.#sockets.address() as AddressInfo).port}`;
	}

	/** @returns the session, the close code that refuses it, or undefined when the bot has identified too often */
	identify(socket: WebSocket, { token, intents, shard }: Identify): GatewaySession | number | undefined {
		const { dispatcher, events, maxGuildsPerShard, rules, starts, world } = this.options;
		const bot = world.bot(token);
		if (bot === undefined) return GATEWAY_CLOSE.authenticationFailed;
		if (!bot.privilegedIntents && (intents & PRIVILEGED) !== 0) return GATEWAY_CLOSE.disallowedIntents;
		if (shard !== undefined && shard[0] >= shard[1]) return GATEWAY_CLOSE.invalidShard;
		const session = new GatewaySession(randomBytes(16).toString('hex'), bot, { intents, shard }, socket, rules);
		const guilds = [...bot.guildIds].filter((id) => session.seesGuild(id));
		if (guilds.length > maxGuildsPerShard) return GATEWAY_CLOSE.shardingRequired;
		if (!starts.take(bot.user.id)) return undefined;
		this.#sessions.set(session.id, session);
		session.dispatch(GatewayDispatchEvents.Ready, {
			v: 10,
			user: { ...apiUser(bot.user), verified: true, mfa_enabled: false, email: null },
			guilds: guilds.map((id) => ({ id, unavailable: true })),
			session_id: session.id,
			resume_gateway_url: this.url,
			shard: session.shard,
			application: { id: bot.user.id, flags: 0 },
			session_type: 'normal',
			private_channels: [],
			relationships: [],
		});
		if ((intents & GatewayIntentBits.Guilds) !== 0) {
			const hasMembers = (intents & GatewayIntentBits.GuildMembers) !== 0;
			for (const id of guilds) {
				session.dispatch(GatewayDispatchEvents.GuildCreate, apiGuildCreate(world.guild(id), bot.user.id, hasMembers));
			}
		}
		dispatcher.add(session);
		events.emit({ type: 'gateway-ready', botId: bot.user.id, intents });
		return session;
	}

	/** @returns the session that continues on `socket`, or undefined when the client must identify anew */
	resume(socket: WebSocket, sessionId: string, token: string, lastSeen: number): GatewaySession | undefined {
		const session = this.#sessions.get(sessionId);
		if (session === undefined || session.bot.token !== token) return undefined;
		if (this.options.rules.of('resume', session.userId) !== undefined || !session.resume(socket, lastSeen)) {
			this.end(session);
			return undefined;
		}
		clearTimeout(this.#expiries.get(session));
		this.#expiries.delete(session);
		return session;
	}

	/** The WebSocket of `session` is gone: for good, or until it resumes. */
	lost(session: GatewaySession, isFinal: boolean): void {
		session.detach();
		if (isFinal) this.end(session);
		else if (this.#sessions.has(session.id)) {
			this.#expiries.set(session, setTimeout(() => this.end(session), this.options.resumeWindowMs).unref());
		}
	}

	/** Answers opcode 8 with GUILD_MEMBERS_CHUNK. */
	sendMembers(session: GatewaySession, request: RequestMembers): void {
		const guild = this.options.world.guilds.get(request.guild_id);
		if (guild === undefined || !session.seesGuild(guild.id)) return;
		const wanted = request.user_ids === undefined ? undefined : new Set([request.user_ids].flat());
		const prefix = request.query?.toLowerCase() ?? '';
		const found = [...guild.members.values()].filter(
			({ user, nick }) =>
				wanted?.has(user.id) ?? [user.name, nick ?? ''].some((name) => name.toLowerCase().startsWith(prefix)),
		);
		const members = request.limit > 0 ? found.slice(0, request.limit) : found;
		session.dispatch(GatewayDispatchEvents.GuildMembersChunk, {
			guild_id: guild.id,
			members: members.map(apiMember),
			chunk_index: 0,
			chunk_count: 1,
			not_found: [...(wanted ?? [])].filter((id) => !guild.members.has(id)),
			...(request.nonce !== undefined && { nonce: request.nonce }),
		});
	}

	isLive(session: GatewaySession): boolean {
		return this.#sessions.has(session.id);
	}

	/** All sessions of a bot, one for each shard. */
	sessionsOf(botId: string): GatewaySession[] {
		return [...this.#sessions.values()].filter(({ userId }) => userId === botId);
	}

	/** For good: the session is out of its voice channels, and cannot be resumed. */
	end(session: GatewaySession): void {
		if (!this.#sessions.delete(session.id)) return;
		clearTimeout(this.#expiries.get(session));
		this.#expiries.delete(session);
		this.options.dispatcher.remove(session);
		this.options.voiceStates.sessionEnded(session.id);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const session of [...this.#sessions.values()]) this.end(session);
		for (const socket of this.#sockets.clients) socket.terminate();
		this.#sockets.close();
		await once(this.#sockets, 'close');
	}
}
