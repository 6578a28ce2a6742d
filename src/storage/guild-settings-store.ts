import { z } from 'zod';
import type { AlertSettings, GuildSettings, GuildSettingsStore, SetupDraft } from '../domain/index.ts';
import { communityPseudonym } from './communities.ts';
import { reading } from './failures.ts';
import type { StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

const quietHours = z.object({ from: z.string(), to: z.string(), timeZone: z.string() });

const alertSettings = z.object({
	mode: z.enum(['monitor', 'live']),
	channelId: z.string().exactOptional(),
	roleId: z.string().exactOptional(),
	thresholdShift: z.number().min(-0.2).max(0.2),
	tuning: z.enum(['automatic', 'manual']).exactOptional(),
	quietHours: quietHours.exactOptional(),
	mutedUntil: z.number().exactOptional(),
} satisfies Record<keyof AlertSettings, z.ZodType>);

const choices = {
	alerts: alertSettings.exactOptional(),
	locale: z.string().exactOptional(),
	channels: z.array(z.string()).exactOptional(),
	retentionDays: z.int().min(1).exactOptional(),
	groupOf: z.union([z.literal(3), z.literal(5)]).exactOptional(),
} satisfies Record<keyof SetupDraft, z.ZodType>;

const guildSettings = z.object({
	...choices,
	draft: z.object(choices).exactOptional(),
	follow: z.object({ enabled: z.boolean(), minMembers: z.int().min(1) }).exactOptional(),
	attestation: z.object({ at: z.number(), by: z.string() }).exactOptional(),
	paused: z.boolean().exactOptional(),
	replies: z.boolean().exactOptional(),
	slowModes: z
		.array(z.object({ channelId: z.string(), seconds: z.number(), beforeS: z.number(), until: z.number() }))
		.exactOptional(),
} satisfies Record<keyof GuildSettings, z.ZodType>);

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
		const { db, vault } = this.#parts;
		const guild = communityPseudonym(vault, guildId);
		const row = await db.selectFrom('guild_settings').select('sealed').where('guild', '=', guild).executeTakeFirst();
		return row ? this.#open(guild, row.sealed) : {};
	}

	async set(guildId: string, settings: GuildSettings): Promise<void> {
		const { db, vault } = this.#parts;
		const guild = communityPseudonym(vault, guildId);
		const sealed = vault.seal(Buffer.from(JSON.stringify(guildSettings.parse(settings))), guild);
		await db
			.insertInto('guild_settings')
			.values({ guild, sealed })
			.onConflict((conflict) => conflict.column('guild').doUpdateSet({ sealed }))
			.execute();
	}

	/** Pseudonyms of communities that keep moods for a shorter time, and for how many days. */
	async retentions(): Promise<{ readonly guild: Uint8Array; readonly days: number }[]> {
		const rows = await this.#parts.db.selectFrom('guild_settings').selectAll().execute();
		return rows.flatMap(({ guild, sealed }) => {
			const { retentionDays } = this.#open(guild, sealed);
			return retentionDays === undefined ? [] : [{ guild, days: retentionDays }];
		});
	}

	#open(guild: Uint8Array, sealed: Uint8Array): GuildSettings {
		const { vault, file } = this.#parts;
		return reading(file, () => guildSettings.parse(JSON.parse(vault.unseal(sealed, guild).toString('utf8'))));
	}
}
