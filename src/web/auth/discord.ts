import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isModerator } from '../../domain/index.ts';
import type { OAuthOptions } from '../options.ts';
import { isSame, newSecret } from './secret.ts';

/** How long one may take to agree at Discord's. */
export const ATTEMPT_MS = 10 * 60_000;
const MOST_ATTEMPTS = 1000;
const ANSWER_MS = 10_000;

const tokenAnswer = z.object({ access_token: z.string().min(1) });
const userAnswer = z.object({ id: z.string(), username: z.string(), global_name: z.string().nullish() });
const guildsAnswer = z.array(
	z.object({ id: z.string(), owner: z.boolean().optional(), permissions: z.string().regex(/^\d{1,40}$/) }),
);

interface Attempt {
	readonly verifier: string;
	/** What the browser that began it holds in a cookie. */
	readonly nonce: string;
	readonly expiresAt: number;
}

/** Who signed in, and which servers they moderate, whether or not the bot is there. */
export interface DiscordVisitor {
	readonly userId: string;
	readonly name: string;
	readonly guildIds: readonly string[];
}

/**
 * Signing in with Discord: OAuth2's authorization code grant with state and PKCE (RFC 6749, RFC 7636). An attempt
 * belongs to the browser that began it and counts once.
 */
export class DiscordSignIn {
	readonly #client: { readonly id: string; readonly secret: string };
	readonly #options: OAuthOptions;
	readonly #redirectUri: () => string;
	/** By state. */
	readonly #attempts = new Map<string, Attempt>();

	/** @param redirectUri as Discord was told it */
	constructor(
		client: { readonly id: string; readonly secret: string },
		options: OAuthOptions,
		redirectUri: () => string,
	) {
		this.#client = client;
		this.#options = options;
		this.#redirectUri = redirectUri;
	}

	/** @returns where to send the browser, and what it has to keep in a cookie */
	begin(): { readonly url: string; readonly nonce: string } {
		const [state, verifier, nonce] = [newSecret(), newSecret(), newSecret()];
		for (const oldest of this.#attempts.keys()) {
			if (this.#attempts.size < MOST_ATTEMPTS) break;
			this.#attempts.delete(oldest);
		}
		this.#attempts.set(state, { verifier, nonce, expiresAt: Date.now() + ATTEMPT_MS });
		const url = new URL(this.#options.authorizeUrl);
		for (const [name, value] of Object.entries({
			response_type: 'code',
			client_id: this.#client.id,
			scope: 'identify guilds',
			state,
			redirect_uri: this.#redirectUri(),
			code_challenge: createHash('sha256').update(verifier).digest('base64url'),
			code_challenge_method: 'S256',
			prompt: 'none',
		})) {
			url.searchParams.set(name, value);
		}
		return { url: url.href, nonce };
	}

	/**
	 * @param nonce of the browser's cookie
	 * @throws when Discord cannot be asked or answers something else
	 * @returns `undefined` when this browser has no such attempt under way
	 */
	async finish(code: string, state: string, nonce: string): Promise<DiscordVisitor | undefined> {
		const attempt = this.#attempts.get(state);
		this.#attempts.delete(state);
		if (!attempt || attempt.expiresAt <= Date.now() || !isSame(attempt.nonce, nonce)) return undefined;
		const { access_token: token } = tokenAnswer.parse(
			await this.#post('/oauth2/token', {
				grant_type: 'authorization_code',
				code,
				redirect_uri: this.#redirectUri(),
				code_verifier: attempt.verifier,
			}),
		);
		const [user, guilds] = await Promise.all([
			this.#get('/users/@me', token).then((answer) => userAnswer.parse(answer)),
			this.#get('/users/@me/guilds', token).then((answer) => guildsAnswer.parse(answer)),
		]);
		// It has answered what it was for. Should this fail, it still runs out by itself.
		void this.#post('/oauth2/token/revoke', { token, token_type_hint: 'access_token' }).catch(() => {});
		return {
			userId: user.id,
			name: user.global_name ?? user.username,
			guildIds: guilds
				.filter(({ owner, permissions }) => owner || isModerator(BigInt(permissions)))
				.map(({ id }) => id),
		};
	}

	async #post(path: string, form: Record<string, string>): Promise<unknown> {
		const body = new URLSearchParams({ ...form, client_id: this.#client.id, client_secret: this.#client.secret });
		return this.#ask(path, { method: 'POST', body });
	}

	#get(path: string, token: string): Promise<unknown> {
		return this.#ask(path, { headers: { authorization: `Bearer ${token}` } });
	}

	async #ask(path: string, init: RequestInit): Promise<unknown> {
		const response = await fetch(`${this.#options.apiBase}${path}`, {
			...init,
			redirect: 'error',
			signal: AbortSignal.timeout(ANSWER_MS),
		});
		if (!response.ok) throw new Error(`Discord answered ${response.status} at ${path}`);
		return response.json().catch(() => ({}));
	}
}
