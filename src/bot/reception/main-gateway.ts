import { setTimeout as delay } from 'node:timers/promises';
import { type Guild, Status } from 'discord.js';

const PATIENCE_MS = 5 * 60_000;
const POLL_MS = 250;

/** The account's connection to Discord's main gateway, on which voice servers are asked for. */
export class MainGateway {
	readonly #guild: Guild;

	constructor(guild: Guild) {
		this.#guild = guild;
	}

	get isUp(): boolean {
		return this.#guild.shard.status === Status.Ready;
	}

	/** Waits until it is up. @returns false when it has not come back within five minutes. Rejects when `signal` aborts */
	async up(signal: AbortSignal): Promise<boolean> {
		const deadline = performance.now() + PATIENCE_MS;
		while (!this.isUp && performance.now() < deadline) await delay(POLL_MS, undefined, { signal });
		return this.isUp;
	}
}
