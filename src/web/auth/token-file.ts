import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { reasonOf, SesError } from '../../domain/index.ts';
import { FEED_TYPES } from '../feed/types.ts';
import { SCOPES } from './principal.ts';
import { hashOf, isSame, newSecret } from './secret.ts';

const milliseconds = z.int().min(0);
const guildId = z.string().regex(/^\d{17,20}$/);
const userId = guildId;

const tokenSchema = z.strictObject({
	id: z.string().regex(/^[a-z0-9]{8}$/),
	name: z.string().min(1).max(60),
	hash: z.string(),
	scopes: z.array(z.enum(SCOPES)).min(1),
	guilds: z.union([z.literal('all'), z.array(guildId).min(1)]),
	types: z.array(z.enum(FEED_TYPES)).min(1).optional(),
	/** User id of the only one of whom it tells. */
	member: userId.optional(),
	createdAt: milliseconds,
	expiresAt: milliseconds.optional(),
});
/** A program's token as it is kept: everything but the token itself. */
export type TokenRecord = z.infer<typeof tokenSchema>;

const fileSchema = z.strictObject({
	version: z.literal(1),
	tokens: z.array(tokenSchema),
	/** Links to sign in with, each good once. */
	links: z.array(z.strictObject({ hash: z.string(), expiresAt: milliseconds })),
});
type Contents = z.infer<typeof fileSchema>;

const EMPTY: Contents = { version: 1, tokens: [], links: [] };
const TOKEN = /^ses_([a-z0-9]{8})_([\w-]{43})$/;
const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyz';
const newId = (): string => Array.from(randomBytes(8), (byte) => SIGNS[byte % SIGNS.length]).join('');

/** How long a link to sign in with is good. */
export const LINK_MS = 10 * 60_000;

export interface TokenRequest {
	readonly name: string;
	readonly scopes: TokenRecord['scopes'];
	readonly guilds: TokenRecord['guilds'];
	readonly types?: TokenRecord['types'];
	readonly member?: string | undefined;
	readonly expiresAt?: number | undefined;
}

/**
 * Tokens of programs, and links to sign in with, in a file that the command line writes and the server reads.
 * It is read anew when it has changed, so that what is revoked ends without a restart.
 */
export class TokenFile {
	readonly #file: string;
	#contents: Contents = EMPTY;
	#seen = '';

	constructor(file: string) {
		this.#file = file;
	}

	/**
	 * Reads the file if it has changed.
	 *
	 * @returns whether it had
	 * @throws {SesError} SES_WEB_TOKENS
	 */
	async refresh(): Promise<boolean> {
		try {
			const now = await this.#stamp();
			if (now === this.#seen) return false;
			this.#contents = now === '' ? EMPTY : fileSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')));
			this.#seen = now;
			return true;
		} catch (error) {
			const reason = error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error);
			throw new SesError('SES_WEB_TOKENS', { file: this.#file, reason }, error);
		}
	}

	/** As last read. */
	get tokens(): readonly TokenRecord[] {
		return this.#contents.tokens;
	}

	/** Whether the token with this id is known and has not run out. */
	isGood(id: string): boolean {
		const record = this.#contents.tokens.find((token) => token.id === id);
		return record !== undefined && (record.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now();
	}

	/** @returns `undefined` for what is no token, or no good one any more */
	find(token: string): TokenRecord | undefined {
		const [, id, secret] = TOKEN.exec(token) ?? [];
		if (id === undefined || secret === undefined) return undefined;
		const record = this.#contents.tokens.find((each) => each.id === id);
		return record && isSame(record.hash, hashOf(secret)) && this.isGood(id) ? record : undefined;
	}

	/** @returns the token, which is not kept */
	async create({ name, scopes, guilds, types, member, expiresAt }: TokenRequest): Promise<string> {
		await this.refresh();
		const [id, secret] = [newId(), newSecret()];
		const record = {
			id,
			name,
			hash: hashOf(secret),
			scopes,
			guilds,
			...(types && { types }),
			...(member !== undefined && { member }),
			createdAt: Date.now(),
			...(expiresAt !== undefined && { expiresAt }),
		};
		await this.#write({ ...this.#contents, tokens: [...this.#contents.tokens, tokenSchema.parse(record)] });
		return `ses_${id}_${secret}`;
	}

	/** @returns whether there was such a token */
	async revoke(id: string): Promise<boolean> {
		await this.refresh();
		const tokens = this.#contents.tokens.filter((token) => token.id !== id);
		if (tokens.length === this.#contents.tokens.length) return false;
		await this.#write({ ...this.#contents, tokens });
		return true;
	}

	/** @returns the secret of a link that signs an operator in, once and for ten minutes */
	async createLink(): Promise<string> {
		await this.refresh();
		const secret = newSecret();
		const now = Date.now();
		const links = this.#contents.links.filter(({ expiresAt }) => expiresAt > now);
		await this.#write({ ...this.#contents, links: [...links, { hash: hashOf(secret), expiresAt: now + LINK_MS }] });
		return secret;
	}

	/** @returns whether the link was good; it is not any more */
	async useLink(secret: string): Promise<boolean> {
		await this.refresh();
		const hash = hashOf(secret);
		const link = this.#contents.links.find((each) => isSame(each.hash, hash));
		if (!link) return false;
		const links = this.#contents.links.filter((each) => each !== link);
		// Before anything is waited for: two that come at once do not both find it.
		this.#contents = { ...this.#contents, links };
		await this.#write(this.#contents);
		return link.expiresAt > Date.now();
	}

	async #write(contents: Contents): Promise<void> {
		const draft = `${this.#file}.${process.pid}.tmp`;
		try {
			await mkdir(dirname(this.#file), { recursive: true });
			await writeFile(draft, `${JSON.stringify(contents, null, '\t')}\n`, { mode: 0o600 });
			await rename(draft, this.#file);
		} catch (error) {
			throw new SesError('SES_WEB_TOKENS', { file: this.#file, reason: reasonOf(error) }, error);
		}
		this.#contents = contents;
		this.#seen = await this.#stamp();
	}

	/** Empty where there is no file. */
	async #stamp(): Promise<string> {
		try {
			const { mtimeMs, size, ino } = await stat(this.#file);
			return `${mtimeMs} ${size} ${ino}`;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
			throw error;
		}
	}
}
