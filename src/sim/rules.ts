/** A fault that lasts until it is ended: `using fault = …` ends it with the block. */
export interface Fault extends Disposable {
	/** How often it has struck. */
	readonly hits: number;
	end(): void;
}

export interface RuleOptions {
	/** Ends by itself after so many hits. */
	readonly times?: number | undefined;
	readonly onEnd?: (() => void) | undefined;
}

interface Entry<Rule> extends Fault {
	readonly rule: Rule;
	hit(): void;
}

/** Rules in force, oldest first. The servers ask it at each step at which a test may want trouble. */
export class RuleBook<Rule> {
	readonly #entries = new Set<Entry<Rule>>();

	add(rule: Rule, { times = Number.POSITIVE_INFINITY, onEnd }: RuleOptions = {}): Fault {
		let hits = 0;
		const end = () => {
			if (this.#entries.delete(entry)) onEnd?.();
		};
		const entry: Entry<Rule> = {
			rule,
			get hits() {
				return hits;
			},
			hit: () => {
				hits++;
				if (hits >= times) end();
			},
			end,
			[Symbol.dispose]: end,
		};
		this.#entries.add(entry);
		return entry;
	}

	get isEmpty(): boolean {
		return this.#entries.size === 0;
	}

	/** @returns the oldest rule that applies; it counts a hit */
	match(applies: (rule: Rule) => boolean): Rule | undefined {
		for (const entry of this.#entries) {
			if (!applies(entry.rule)) continue;
			entry.hit();
			return entry.rule;
		}
		return undefined;
	}

	endAll(): void {
		for (const entry of this.#entries) entry.end();
	}
}
