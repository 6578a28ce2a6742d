import { isSame, newSecret } from './secret.ts';
import { LINK_MS, type TokenFile } from './token-file.ts';

/**
 * The link of the log, with which an operator signs in: good once, for ten minutes. Further ones come from
 * `ses token sign-in`, through the file.
 */
export class SignInLink {
	readonly #file: TokenFile;
	#secret: string | undefined = newSecret();
	readonly #expiresAt = Date.now() + LINK_MS;

	constructor(file: TokenFile) {
		this.#file = file;
	}

	/** For whoever starts the program; gone once used. */
	get secret(): string | undefined {
		return this.#secret;
	}

	/** @returns whether it opens the door; it does so once */
	async use(secret: string): Promise<boolean> {
		if (this.#secret !== undefined && isSame(secret, this.#secret)) {
			this.#secret = undefined;
			return this.#expiresAt > Date.now();
		}
		return this.#file.useLink(secret);
	}
}
