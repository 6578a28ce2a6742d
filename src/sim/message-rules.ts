import { RuleBook } from './rules.ts';

export type MessageEffect =
	| { readonly kind: 'drop' }
	| { readonly kind: 'delay'; readonly ms: number }
	/** The message arrives with a bit of its payload flipped; for binary messages. */
	| { readonly kind: 'corrupt' };

export interface MessageRule<Name> {
	readonly names: ReadonlySet<Name>;
	/** Whom the message is to (or from); undefined: anybody. */
	readonly userId: string | undefined;
	readonly effect: MessageEffect;
}

/** Rules for the messages of a gateway, by opcode or event name and user. */
export class MessageRules<Name extends number | string> extends RuleBook<MessageRule<Name>> {
	/** Messages that wait, for each user. */
	readonly #lanes = new Map<string | undefined, Set<Lane<Name>>>();

	/**
	 * Sends, sends later, or does not send a message. What one rule delays keeps its order, also with
	 * what comes after the rule has ended; messages that it does not name overtake.
	 *
	 * @param userId undefined while the peer has not said who it is
	 */
	apply(name: Name, userId: string | undefined, deliver: (isCorrupt: boolean) => void): void {
		if (this.isEmpty && this.#lanes.size === 0) {
			deliver(false);
			return;
		}
		const rule = this.#find(name, userId);
		const effect = rule?.effect;
		if (effect?.kind === 'drop') return;
		const send = () => deliver(effect?.kind === 'corrupt');
		const waiting = [...(this.#lanes.get(userId) ?? [])].find(({ names }) => names.has(name));
		if (rule !== undefined && effect?.kind === 'delay') {
			(waiting ?? this.#openLane(rule.names, userId)).push(performance.now() + effect.ms, send);
		} else if (waiting !== undefined) waiting.push(performance.now(), send);
		else send();
	}

	of(name: Name, userId: string | undefined): MessageEffect | undefined {
		return this.#find(name, userId)?.effect;
	}

	#find(name: Name, userId: string | undefined): MessageRule<Name> | undefined {
		return this.match((rule) => rule.names.has(name) && (rule.userId === undefined || rule.userId === userId));
	}

	#openLane(names: ReadonlySet<Name>, userId: string | undefined): Lane<Name> {
		const lanes = this.#lanes.get(userId) ?? new Set();
		this.#lanes.set(userId, lanes);
		const lane = new Lane(names, () => {
			lanes.delete(lane);
			if (lanes.size === 0) this.#lanes.delete(userId);
		});
		lanes.add(lane);
		return lane;
	}
}

/** A queue that lets each message go at its time, and none before those ahead of it. */
class Lane<Name> {
	readonly names: ReadonlySet<Name>;
	readonly #onEmpty: () => void;
	readonly #queue: { readonly dueMs: number; readonly send: () => void }[] = [];

	constructor(names: ReadonlySet<Name>, onEmpty: () => void) {
		this.names = names;
		this.#onEmpty = onEmpty;
	}

	push(dueMs: number, send: () => void): void {
		this.#queue.push({ dueMs, send });
		if (this.#queue.length === 1) this.#arm();
	}

	#arm(): void {
		const [first] = this.#queue;
		if (first === undefined) this.#onEmpty();
		else setTimeout(() => this.#drain(), Math.max(0, first.dueMs - performance.now())).unref();
	}

	#drain(): void {
		// Timers may fire a moment early; what is due within a millisecond is due.
		while (this.#queue[0] !== undefined && this.#queue[0].dueMs <= performance.now() + 1) {
			this.#queue[0].send();
			this.#queue.shift();
		}
		this.#arm();
	}
}
