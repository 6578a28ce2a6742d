import { randomBytes } from 'node:crypto';
import { GatewayDispatchEvents, GatewayIntentBits, PermissionFlagsBits } from 'discord-api-types/v10';
import type { EventLog } from '../events.ts';
import { apiVoiceState, type Guild, type VoiceState, type World } from '../model/index.ts';
import { VOICE_CLOSE, type VoiceRegions } from '../voice/index.ts';
import type { Dispatcher } from './dispatcher.ts';

/** What opcode 4 of the main gateway asks for. */
export interface VoiceStateRequest {
	readonly guildId: string;
	/** Null: leave. */
	readonly channelId: string | null;
	readonly selfMute: boolean;
	readonly selfDeaf: boolean;
}

/** Who is in which voice channel, and with which credentials they may connect to the voice server. */
export class VoiceStates {
	readonly #world: World;
	readonly #dispatcher: Dispatcher;
	readonly #events: EventLog;
	readonly #tokens = new Map<string, string>();
	#regions: VoiceRegions | undefined;

	constructor(world: World, dispatcher: Dispatcher, events: EventLog) {
		this.#world = world;
		this.#dispatcher = dispatcher;
		this.#events = events;
	}

	/** The voice servers that members are sent to. */
	use(regions: VoiceRegions): void {
		this.#regions = regions;
	}

	/** @returns the channel that the credentials open */
	admit(credentials: { server_id: string; user_id: string; session_id: string; token: string }): string | undefined {
		const state = this.#world.guilds.get(credentials.server_id)?.voiceStates.get(credentials.user_id);
		const token = this.#tokens.get(`${credentials.server_id}/${credentials.user_id}`);
		const isGood = state?.sessionId === credentials.session_id && token === credentials.token;
		return isGood ? state?.channelId : undefined;
	}

	/** Unknown servers, text channels and missing permission are ignored, as Discord does. */
	update(userId: string, sessionId: string, request: VoiceStateRequest): void {
		const guild = this.#world.guilds.get(request.guildId);
		if (guild === undefined || !guild.members.has(userId)) return;
		const { channelId, selfMute, selfDeaf } = request;
		if (channelId === null) {
			this.leave(guild, userId);
			return;
		}
		const channel = guild.channels.get(channelId);
		if (channel === undefined || channel.kind === 'text') return;
		if (!this.#world.may(guild, userId, PermissionFlagsBits.Connect)) return;
		const before = guild.voiceStates.get(userId);
		const state: VoiceState = { guildId: guild.id, channelId, userId, sessionId, selfMute, selfDeaf };
		guild.voiceStates.set(userId, state);
		this.#announce(guild, state);
		const hasMoved = before !== undefined && before.channelId !== channelId;
		if (before === undefined) this.#emit('voice-joined', guild, channelId, userId);
		else if (hasMoved) {
			this.#events.emit({
				type: 'voice-moved',
				guildId: guild.id,
				fromChannelId: before.channelId,
				channelId,
				userId,
			});
		}
		const isConnected = this.#regions?.find(guild.id, userId) !== undefined;
		if (before?.channelId === channelId && isConnected) return;
		this.sendServer(guild, userId);
		if (hasMoved) this.#regions?.disconnect(guild.id, userId, VOICE_CLOSE.disconnected);
	}

	/** The user leaves, or a moderator disconnects them. */
	leave(guild: Guild, userId: string): void {
		const before = guild.voiceStates.get(userId);
		if (before === undefined) return;
		guild.voiceStates.delete(userId);
		this.#tokens.delete(`${guild.id}/${userId}`);
		this.#announce(guild, { ...before, channelId: null });
		this.#emit('voice-left', guild, before.channelId, userId);
		this.#regions?.disconnect(guild.id, userId, VOICE_CLOSE.disconnected);
	}

	/** A bot's gateway session has ended for good: it is out of every voice channel. */
	leaveAll(userId: string): void {
		for (const guild of this.#world.guilds.values()) this.leave(guild, userId);
	}

	/** A moderator moves the user to another channel of the server. */
	move(guild: Guild, userId: string, channelId: string): void {
		const state = guild.voiceStates.get(userId);
		if (state !== undefined) this.update(userId, state.sessionId, { ...state, channelId });
	}

	/** Re-announces the state, for example after a server mute. */
	refresh(guild: Guild, userId: string): void {
		const state = guild.voiceStates.get(userId);
		if (state !== undefined) this.#announce(guild, state);
	}

	/** VOICE_SERVER_UPDATE with a fresh token: the client connects (again). */
	sendServer(guild: Guild, userId: string): void {
		const token = randomBytes(16).toString('hex');
		this.#tokens.set(`${guild.id}/${userId}`, token);
		this.#dispatcher.dispatch(
			GatewayDispatchEvents.VoiceServerUpdate,
			{ guild_id: guild.id, token, endpoint: this.#regions?.of(guild.id).endpoint ?? null },
			{ userId, guildId: guild.id },
		);
	}

	#announce(guild: Guild, state: Parameters<typeof apiVoiceState>[1]): void {
		const data = apiVoiceState(guild, state);
		this.#dispatcher.dispatch(GatewayDispatchEvents.VoiceStateUpdate, data, {
			guildId: guild.id,
			intents: GatewayIntentBits.GuildVoiceStates,
		});
	}

	#emit(type: 'voice-joined' | 'voice-left', guild: Guild, channelId: string, userId: string): void {
		this.#events.emit({ type, guildId: guild.id, channelId, userId });
	}
}
