import { type FeedType, MEMBER_TYPES, USUAL_TYPES } from '../feed/types.ts';
import type { Program } from './principal.ts';
import type { TokenFile, TokenRecord } from './token-file.ts';

/** A member's token never reaches what is of others, whatever types it was made for. */
function typesOf({ types, member }: TokenRecord): ReadonlySet<FeedType> | undefined {
	if (member === undefined) return types && new Set(types);
	return MEMBER_TYPES.intersection(types ? new Set(types) : USUAL_TYPES);
}

/**
 * Whoever has this token.
 *
 * @returns `undefined` for what is no token, or no good one any more
 * @throws {SesError} SES_WEB_TOKENS
 */
export async function programWith(token: string, tokens: TokenFile): Promise<Program | undefined> {
	await tokens.refresh();
	const record = tokens.find(token);
	return (
		record && {
			kind: 'program',
			id: record.id,
			scopes: new Set(record.scopes),
			guilds: record.guilds === 'all' ? undefined : new Set(record.guilds),
			types: typesOf(record),
			member: record.member,
			stillGood: () => tokens.isGood(record.id),
		}
	);
}
