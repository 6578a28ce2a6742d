import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { reading } from './failures.ts';
import type { StoreDatabase } from './schema.ts';
import type { Vault } from './vault.ts';

/** A member in a community, as the mood tables know them. */
export interface MoodSubject {
	readonly id: number;
	readonly dataKey: Buffer;
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
	dataKey: z.base64().transform((text) => Buffer.from(text, 'base64')),
});

export const memberPseudonym = (vault: Vault, { guildId, userId }: MemberIds): Buffer =>
	vault.pseudonym('mood-member', guildId, userId);

/** Finds a member's row. @throws SesError `SES_STORE_UNUSABLE` when it is damaged */
export async function findSubject(
	db: StoreDatabase,
	vault: Vault,
	member: Buffer,
	file: string,
): Promise<MoodSubject | undefined> {
	const row = await db.selectFrom('mood_subjects').selectAll().where('member', '=', member).executeTakeFirst();
	if (!row) return undefined;
	return reading(file, () => {
		const { dataKey } = sealedSubject.parse(JSON.parse(vault.unseal(row.sealed, row.member).toString('utf8')));
		return { id: Number(row.id), dataKey };
	});
}

/** Finds a member's row or makes one, with a data key of its own. */
export async function ensureSubject(
	db: StoreDatabase,
	vault: Vault,
	ids: MemberIds,
	file: string,
): Promise<MoodSubject> {
	const member = memberPseudonym(vault, ids);
	const existing = await findSubject(db, vault, member, file);
	if (existing) return existing;
	const content = { guildId: ids.guildId, userId: ids.userId, dataKey: randomBytes(32).toString('base64') };
	await db
		.insertInto('mood_subjects')
		.values({
			id: randomInt(1, SUBJECT_IDS),
			member,
			sealed: vault.seal(Buffer.from(JSON.stringify(content)), member),
		})
		.onConflict((conflict) => conflict.column('member').doNothing())
		.execute();
	const made = await findSubject(db, vault, member, file);
	if (!made) throw new Error('a mood subject vanished while it was made');
	return made;
}
