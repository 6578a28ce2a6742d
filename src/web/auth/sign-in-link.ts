import { isSame, newSecret } from './secret.ts';
import { LINK_MS, type TokenFile } from './token-file.ts';

/**
 * The links of the log, with which an operator signs in: each good once, for ten minutes from the start. Further ones
 * come from `ses token sign-in`, through the file.
 */
export class SignInLink {
	readonly #file: TokenFile;
	readonly #secrets = new Set<string>();
	readonly #expiresAt = Date.now() + LINK_MS;

	constructor(file: TokenFile) {
		this.#file = file;
	}

	/** @returns a secret for whoever starts the program */
	issue(): string {
		const secret = newSecret();
		this.#secrets.add(secret);
		return secret;
	}

	/** @returns whether it opens the door; it does so once */
	async use(secret: string): Promise<boolean> {
		const known = [...this.#secrets].find((each) => isSame(secret, each));
		if (known === undefined) return this.#file.useLink(secret);
		this.#secrets.delete(known);
		return this.#expiresAt > Date.now();
	}
}
