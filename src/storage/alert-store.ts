import { z } from 'zod';
import type { AlertChange, AlertRecord, AlertStore, HeatState, Reason, Verdict } from '../domain/index.ts';
import { communityPseudonym } from './communities.ts';
import { communityContext } from './crypto.ts';
import { reading } from './failures.ts';
import type { AlertsTable, StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

/** Texts that mean something; those of a newer release are handed out as they stand. */
const word = <T extends string>() => z.custom<T>((value) => typeof value === 'string');

/** Fields of a newer release are kept, too. */
const sealedAlert = z.looseObject({
	guildId: z.string(),
	channelId: z.string(),
	alertId: z.string(),
	at: z.number(),
	sessionId: z.string(),
	mode: word<AlertRecord['mode']>(),
	score: z.number(),
	contributors: z.number(),
	held: word<NonNullable<AlertRecord['held']>>().exactOptional(),
	reasons: z.array(z.looseObject({ code: word<Reason['code']>(), points: z.number(), text: z.string() })),
	heat: z.array(z.object({ at: z.number(), score: z.number(), state: word<HeatState>() })),
	thresholds: z.object({ warm: z.number(), hot: z.number() }).exactOptional(),
	speakers: z.array(z.string()),
	message: z.object({ channelId: z.string(), messageId: z.string() }).exactOptional(),
	acknowledged: z.object({ by: z.string(), at: z.number() }).exactOptional(),
	verdict: z.object({ by: z.string(), at: z.number(), verdict: word<Verdict>() }).exactOptional(),
} satisfies Record<keyof AlertRecord, z.ZodType>);

export interface AlertStoreParts {
	readonly db: StoreDatabase;
	readonly vault: Vault;
	/** Named in errors. */
	readonly file: string;
}

type AlertRow = Pick<AlertsTable, 'alert' | 'guild' | 'at' | 'sealed'>;

/** {@link AlertStore} in a database: what happened and who took part is sealed, only the time stays readable. */
export class DatabaseAlertStore implements AlertStore {
	readonly #parts: AlertStoreParts;

	constructor(parts: AlertStoreParts) {
		this.#parts = parts;
	}

	/** Adding an alert again replaces it. */
	async add(alert: AlertRecord): Promise<void> {
		const { db, vault } = this.#parts;
		const guild = communityPseudonym(vault, alert.guildId);
		const sealed = this.#seal(guild, alert);
		await db
			.insertInto('alerts')
			.values({ alert: this.#alert(alert.guildId, alert.alertId), guild, at: alert.at, sealed })
			.onConflict((conflict) => conflict.column('alert').doUpdateSet({ at: alert.at, sealed }))
			.execute();
	}

	async get(guildId: string, alertId: string): Promise<AlertRecord | undefined> {
		const row = await this.#row(this.#alert(guildId, alertId));
		return row && this.#open(row);
	}

	async list(guildId: string, query: { readonly from: number; readonly limit: number }): Promise<AlertRecord[]> {
		const rows = await this.#parts.db
			.selectFrom('alerts')
			.selectAll()
			.where('guild', '=', communityPseudonym(this.#parts.vault, guildId))
			.where('at', '>=', query.from)
			.orderBy('at', 'desc')
			.orderBy('alert')
			.limit(query.limit)
			.execute();
		return rows.map((row) => this.#open(row));
	}

	async change(guildId: string, alertId: string, change: AlertChange): Promise<AlertRecord | undefined> {
		const alert = this.#alert(guildId, alertId);
		for (;;) {
			const row = await this.#row(alert);
			if (!row) return undefined;
			const changed = { ...this.#open(row), ...change };
			if (await this.#replace(this.#parts.db, row, changed)) return changed;
		}
	}

	/**
	 * Takes a member out of all alerts of a community: the alert stays, who took part is forgotten.
	 *
	 * @param db a transaction, that of the member's erasure
	 */
	async forget(db: StoreDatabase, guildId: string, userId: string): Promise<void> {
		const guild = communityPseudonym(this.#parts.vault, guildId);
		for (let settled = false; !settled; ) {
			settled = true;
			const rows = await db.selectFrom('alerts').selectAll().where('guild', '=', guild).execute();
			for (const row of rows) {
				const alert = this.#open(row);
				if (!alert.speakers.includes(userId)) continue;
				const speakers = alert.speakers.filter((speaker) => speaker !== userId);
				if (!(await this.#replace(db, row, { ...alert, speakers }))) settled = false;
			}
		}
	}

	/** Deletes what is older than `before`. @param guild pseudonym of the one community to look at */
	async purge(before: number, guild?: Uint8Array): Promise<void> {
		let old = this.#parts.db.deleteFrom('alerts').where('at', '<', before);
		if (guild) old = old.where('guild', '=', guild);
		await old.execute();
	}

	#row(alert: Buffer): Promise<AlertRow | undefined> {
		return this.#parts.db.selectFrom('alerts').selectAll().where('alert', '=', alert).executeTakeFirst();
	}

	/** @returns whether the row was still as it was read; every sealing differs, so that it tells versions apart */
	async #replace(db: StoreDatabase, row: AlertRow, alert: AlertRecord): Promise<boolean> {
		const result = await db
			.updateTable('alerts')
			.set({ sealed: this.#seal(row.guild, alert) })
			.where('alert', '=', row.alert)
			.where('sealed', '=', row.sealed)
			.executeTakeFirst();
		return Number(result.numUpdatedRows) > 0;
	}

	#seal(guild: Uint8Array, alert: AlertRecord): Buffer {
		const content = Buffer.from(JSON.stringify(sealedAlert.parse(alert)));
		return this.#parts.vault.seal(content, communityContext(guild, alert.at));
	}

	#open(row: AlertRow): AlertRecord {
		return reading(this.#parts.file, () => {
			const content = this.#parts.vault.unseal(row.sealed, communityContext(row.guild, Number(row.at)));
			return sealedAlert.parse(JSON.parse(content.toString('utf8')));
		});
	}

	#alert(guildId: string, alertId: string): Buffer {
		return this.#parts.vault.pseudonym('alert', guildId, alertId);
	}
}
