import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import {
	type AcceptedCommit,
	MlsDeliveryService,
	type MlsExternalSender,
	parseCommitWelcome,
	parseKeyPackage,
	withTransition,
} from '../dave/index.ts';
import type { VoiceClient } from './client.ts';
import { Transitions } from './transitions.ts';

const DAVE_VERSION = 1;

/** One step of a call's end-to-end encryption, as it takes effect. */
export interface DaveTransition {
	readonly channelId: string;
	/** 0: the call is not end-to-end encrypted. */
	readonly version: number;
	readonly transitionId: number;
	readonly epoch: number;
	readonly members: readonly string[];
}

export interface DaveCallOptions {
	readonly channelId: string;
	readonly sender: MlsExternalSender;
	/** All clients of the call, in order of arrival. */
	readonly clients: ReadonlyMap<string, VoiceClient>;
	readonly transitionTimeoutMs: number;
	readonly onTransition: (transition: DaveTransition) => void;
	readonly onChange: () => void;
}

/**
 * The end-to-end encryption of one call as the voice gateway sees it: opcodes 21 to 31.
 *
 * It never holds a key. It says when which group is in force, and falls back to protocol version 0
 * while a client that cannot encrypt is present.
 */
export class DaveCall {
	readonly #options: DaveCallOptions;
	readonly #delivery: MlsDeliveryService;
	readonly #transitions: Transitions;
	/** What each pending transition brings into force. */
	readonly #announced = new Map<number, Omit<DaveTransition, 'transitionId' | 'channelId'>>();
	#version = DAVE_VERSION;
	/** Id for the first commit after an upgrade; a group that is not an upgrade begins with 0. */
	#upgradeId = 0;
	/** Down by order of a test, not for a client's sake. */
	#isHeldDown = false;

