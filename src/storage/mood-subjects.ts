import { createSecretKey, type KeyObject, randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { reading } from './failures.ts';
import type { StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

/** A member in a community, as the mood tables know them. */
export interface MoodSubject {
	readonly id: number;
	readonly dataKey: KeyObject;
}

export interface MemberIds {
	readonly guildId: string;
	readonly userId: string;
}

/** `randomInt` gives at most 48 bits; half a million subjects collide with a chance of 1 in 2000, and are then refused, not mixed up. */
const SUBJECT_IDS = 2 ** 48 - 1;

const sealedSubject = z.object({
	guildId: z.string(),
	userId: z.string(),
	dataKey: z.base64().transform((text) => createSecretKey(text, 'base64')),
});

export const memberPseudonym = (vault: Vault, { guildId, userId }: MemberIds): Buffer =>
	vault.pseudonym('mood-member', guildId, userId);

/** Finds the rows of members, by the hex of their pseudonyms. @throws SesError `SES_STORE_UNUSABLE` when one is damaged */
export async function findSubjects(
	db: StoreDatabase,
	vault: Vault,
	members: readonly Buffer[],
	file: string,
): Promise<Map<string, MoodSubject>> {
	const rows = await db.selectFrom('mood_subjects').selectAll().where('member', 'in', members).execute();
	return reading(file, () => {
		const found = new Map<string, MoodSubject>();
		for (const row of rows) {
			const { dataKey } = sealedSubject.parse(JSON.parse(vault.unseal(row.sealed, row.member).toString('utf8')));
			found.set(Buffer.from(row.member).toString('hex'), { id: Number(row.id), dataKey });
		}
		return found;
	});
}

/** Finds the rows of members, by the hex of their pseudonyms, and makes those that are missing. */
export async function ensureSubjects(
	db: StoreDatabase,
	vault: Vault,
	members: ReadonlyMap<string, MemberIds>,
	file: string,
): Promise<Map<string, MoodSubject>> {
	const pseudonyms = [...members.keys()].map((hex) => Buffer.from(hex, 'hex'));
	const existing = await findSubjects(db, vault, pseudonyms, file);
	const missing = pseudonyms.filter((member) => !existing.has(member.toString('hex')));
	if (missing.length === 0) return existing;
	const rows = missing.map((member) => {
		const content = { ...members.get(member.toString('hex')), dataKey: randomBytes(32).toString('base64') };
		return {
			id: randomInt(1, SUBJECT_IDS),
			member,
			sealed: vault.seal(Buffer.from(JSON.stringify(content)), member),
		};
	});
	await db
		.insertInto('mood_subjects')
		.values(rows)
		.onConflict((conflict) => conflict.column('member').doNothing())
		.execute();
	// Read again: another process may have made one of them first, with a key of its own.
	return new Map([...existing, ...(await findSubjects(db, vault, missing, file))]);
}
