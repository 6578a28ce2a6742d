import { createSecretKey, type KeyObject, randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { communityPseudonym } from './communities.ts';
import { reading } from './failures.ts';
import type { MoodSubjectsTable, StoreDatabase } from './schema.ts';
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

type SubjectRow = Pick<MoodSubjectsTable, 'member' | 'sealed'>;

const unsealSubject = (vault: Vault, { sealed, member }: SubjectRow): z.infer<typeof sealedSubject> =>
	sealedSubject.parse(JSON.parse(vault.unseal(sealed, member).toString('utf8')));

/** @throws UnsealError, z.ZodError when the row is damaged */
export const toSubject = (vault: Vault, row: SubjectRow & { readonly id: number }): MoodSubject => ({
	id: Number(row.id),
	dataKey: unsealSubject(vault, row).dataKey,
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
			found.set(Buffer.from(row.member).toString('hex'), toSubject(vault, row));
		}
		return found;
	});
}

/** Everyone whose moods are kept in a community. */
export async function subjectsOf(
	db: StoreDatabase,
	vault: Vault,
	guildId: string,
	file: string,
): Promise<MoodSubject[]> {
	const guild = communityPseudonym(vault, guildId);
	const rows = await db.selectFrom('mood_subjects').selectAll().where('guild', '=', guild).execute();
	return reading(file, () => rows.map((row) => toSubject(vault, row)));
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
		const ids = members.get(member.toString('hex')) as MemberIds;
		const content = { ...ids, dataKey: randomBytes(32).toString('base64') };
		return {
			id: randomInt(1, SUBJECT_IDS),
			member,
			guild: communityPseudonym(vault, ids.guildId),
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

/** Fills in the community of members whose moods were recorded before the table had that column. */
export async function fillInCommunities(db: StoreDatabase, vault: Vault, file: string): Promise<void> {
	const rows = await db
		.selectFrom('mood_subjects')
		.select(['id', 'member', 'sealed'])
		.where('guild', 'is', null)
		.execute();
	for (const row of rows) {
		const { guildId } = reading(file, () => unsealSubject(vault, row));
		const guild = communityPseudonym(vault, guildId);
		await db.updateTable('mood_subjects').set({ guild }).where('id', '=', row.id).execute();
	}
}
