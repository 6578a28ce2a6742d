import type { KeyPackage } from 'ts-mls';
import type { MlsExternalSender, SignedProposal } from './external-sender.ts';
import { appendProposals, type CommitSummary, snowflakeBytes } from './wire.ts';

/** A commit that won its epoch, and who is to get it. */
export interface AcceptedCommit {
	readonly epoch: bigint;
	/** The first commit of a group: it brings the group into being. */
	readonly initial: boolean;
	readonly commit: Buffer;
	readonly welcome: Buffer | undefined;
	/** Members before and after: they process the commit. */
	readonly remaining: readonly string[];
	/** New members: they process the Welcome. */
	readonly added: readonly string[];
}

/** Where the delivery service sends what it decides. */
export interface DeliveryOutlet {
	proposals(to: readonly string[], payload: Buffer): void;
	committed(commit: AcceptedCommit): void;
}

interface Batch {
	readonly adds: ReadonlyMap<string, { userId: string; keyPackage: KeyPackage }>;
	readonly removes: ReadonlyMap<string, number>;
	/** Users of `adds` who left or started anew before the commit came. */
	readonly abandoned: Set<string>;
}

/**
 * The MLS delivery service of one call: proposes who joins and leaves, and lets the first valid
 * commit of an epoch win (RFC 9420 §14, https://daveprotocol.com).
 *
 * One batch of proposals is outstanding at a time, so that any member's commit covers it whole.
 * It follows the leaves of the ratchet tree, because a Remove names a leaf: a new member takes the
 * leftmost blank one (RFC 9420 §7.7).
 */
export class MlsDeliveryService {
	readonly #groupId: Buffer;
	readonly #sender: MlsExternalSender;
	readonly #outlet: DeliveryOutlet;
	#epoch = 0n;
	#leaves: (string | undefined)[] = [];
	/** Leaves whose owner is gone and still awaits removal. */
	readonly #departing = new Set<number>();
	readonly #waiting = new Map<string, KeyPackage>();
	#outstanding: Batch | undefined;
	/** Users who have left, known at once though operations wait for each other. */
	readonly #gone = new Set<string>();
	/** Resets that wait for their turn: until then nothing more is sent for the old group. */
	#resets = 0;
	#queue: Promise<void> = Promise.resolve();

	constructor(channelId: string, sender: MlsExternalSender, outlet: DeliveryOutlet) {
		this.#groupId = snowflakeBytes(channelId);
		this.#sender = sender;
		this.#outlet = outlet;
	}

	/** Members of the group who are still present. */
	get members(): string[] {
		return this.#leaves.filter((owner, leaf): owner is string => owner !== undefined && !this.#departing.has(leaf));
	}

	get epoch(): bigint {
		return this.#epoch;
	}

	/** Nobody waits to be added or removed. */
	get settled(): boolean {
		return this.#waiting.size === 0 && this.#departing.size === 0 && this.#outstanding === undefined;
	}

