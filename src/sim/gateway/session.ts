import { GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { BotAccount } from '../model/index.ts';
import type { DispatchSink } from '../service/index.ts';

/** Dispatches kept for a client that resumes. */
const BACKLOG_LENGTH = 1_000;

/** A bot's session on the main gateway; it outlives its WebSocket, which a resume replaces. */
export class GatewaySession implements DispatchSink {
	readonly id: string;
	readonly bot: BotAccount;
	readonly intents: number;
	readonly shard: readonly [number, number];
	#socket: WebSocket | undefined;
	#sequence = 0;
	readonly #backlog: { sequence: number; data: string }[] = [];

	constructor(
		id: string,
		bot: BotAccount,
		{ intents, shard = [0, 1] }: { intents: number; shard?: readonly [number, number] | undefined },
		socket: WebSocket,
	) {
		this.id = id;
		this.bot = bot;
		this.intents = intents;
		this.shard = shard;
		this.#socket = socket;
	}

	get userId(): string {
		return this.bot.user.id;
	}

	/** Discord's sharding formula: `(guild_id >> 22) % num_shards`. */
	seesGuild(guildId: string): boolean {
		const [index, count] = this.shard;
		return this.bot.guildIds.has(guildId) && Number((BigInt(guildId) >> 22n) % BigInt(count)) === index;
	}

	holds(socket: WebSocket): boolean {
		return this.#socket === socket;
	}

	dispatch(event: string, data: unknown): void {
		this.#sequence++;
		const message = JSON.stringify({ op: GatewayOpcodes.Dispatch, t: event, s: this.#sequence, d: data });
		this.#backlog.push({ sequence: this.#sequence, data: message });
		if (this.#backlog.length > BACKLOG_LENGTH) this.#backlog.shift();
		this.#socket?.send(message);
	}

	detach(): void {
		this.#socket = undefined;
	}

	/** @returns false when what the client missed is no longer at hand */
	resume(socket: WebSocket, lastSeen: number): boolean {
		const oldest = this.#backlog[0]?.sequence ?? this.#sequence + 1;
		if (lastSeen > this.#sequence || lastSeen + 1 < oldest) return false;
		this.#socket = socket;
		for (const { sequence, data } of this.#backlog) if (sequence > lastSeen) socket.send(data);
		this.dispatch('RESUMED', {});
		return true;
	}

	/** Opcode 7: the client closes, reconnects and resumes. */
	requestReconnect(): void {
		this.#socket?.send(JSON.stringify({ op: GatewayOpcodes.Reconnect, d: null, s: null, t: null }));
	}

	close(code: number, reason: string): void {
		this.#socket?.close(code, reason);
	}
}
