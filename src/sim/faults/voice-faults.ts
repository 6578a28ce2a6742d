import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { MessageEffect, MessageRules } from '../message-rules.ts';
import type { World } from '../model/index.ts';
import type { Fault } from '../rules.ts';
import type { VoiceStates } from '../service/index.ts';
import { UDP_DISCOVERY, type VoiceClient, type VoiceRegions } from '../voice/index.ts';
import { findTarget, type VoiceTarget } from './voice-target.ts';

/** A step of the handshake that the voice server can leave out. */
export type VoiceStep = 'hello' | 'ready' | 'discovery' | 'session-description' | 'heartbeat-ack';

const STEPS: Readonly<Record<VoiceStep, number>> = {
	hello: VoiceOpcodes.Hello,
	ready: VoiceOpcodes.Ready,
	discovery: UDP_DISCOVERY,
	'session-description': VoiceOpcodes.SessionDescription,
	'heartbeat-ack': VoiceOpcodes.HeartbeatAck,
};

export interface VoiceMessages {
	/** Opcodes of voice gateway version 8, JSON and binary. */
	readonly ops: readonly number[];
	/** Id of the user whose client they are for; everyone's by default. */
	readonly to?: string | undefined;
}

export interface SsrcChange {
	/**
	 * When the others are told (op 5): before the first packet under the new SSRC, so many
	 * milliseconds after the change, or never; until then op 5 names the old one. Before it by default.
	 */
	readonly announce?: 'before' | 'never' | number;
}

export interface VoiceFaultsContext {
	readonly world: World;
	readonly regions: VoiceRegions;
	readonly voiceStates: VoiceStates;
	readonly rules: MessageRules<number>;
}

/** What can happen on the voice gateway. */
export class VoiceFaults {
	readonly #context: VoiceFaultsContext;

	constructor(context: VoiceFaultsContext) {
		this.#context = context;
	}

	/**
	 * Closes a voice WebSocket with a code: 4006 session invalid, 4009 timeout, 4014 disconnected,
	 * 4015 server crashed, 4022 call terminated … After 4015 the session can be resumed.
	 *
	 * @throws SimulationError when the user is not connected to voice
	 */
	close(target: VoiceTarget, code: number): void {
		const { guildId, userId } = this.#find(target).identity;
		this.#context.regions.disconnect(guildId, userId, code);
	}

	/** Closes every voice WebSocket of a server. @param guild name or id */
	closeAll(guild: string, code: number): void {
		const { id, voiceStates } = this.#context.world.guild(guild);
		for (const userId of voiceStates.keys()) this.#context.regions.disconnect(id, userId, code);
	}

	/** Ends the TCP connection without a word: the client sees 1006 and may resume. */
	breakOff(target: VoiceTarget): void {
		this.#find(target).breakOff();
	}

	/** Answers attempts to resume with 4006: the session is forgotten. */
	refuseResumes({ to }: { readonly to?: string } = {}): Fault {
		return this.#add({ ops: [VoiceOpcodes.Resume], to }, { kind: 'drop' });
	}

	/** Moves a server's calls to another voice server, as Discord does at will. @param guild name or id */
	async changeRegion(guild: string): Promise<void> {
		const { regions, voiceStates, world } = this.#context;
		const moving = world.guild(guild);
		const userIds = [...moving.voiceStates.keys()];
		await regions.change(moving.id, userIds);
		for (const userId of userIds) voiceStates.sendServer(moving, userId);
	}

	/** Has the others hear the user under another SSRC from the next packet on. @returns the new one */
	changeSsrc(target: VoiceTarget, { announce = 'before' }: SsrcChange = {}): number {
		const client = this.#find(target);
		const { regions } = this.#context;
		const ssrc = regions.of(client.identity.guildId).reassign(client);
		const tell = () => regions.callOf(client)?.announce(client);
		if (announce === 'before') tell();
		else if (announce !== 'never') setTimeout(tell, announce).unref();
		return ssrc;
	}

	/** Messages that come late; others overtake them. Those of equal delay keep their order. */
	delay(messages: VoiceMessages, ms: number): Fault {
		return this.#add(messages, { kind: 'delay', ms });
	}

	/** Messages that never come. */
	drop(messages: VoiceMessages): Fault {
		return this.#add(messages, { kind: 'drop' });
	}

	/**
	 * A voice server that does not answer at this step.
	 *
	 * @throws RangeError for `hello` with a user: it goes out before anybody has said who they are
	 */
	silence(step: VoiceStep, { to }: { readonly to?: string } = {}): Fault {
		return this.drop({ ops: [STEPS[step]], to });
	}

	/** Sends anything: a string as it is, a Buffer as a binary message, all else as JSON. */
	send(target: VoiceTarget, message: unknown): void {
		const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
		this.#find(target).sendRaw(isRaw ? message : JSON.stringify(message));
	}

	#add({ ops, to }: VoiceMessages, effect: MessageEffect): Fault {
		if (to !== undefined && ops.includes(VoiceOpcodes.Hello))
			throw new RangeError('Hello (op 8) is for all: leave `to` out');
		return this.#context.rules.add({ names: new Set(ops), userId: to, effect });
	}

	#find(target: VoiceTarget): VoiceClient {
		return findTarget(target, this.#context.world, this.#context.regions);
	}
}
