import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import {
	type DiscordGatewayAdapterLibraryMethods,
	entersState,
	getGroups,
	joinVoiceChannel,
	type VoiceConnection,
	VoiceConnectionStatus,
} from '@discordjs/voice';
import {
	GatewayDispatchEvents,
	GatewayIntentBits,
	type GatewaySendPayload,
	type GatewayVoiceServerUpdateDispatchData,
	type GatewayVoiceStateUpdateDispatchData,
} from 'discord-api-types/v10';
import type { Dispatcher, DispatchSink, VoiceStates } from '../service/index.ts';
import type { VoiceRegions } from '../voice/index.ts';

/** From the server's news of a speaker to their first packet: one frame. */
const ANNOUNCE_LEAD_MS = 20;
const ANNOUNCE_TIMEOUT_MS = 1_000;

export interface VoiceLinkOptions {
	readonly guildId: string;
	readonly userId: string;
	readonly sessionId: string;
	/** Name of the registry of @discordjs/voice that holds this link alone. */
	readonly group: string;
	readonly selfDeaf: boolean;
	readonly selfMute: boolean;
	readonly voiceStates: VoiceStates;
	readonly dispatcher: Dispatcher;
	readonly regions: VoiceRegions;
	/** All links of the simulation. */
	readonly links: Set<VoiceLink>;
}

/**
 * A member's real @discordjs/voice connection. The adapter stands in for a client on the main
 * gateway; the voice gateway, UDP and both encryptions are the library's own.
 */
export class VoiceLink implements DispatchSink {
	readonly intents = GatewayIntentBits.GuildVoiceStates;
	readonly connection: VoiceConnection;
	/** What the library reported; an empty list is a healthy link. */
	readonly errors: Error[] = [];
	readonly #options: VoiceLinkOptions;
	#methods: DiscordGatewayAdapterLibraryMethods | undefined;

	constructor(options: VoiceLinkOptions, channelId: string) {
		this.#options = options;
		options.dispatcher.add(this);
		options.links.add(this);
		this.connection = joinVoiceChannel({
			channelId,
			guildId: options.guildId,
			selfDeaf: options.selfDeaf,
			selfMute: options.selfMute,
			group: options.group,
			adapterCreator: (methods) => {
				this.#methods = methods;
				return { sendPayload: (payload) => this.#signal(payload), destroy: () => this.#detach() };
			},
		});
		this.connection.on('error', (error) => this.errors.push(error));
		// Transition 0 is not acknowledged to the server; who waits for keys hears of it this way.
		this.connection.on('transitioned', () => options.regions.emit('change'));
	}

	get userId(): string {
		return this.#options.userId;
	}

	seesGuild(guildId: string): boolean {
		return guildId === this.#options.guildId;
	}

	dispatch(event: string, data: unknown): void {
		// As with a real gateway, what was asked for comes back later, not within the call.
		queueMicrotask(() => {
			if (event === GatewayDispatchEvents.VoiceServerUpdate) {
				this.#methods?.onVoiceServerUpdate(data as GatewayVoiceServerUpdateDispatchData);
			} else if (event === GatewayDispatchEvents.VoiceStateUpdate) {
				const state = data as GatewayVoiceStateUpdateDispatchData;
				if (state.user_id === this.userId) this.#methods?.onVoiceStateUpdate(state);
			}
		});
	}

	move(channelId: string): void {
		this.update({ channelId });
	}

	/** A move was refused: later requests are for the old channel again. */
	stay(channelId: string): void {
		this.connection.joinConfig.channelId = channelId;
	}

	/** Opcode 4 with what has changed. */
	update(changes: { readonly channelId?: string; readonly selfDeaf?: boolean; readonly selfMute?: boolean }): void {
		const { channelId, selfDeaf, selfMute } = this.connection.joinConfig;
		if (channelId !== null) this.connection.rejoin({ channelId, selfDeaf, selfMute, ...changes });
	}

	/** Until packets can flow and every simulated client of the call can decrypt them. */
	async settled(signal: AbortSignal): Promise<void> {
		const { guildId, links, regions } = this.#options;
		await entersState(this.connection, VoiceConnectionStatus.Ready, signal);
		const clientOf = (link: VoiceLink) => regions.find(guildId, link.userId);
		const isSettled = () => {
			const channelId = clientOf(this)?.identity.channelId;
			const inCall = [...links].filter((link) => clientOf(link)?.identity.channelId === channelId);
			const codes = new Set(inCall.map(({ connection }) => connection.voicePrivacyCode));
			return regions.isSettled(guildId, this.userId) && codes.size === 1 && this.#hasKeys();
		};
		while (!isSettled()) await once(regions, 'change', { signal });
	}

	/**
	 * Op 5 ahead of the first packet, as Discord's clients send it: whoever gets the packet first does
	 * not know whose it is and drops it.
	 */
	async announce(): Promise<void> {
		this.connection.setSpeaking(true);
		const { guildId, regions } = this.#options;
		const client = regions.find(guildId, this.userId);
		if (client === undefined || client.announced || this.connection.state.status !== VoiceConnectionStatus.Ready)
			return;
		const signal = AbortSignal.timeout(ANNOUNCE_TIMEOUT_MS);
		try {
			while (!client.announced) await once(regions, 'speaking', { signal });
			await setTimeout(ANNOUNCE_LEAD_MS, undefined, { signal });
		} catch {
			// The connection broke off meanwhile; packets will be dropped and counted.
		}
	}

	destroy(): void {
		if (this.connection.state.status !== VoiceConnectionStatus.Destroyed) this.connection.destroy();
	}

	/** Alone, there is nobody to share a key with. */
	#hasKeys(): boolean {
		const { guildId, regions, userId } = this.#options;
		const client = regions.find(guildId, userId);
		const call = client && regions.callOf(client);
		if (call === undefined) return false;
		return (call.dave?.version ?? 0) === 0 || call.size === 1 || this.connection.voicePrivacyCode !== undefined;
	}

	#signal({ d }: GatewaySendPayload): boolean {
		const { sessionId, userId, voiceStates } = this.#options;
		const request = d as { guild_id: string; channel_id: string | null; self_mute: boolean; self_deaf: boolean };
		voiceStates.update(userId, sessionId, {
			guildId: request.guild_id,
			channelId: request.channel_id,
			selfMute: request.self_mute,
			selfDeaf: request.self_deaf,
		});
		return true;
	}

	#detach(): void {
		this.#options.dispatcher.remove(this);
		this.#options.links.delete(this);
		this.#methods = undefined;
		getGroups().delete(this.#options.group);
	}
}
