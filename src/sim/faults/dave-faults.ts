import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { EventLog } from '../events.ts';
import type { MessageRules } from '../message-rules.ts';
import type { World } from '../model/index.ts';
import type { Fault } from '../rules.ts';
import { SimulationError } from '../service/index.ts';
import type { VoiceCall, VoiceRegions } from '../voice/index.ts';

export interface TransitionOptions {
	/** 1 to 65,535; 0 takes effect at once, and nobody is waited for. A fresh one by default. */
	readonly transitionId?: number;
	/** 10 s by default. */
	readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Commits and Welcomes, with all that a client takes in the order in which it was sent: proposals that
 * overtake a commit, or the news that their subject has left, would be an error no server makes.
 */
const KEY_MATERIAL: readonly number[] = [
	VoiceOpcodes.ClientsConnect,
	VoiceOpcodes.ClientDisconnect,
	VoiceOpcodes.DavePrepareTransition,
	VoiceOpcodes.DaveExecuteTransition,
	VoiceOpcodes.DavePrepareEpoch,
	VoiceOpcodes.DaveMlsExternalSender,
	VoiceOpcodes.DaveMlsProposals,
	VoiceOpcodes.DaveMlsAnnounceCommitTransition,
	VoiceOpcodes.DaveMlsWelcome,
];

export interface DaveFaultsContext {
	readonly world: World;
	readonly regions: VoiceRegions;
	readonly events: EventLog;
	readonly rules: MessageRules<number>;
}

/**
 * What can happen to a call's end-to-end encryption. For a plain transition nothing is needed but
 * somebody who comes or goes.
 */
export class DaveFaults {
	readonly #context: DaveFaultsContext;

	constructor(context: DaveFaultsContext) {
		this.#context = context;
	}

	/**
	 * Falls back to protocol version 0 (op 21, 23, 22) and stays there. Resolves when it is in force.
	 *
	 * @param channel name or id
	 * @throws SimulationError when there is no encrypted call in the channel, TimeoutError
	 */
	async downgrade(channel: string, { transitionId, timeoutMs }: TransitionOptions = {}): Promise<void> {
		const { call, isInForce } = this.#prepare(channel, timeoutMs);
		if (call.dave.version === 0) throw new SimulationError(`The call in ${channel} is not encrypted`);
		call.dave.downgrade(transitionId);
		await isInForce(0);
	}

	/** Back to version 1 (op 24 with epoch 1, a new group, op 22). Resolves when the group is in force. */
	async upgrade(channel: string, { transitionId, timeoutMs }: TransitionOptions = {}): Promise<void> {
		const { call, isInForce } = this.#prepare(channel, timeoutMs);
		call.dave.upgrade(transitionId);
		if (call.dave.version === 0) throw new SimulationError(`Somebody in ${channel} cannot encrypt`);
		// Alone, there is nobody to found a group with.
		if (call.size > 1) await isInForce(1);
	}

	/** Has everyone begin a new group (op 24 with epoch 1) without leaving the version. */
	async rekey(channel: string, { transitionId, timeoutMs }: TransitionOptions = {}): Promise<void> {
		const { call, isInForce } = this.#prepare(channel, timeoutMs);
		if (call.dave.version === 0) throw new SimulationError(`The call in ${channel} is not encrypted`);
		call.dave.rekey(transitionId);
		if (call.size > 1) await isInForce(1);
	}

	/**
	 * Key material comes late, in its order: ops 11, 13, 21, 22, 24, 25, 27, 29 and 30. Beyond the
	 * transition timeout (`voice.transitionTimeoutMs`) others go ahead under keys that the late one lacks.
	 */
	delayKeys(ms: number, { to }: { readonly to?: string } = {}): Fault {
		return this.#context.rules.add({ names: new Set(KEY_MATERIAL), userId: to, effect: { kind: 'delay', ms } });
	}

	/** Commits and Welcomes arrive broken: the client cannot use them and asks anew (op 31). */
	corruptKeys({ to, times = 1 }: { readonly to?: string; readonly times?: number } = {}): Fault {
		const names = new Set([VoiceOpcodes.DaveMlsAnnounceCommitTransition, VoiceOpcodes.DaveMlsWelcome]);
		return this.#context.rules.add({ names, userId: to, effect: { kind: 'corrupt' } }, { times });
	}

	#prepare(channel: string, timeoutMs = DEFAULT_TIMEOUT_MS) {
		const { events, regions, world } = this.#context;
		const { id, guildId } = world.channel(channel);
		const call = regions.of(guildId).call(id);
		if (call?.dave === undefined) throw new SimulationError(`There is no call with encryption in ${channel}`);
		const since = events.position;
		const isInForce = async (version: number) => {
			await events.waitFor('dave-transition', (event) => event.channelId === id && event.version === version, {
				since,
				timeoutMs,
			});
		};
		return { call: call as VoiceCall & { dave: NonNullable<VoiceCall['dave']> }, isInForce };
	}
}
