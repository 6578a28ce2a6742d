import { z } from 'zod';

/** How often a bot may identify within a day, as GET /gateway/bot tells it. */
export const sessionStartOptions = z.strictObject({
	total: z.int().min(1).default(1_000),
	/** Of `total`, at the start of the simulation; each IDENTIFY takes one. All of them by default. */
	remaining: z.int().min(0).optional(),
	/** How many shards may identify in the same five seconds. A hint to the client; it is not enforced. */
	maxConcurrency: z.int().min(1).default(16),
});

const DAY_MS = 86_400_000;

/** Counts each bot's session starts. */
export class SessionStarts {
	readonly #options: z.output<typeof sessionStartOptions>;
	readonly #used = new Map<string, number>();
	readonly #startedAt = performance.now();

	constructor(options: z.output<typeof sessionStartOptions>) {
		this.#options = options;
	}

	/** @returns false when the bot has used them all up */
	take(botId: string): boolean {
		if (this.#remaining(botId) === 0) return false;
		this.#used.set(botId, (this.#used.get(botId) ?? 0) + 1);
		return true;
	}

	/** As GET /gateway/bot gives it. */
	limitOf(botId: string) {
		return {
			total: this.#options.total,
			remaining: this.#remaining(botId),
			reset_after: Math.max(0, Math.round(this.#startedAt + DAY_MS - performance.now())),
			max_concurrency: this.#options.maxConcurrency,
		};
	}

	#remaining(botId: string): number {
		const { total, remaining = total } = this.#options;
		return Math.max(0, Math.min(remaining, total) - (this.#used.get(botId) ?? 0));
	}
}
