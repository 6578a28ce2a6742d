import type { Fault } from '../rules.ts';

export interface StallOptions {
	/** Whose packets are held; everyone's by default. */
	readonly from?: string;
	/** On their way to whom; everyone by default. */
	readonly to?: string;
	/** Until {@link Stall.release} or {@link Stall.drop} by default. */
	readonly forMs?: number;
	/** What becomes of the packets when the stall ends; released by default, all at once and in order. */
	readonly outcome?: 'release' | 'drop';
}

/** Packets held back by the voice server. `hits` counts them; ending it does what its `outcome` says. */
export interface Stall extends Fault {
	/** Packets that wait now. */
	readonly held: number;
	/** Lets go of what was held, at once and in order, and ends. */
	release(): void;
	/** Forgets what was held, and ends. */
	drop(): void;
}

/** The stalls in force on one simulation's packets. */
export class Stalls {
	readonly #stalls = new Set<ActiveStall>();

	begin(options: StallOptions): Stall {
		const stall = new ActiveStall(options, () => this.#stalls.delete(stall));
		this.#stalls.add(stall);
		return stall;
	}

	/** @returns whether the packet is held; `send` sends it later */
	hold(from: string, to: string, send: () => void): boolean {
		for (const stall of this.#stalls) if (stall.hold(from, to, send)) return true;
		return false;
	}

	endAll(): void {
		for (const stall of this.#stalls) stall.end();
	}

	/** Forgets all that is held. */
	dropAll(): void {
		for (const stall of this.#stalls) stall.drop();
	}
}

class ActiveStall implements Stall {
	readonly #options: StallOptions;
	readonly #onEnd: () => void;
	readonly #timer: NodeJS.Timeout | undefined;
	#waiting: (() => void)[] = [];
	#hits = 0;

	constructor(options: StallOptions, onEnd: () => void) {
		this.#options = options;
		this.#onEnd = onEnd;
		if (options.forMs !== undefined) this.#timer = setTimeout(() => this.end(), options.forMs).unref();
	}

	get hits(): number {
		return this.#hits;
	}

	get held(): number {
		return this.#waiting.length;
	}

	hold(from: string, to: string, send: () => void): boolean {
		if ((this.#options.from ?? from) !== from || (this.#options.to ?? to) !== to) return false;
		this.#hits++;
		this.#waiting.push(send);
		return true;
	}

	release(): void {
		const waiting = this.#waiting;
		this.drop();
		for (const send of waiting) send();
	}

	drop(): void {
		clearTimeout(this.#timer);
		this.#waiting = [];
		this.#onEnd();
	}

	end(): void {
		this[this.#options.outcome ?? 'release']();
	}

	[Symbol.dispose](): void {
		this.end();
	}
}
