import { z } from 'zod';
import type { AuditAction, AuditEntry, AuditStore } from '../domain/index.ts';
import { communityPseudonym } from './communities.ts';
import { communityContext } from './crypto.ts';
import { reading } from './failures.ts';
import type { StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

/** All but where and when, which the row knows. An action of a newer release is handed out as it stands. */
const sealedEntry = z.object({
	actor: z.string(),
	action: z.custom<AuditAction>((value) => typeof value === 'string'),
	subject: z.string(),
	detail: z.string(),
});

export interface AuditStoreParts {
	readonly db: StoreDatabase;
	readonly vault: Vault;
	/** Named in errors. */
	readonly file: string;
}

/** {@link AuditStore} in a database: who did what is sealed, only the time stays readable. */
export class DatabaseAuditStore implements AuditStore {
	readonly #parts: AuditStoreParts;

	constructor(parts: AuditStoreParts) {
		this.#parts = parts;
	}

	async add({ guildId, at, ...entry }: AuditEntry): Promise<void> {
		const { db, vault } = this.#parts;
		const guild = communityPseudonym(vault, guildId);
		const content = Buffer.from(JSON.stringify(sealedEntry.parse(entry)));
		const sealed = vault.seal(content, communityContext(guild, at));
		await db.insertInto('audit').values({ guild, at, sealed }).execute();
	}

	/** Deletes what is older than `before`. */
	async purge(before: number): Promise<void> {
		await this.#parts.db.deleteFrom('audit').where('at', '<', before).execute();
	}

	async list(guildId: string, query: { readonly from: number; readonly limit: number }): Promise<AuditEntry[]> {
		const { db, vault, file } = this.#parts;
		const guild = communityPseudonym(vault, guildId);
		const rows = await db
			.selectFrom('audit')
			.select(['at', 'sealed'])
			.where('guild', '=', guild)
			.where('at', '>=', query.from)
			.orderBy('at', 'desc')
			.orderBy('number', 'desc')
			.limit(query.limit)
			.execute();
		return reading(file, () =>
			rows.map((row) => {
				const at = Number(row.at);
				const content = vault.unseal(row.sealed, communityContext(guild, at)).toString('utf8');
				return { guildId, at, ...sealedEntry.parse(JSON.parse(content)) };
			}),
		);
	}
}
