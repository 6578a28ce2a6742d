import { z } from 'zod';
import type { GuildSettings, GuildSettingsStore } from '../domain/index.ts';
import { reading } from './failures.ts';
import type { StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

const guildSettings = z.object({
	follow: z.object({ enabled: z.boolean(), minMembers: z.int().min(1) }).exactOptional(),
});

export interface GuildSettingsStoreParts {
	readonly db: StoreDatabase;
	readonly vault: Vault;
	/** Named in errors. */
	readonly file: string;
}

/** {@link GuildSettingsStore} in a database: communities stand in it under pseudonyms, their choices are sealed. */
export class DatabaseGuildSettingsStore implements GuildSettingsStore {
	readonly #parts: GuildSettingsStoreParts;

	constructor(parts: GuildSettingsStoreParts) {
		this.#parts = parts;
	}

	async get(guildId: string): Promise<GuildSettings> {
		const { db, vault, file } = this.#parts;
		const guild = this.#guild(guildId);
		const row = await db.selectFrom('guild_settings').select('sealed').where('guild', '=', guild).executeTakeFirst();
		if (!row) return {};
		return reading(file, () => guildSettings.parse(JSON.parse(vault.unseal(row.sealed, guild).toString('utf8'))));
	}

	async set(guildId: string, settings: GuildSettings): Promise<void> {
		const { db, vault } = this.#parts;
		const guild = this.#guild(guildId);
		const sealed = vault.seal(Buffer.from(JSON.stringify(settings)), guild);
		await db
			.insertInto('guild_settings')
			.values({ guild, sealed })
			.onConflict((conflict) => conflict.column('guild').doUpdateSet({ sealed }))
			.execute();
	}

	#guild(guildId: string): Buffer {
		return this.#parts.vault.pseudonym('settings-guild', guildId);
	}
}