	/** A key package arrived: its owner is new, or starts anew after an invalid commit or a reconnect. */
	add(userId: string, keyPackage: KeyPackage): Promise<void> {
		this.#gone.delete(userId);
		return this.#enqueue(() => {
			this.#retire(userId);
			this.#waiting.set(userId, keyPackage);
			return this.#propose();
		});
	}

	remove(userId: string): Promise<void> {
		this.#gone.add(userId);
		return this.#enqueue(() => {
			this.#retire(userId);
			return this.#propose();
		});
	}

	/** Forgets the group; whoever sends a key package next begins a new one. */
	reset(): Promise<void> {
		this.#resets++;
		return this.#enqueue(async () => {
			this.#resets--;
			this.#clear();
			this.#waiting.clear();
		});
	}

	/** @returns whether the commit won its epoch; losers are dropped silently, as Discord does */
	commit(userId: string, summary: CommitSummary): Promise<boolean> {
		return this.#enqueue(async () => {
			const batch = this.#outstanding;
			if (batch === undefined || this.#resets > 0 || !this.#isValid(userId, summary, batch)) return false;
			const initial = this.#epoch === 0n;
			for (const leaf of batch.removes.values()) {
				this.#leaves[leaf] = undefined;
				this.#departing.delete(leaf);
			}
			const remaining = this.members;
			const added: string[] = [];
			for (const ref of summary.refs) {
				const joined = batch.adds.get(ref)?.userId;
				if (joined === undefined) continue;
				const leaf = this.#occupyLeaf(joined);
				if (batch.abandoned.has(joined)) this.#departing.add(leaf);
				else added.push(joined);
			}
			this.#epoch += 1n;
			this.#outstanding = undefined;
			const { commit, welcome } = summary;
			this.#outlet.committed({ epoch: this.#epoch, initial, commit, welcome, remaining, added });
			await this.#propose();
			return true;
		});
	}

	#isValid(userId: string, summary: CommitSummary, batch: Batch): boolean {
		const expected = batch.adds.size + batch.removes.size;
		return (
			this.#groupId.equals(summary.groupId) &&
			summary.epoch === this.#epoch &&
			this.#leaves[summary.senderLeaf] === userId &&
			summary.refs.length === expected &&
			new Set(summary.refs).size === expected &&
			summary.refs.every((ref) => batch.adds.has(ref) || batch.removes.has(ref)) &&
			(batch.adds.size === 0) === (summary.welcome === undefined)
		);
	}

	#retire(userId: string): void {
		this.#waiting.delete(userId);
		for (const [leaf, owner] of this.#leaves.entries()) if (owner === userId) this.#departing.add(leaf);
		for (const add of this.#outstanding?.adds.values() ?? []) {
			if (add.userId === userId) this.#outstanding?.abandoned.add(userId);
		}
	}

	async #propose(): Promise<void> {
		if (this.members.length === 0) this.#beginGroup();
		if (this.#outstanding !== undefined || this.members.length === 0) return;
		if (this.#waiting.size === 0 && this.#departing.size === 0) return;
		const sign = (proposal: Parameters<MlsExternalSender['propose']>[2]): Promise<SignedProposal> =>
			this.#sender.propose(this.#groupId, this.#epoch, proposal);
		const removals: { leaf: number; signed: SignedProposal }[] = [];
		for (const leaf of this.#departing) {
			removals.push({ leaf, signed: await sign({ proposalType: 'remove', remove: { removed: leaf } }) });
		}
		const additions: { userId: string; keyPackage: KeyPackage; signed: SignedProposal }[] = [];
		for (const [userId, keyPackage] of this.#waiting) {
			additions.push({ userId, keyPackage, signed: await sign({ proposalType: 'add', add: { keyPackage } }) });
		}
		this.#waiting.clear();
		// Members have been told of those who left while this was signed, and take no proposal to add them.
		const present = additions.filter(({ userId }) => !this.#gone.has(userId));
		if (this.#resets > 0 || removals.length + present.length === 0) return;
		const adds = new Map(present.map(({ signed, userId, keyPackage }) => [signed.ref, { userId, keyPackage }]));
		const removes = new Map(removals.map(({ signed, leaf }) => [signed.ref, leaf]));
		this.#outstanding = { adds, removes, abandoned: new Set() };
		const messages = [...removals, ...present].map(({ signed }) => signed.message);
		this.#outlet.proposals(this.members, appendProposals(messages));
	}

	/**
	 * Every client opens a group of its own on receiving the external sender; the first whose key
	 * package is here becomes the one that adds the others.
	 */
	#beginGroup(): void {
		for (const { userId, keyPackage } of this.#outstanding?.adds.values() ?? []) {
			if (!this.#outstanding?.abandoned.has(userId) && !this.#waiting.has(userId)) {
				this.#waiting.set(userId, keyPackage);
			}
		}
		this.#clear();
		const [creator] = this.#waiting.keys();
		if (creator === undefined) return;
		this.#waiting.delete(creator);
		this.#leaves = [creator];
	}

	#clear(): void {
		this.#outstanding = undefined;
		this.#epoch = 0n;
		this.#leaves = [];
		this.#departing.clear();
	}

	#occupyLeaf(userId: string): number {
		const blank = this.#leaves.indexOf(undefined);
		const leaf = blank === -1 ? this.#leaves.length : blank;
		this.#leaves[leaf] = userId;
		return leaf;
	}

	/** Signing is asynchronous; one operation at a time keeps the book of leaves true. */
	#enqueue<T>(operation: () => Promise<T>): Promise<T> {
		const result = this.#queue.then(operation);
		this.#queue = result.then(
			() => undefined,
			() => undefined,
		);
		return result;
	}
}
