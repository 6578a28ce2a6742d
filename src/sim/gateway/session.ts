import { GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { MessageRules } from '../message-rules.ts';
import type { BotAccount } from '../model/index.ts';
import type { DispatchSink } from '../service/index.ts';
import { shardOf } from '../snowflake.ts';

/** Dispatches kept for a client that resumes. */
const BACKLOG_LENGTH = 1_000;

/** A bot's session on the main gateway; it outlives its WebSocket, which a resume replaces. */
export class GatewaySession implements DispatchSink {
	readonly id: string;
	readonly bot: BotAccount;
	readonly intents: number;
	readonly shard: readonly [number, number];
	readonly #rules: MessageRules<string>;
	#socket: WebSocket | undefined;
	#sequence = 0;
	readonly #backlog: { sequence: number; data: string }[] = [];

	constructor(
		id: string,
		bot: BotAccount,
		{ intents, shard = [0, 1] }: { intents: number; shard?: readonly [number, number] | undefined },
		socket: WebSocket,
		rules: MessageRules<string>,
	) {
		this.id = id;
		this.bot = bot;
		this.intents = intents;
		this.shard = shard;
		this.#socket = socket;
		this.#rules = rules;
	}

	get userId(): string {
		return this.bot.user.id;
	}

	seesGuild(guildId: string): boolean {
		const [index, count] = this.shard;
		return this.bot.guildIds.has(guildId) && shardOf(guildId, count) === index;
	}

	holds(socket: WebSocket): boolean {
		return this.#socket === socket;
	}

	dispatch(event: string, data: unknown): void {
		this.#rules.apply(event, this.userId, () => this.#send(event, data));
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
		this.sendRaw(JSON.stringify({ op: GatewayOpcodes.Reconnect, d: null, s: null, t: null }));
	}

	/** Opcode 9: the client resumes, or starts anew. */
	invalidate(isResumable: boolean): void {
		this.sendRaw(JSON.stringify({ op: GatewayOpcodes.InvalidSession, d: isResumable, s: null, t: null }));
	}

	/** Anything at all, past rules and backlog. */
	sendRaw(data: string): void {
		this.#socket?.send(data);
	}

	/** Breaks the TCP connection without a word: the other side sees close code 1006. */
	breakOff(): void {
		this.#socket?.terminate();
	}

	close(code: number, reason: string): void {
		this.#socket?.close(code, reason);
	}

	#send(event: string, data: unknown): void {
		this.#sequence++;
		const message = JSON.stringify({ op: GatewayOpcodes.Dispatch, t: event, s: this.#sequence, d: data });
		this.#backlog.push({ sequence: this.#sequence, data: message });
		if (this.#backlog.length > BACKLOG_LENGTH) this.#backlog.shift();
		this.#socket?.send(message);
	}
}
