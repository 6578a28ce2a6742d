import type { Visitor } from './principal.ts';
import { hashOf, newSecret } from './secret.ts';

/** More than these are not signed in at a time; the oldest go first. */
const MOST = 1000;

/** Who is signed in to the console. In memory only: a restart signs everybody out. */
export class Visits {
	readonly #lifetimeMs: number;
	/** By the hash of what the cookie holds. */
	readonly #visitors = new Map<string, Visitor>();

	constructor(lifetimeMs: number) {
		this.#lifetimeMs = lifetimeMs;
	}

	/** @returns what the cookie is to hold */
	begin(who: Pick<Visitor, 'kind' | 'name' | 'actor' | 'guilds'>): string {
		const secret = newSecret();
		const key = hashOf(secret);
		const expiresAt = Date.now() + this.#lifetimeMs;
		const stillGood = (): boolean => this.#visitors.has(key) && expiresAt > Date.now();
		for (const oldest of this.#visitors.keys()) {
			if (this.#visitors.size < MOST) break;
			this.#visitors.delete(oldest);
		}
		this.#visitors.set(key, { ...who, csrfToken: newSecret(), expiresAt, stillGood });
		return secret;
	}

	find(secret: string): Visitor | undefined {
		const key = hashOf(secret);
		const visitor = this.#visitors.get(key);
		if (visitor?.stillGood()) return visitor;
		this.#visitors.delete(key);
		return undefined;
	}

	end(secret: string): void {
		this.#visitors.delete(hashOf(secret));
	}
}
