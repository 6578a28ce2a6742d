import { randomBytes } from 'node:crypto';
import { GatewayDispatchEvents, GatewayIntentBits, PermissionFlagsBits } from 'discord-api-types/v10';
import type { EventLog, VoiceRefusal } from '../events.ts';
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

	/** What Discord would not do, it ignores: the client hears nothing. The refusal is an event of the simulation. */
	update(userId: string, sessionId: string, request: VoiceStateRequest): void {
		const guild = this.#world.guilds.get(request.guildId);
		if (guild === undefined || !guild.members.has(userId)) return;
		if (request.channelId === null) {
			this.leave(guild, userId);
			return;
		}
		const before = guild.voiceStates.get(userId);
		const isNew = before?.channelId !== request.channelId;
		const reason = isNew ? this.#refusal(guild, userId, request.channelId) : undefined;
		if (reason === undefined) this.#enter(guild, { ...request, channelId: request.channelId, userId, sessionId });
		else {
			const { channelId } = request;
			this.#events.emit({ type: 'voice-refused', guildId: guild.id, channelId, userId, reason });
		}
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

	/** A gateway session has ended for good: it is out of the voice channels that it joined. */
	sessionEnded(sessionId: string): void {
		for (const guild of this.#world.guilds.values()) {
			for (const state of [...guild.voiceStates.values()]) {
				if (state.sessionId === sessionId) this.leave(guild, state.userId);
			}
		}
	}

	/** A moderator moves the user to another voice channel of the server, full or closed to them as it may be. */
	move(guild: Guild, userId: string, channelId: string): void {
		const state = guild.voiceStates.get(userId);
		const channel = guild.channels.get(channelId);
		if (state !== undefined && channel !== undefined && channel.kind !== 'text') {
			this.#enter(guild, { ...state, channelId });
		}
	}

	/** A moderator mutes or deafens the user in the whole server; a muted user's packets go no further. */
	moderate(
		guild: Guild,
		userId: string,
		{ mute, deaf }: { mute?: boolean | undefined; deaf?: boolean | undefined },
	): void {
		const member = guild.members.get(userId);
		if (member === undefined) return;
		member.serverMute = mute ?? member.serverMute;
		member.serverDeaf = deaf ?? member.serverDeaf;
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

	#refusal(guild: Guild, userId: string, channelId: string): VoiceRefusal | undefined {
		const channel = guild.channels.get(channelId);
		if (channel === undefined) return 'unknown-channel';
		if (channel.kind === 'text') return 'not-a-voice-channel';
		const { Connect, MoveMembers, ViewChannel } = PermissionFlagsBits;
		if (!this.#world.mayIn(channel, userId, ViewChannel)) return 'view-denied';
		if (!this.#world.mayIn(channel, userId, Connect)) return 'connect-denied';
		const present = guild.voiceStates.values().filter((state) => state.channelId === channelId);
		const isFull = channel.userLimit > 0 && [...present].length >= channel.userLimit;
		return isFull && !this.#world.mayIn(channel, userId, MoveMembers) ? 'full' : undefined;
	}

	#enter(guild: Guild, state: VoiceState): void {
		const { channelId, userId, sessionId, selfMute, selfDeaf } = state;
		const before = guild.voiceStates.get(userId);
		const after: VoiceState = { guildId: guild.id, channelId, userId, sessionId, selfMute, selfDeaf };
		guild.voiceStates.set(userId, after);
		this.#announce(guild, after);
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
		// One whose link broke off may resume, but whoever asks here has given that up.
		const isConnected = this.#regions?.find(guild.id, userId)?.connected ?? false;
		if (before?.channelId === channelId && isConnected) return;
		this.sendServer(guild, userId);
		if (hasMoved) this.#regions?.disconnect(guild.id, userId, VOICE_CLOSE.disconnected);
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