	constructor(options: DaveCallOptions) {
		this.#options = options;
		this.#transitions = new Transitions((id) => this.#execute(id), options.transitionTimeoutMs);
		this.#delivery = new MlsDeliveryService(options.channelId, options.sender, {
			proposals: (to, payload) => this.#sendBinary(to, VoiceOpcodes.DaveMlsProposals, payload),
			committed: (commit) => this.#announce(commit),
		});
	}

	get version(): number {
		return this.#version;
	}

	/** Whether `userId` can be heard by everyone: its group is in force and nothing is under way. */
	isSettled(userId: string): boolean {
		if (!this.#transitions.idle) return false;
		if (this.#version === 0) return true;
		return this.#delivery.settled && this.#delivery.members.includes(userId);
	}

	/** Call once `client` is among the clients, before it gets its session description. */
	admit(client: VoiceClient): void {
		if (client.identity.maxDaveVersion > 0 || this.#version === 0) return;
		this.#fall(this.#userIds().filter((userId) => userId !== client.userId));
	}

	/** Falls back to version 0 and stays there until {@link upgrade}. @param transitionId 0: at once, nobody waits */
	downgrade(transitionId?: number): void {
		this.#isHeldDown = true;
		if (this.#version > 0) this.#fall(this.#userIds(), transitionId);
	}

	/** Ends a {@link downgrade}. A client that cannot encrypt keeps the call down. */
	upgrade(transitionId?: number): void {
		this.#isHeldDown = false;
		this.#upgradeIfPossible(transitionId);
	}

	/** Has everyone begin a new group without leaving the version. */
	rekey(transitionId?: number): void {
		if (this.#version === 0) return;
		this.#transitions.finishAll();
		void this.#delivery.reset();
		this.#beginEpoch(transitionId);
	}

	/** Call after the session description. */
	welcome(client: VoiceClient): void {
		if (this.#version > 0) client.sendBinary(VoiceOpcodes.DaveMlsExternalSender, this.#options.sender.package);
	}

	/** Call once `userId` is no longer among the clients. */
	async leave(userId: string): Promise<void> {
		this.#transitions.leave(userId);
		await this.#delivery.remove(userId);
		this.#upgradeIfPossible();
		this.#options.onChange();
	}

	ready(userId: string, transitionId: number): void {
		this.#transitions.ready(userId, transitionId);
		this.#options.onChange();
	}

	/** Opcode 31: the client starts anew, and its key package follows. */
	async invalidate(client: VoiceClient): Promise<void> {
		this.#transitions.leave(client.userId);
		await this.#delivery.remove(client.userId);
		this.welcome(client);
	}

	/** @throws RangeError when the payload cannot be parsed */
	async handleBinary(client: VoiceClient, op: number, payload: Buffer): Promise<void> {
		if (this.#version === 0) return;
		if (op === VoiceOpcodes.DaveMlsKeyPackage) {
			await this.#delivery.add(client.userId, parseKeyPackage(payload));
		} else if (op === VoiceOpcodes.DaveMlsCommitWelcome) {
			await this.#delivery.commit(client.userId, parseCommitWelcome(payload));
		}
		this.#options.onChange();
	}

	close(): void {
		this.#transitions.clear();
	}

	#announce({ epoch, initial, commit, welcome, remaining, added }: AcceptedCommit): void {
		const transitionId = initial ? this.#upgradeId : this.#transitions.nextId();
		if (initial) this.#upgradeId = 0;
		const members = [...remaining, ...added];
		this.#announced.set(transitionId, { version: this.#version, epoch: Number(epoch), members });
		if (welcome !== undefined) {
			this.#sendBinary(added, VoiceOpcodes.DaveMlsWelcome, withTransition(transitionId, welcome));
		}
		this.#sendBinary(remaining, VoiceOpcodes.DaveMlsAnnounceCommitTransition, withTransition(transitionId, commit));
		if (transitionId === 0) this.#report(0);
		else this.#transitions.begin(transitionId, members);
	}

	#execute(transitionId: number): void {
		this.#send(this.#userIds(), VoiceOpcodes.DaveExecuteTransition, { transition_id: transitionId });
		this.#report(transitionId);
		this.#options.onChange();
	}

	#report(transitionId: number): void {
		const announced = this.#announced.get(transitionId);
		if (announced === undefined) return;
		this.#announced.delete(transitionId);
		this.#options.onTransition({ channelId: this.#options.channelId, transitionId, ...announced });
	}

	/** @param userIds who is told; a client that comes in at version 0 reads it in its session description */
	#fall(userIds: readonly string[], transitionId = this.#transitions.nextId()): void {
		this.#version = 0;
		if (userIds.length === 0) return;
		this.#transitions.finishAll();
		void this.#delivery.reset();
		this.#announced.set(transitionId, { version: 0, epoch: 0, members: this.#userIds() });
		const announcement = { transition_id: transitionId, protocol_version: 0 };
		this.#send(userIds, VoiceOpcodes.DavePrepareTransition, announcement);
		if (transitionId === 0) this.#report(0);
		else this.#transitions.begin(transitionId, userIds);
	}

	#upgradeIfPossible(transitionId?: number): void {
		const clients = [...this.#options.clients.values()];
		if (this.#version > 0 || this.#isHeldDown) return;
		if (clients.some(({ identity }) => identity.maxDaveVersion === 0)) return;
		this.#version = DAVE_VERSION;
		this.#transitions.finishAll();
		if (clients.length > 0) this.#beginEpoch(transitionId);
	}

	#beginEpoch(transitionId = this.#transitions.nextId()): void {
		this.#upgradeId = transitionId;
		for (const client of this.#options.clients.values()) {
			client.send(VoiceOpcodes.DavePrepareEpoch, {
				transition_id: transitionId,
				epoch: 1,
				protocol_version: DAVE_VERSION,
			});
			this.welcome(client);
		}
	}

	#userIds(): string[] {
		return [...this.#options.clients.keys()];
	}

	#send(to: readonly string[], op: VoiceOpcodes, d: unknown): void {
		for (const userId of to) this.#options.clients.get(userId)?.send(op, d);
	}

	#sendBinary(to: readonly string[], op: VoiceOpcodes, payload: Buffer): void {
		for (const userId of to) this.#options.clients.get(userId)?.sendBinary(op, payload);
	}
}
