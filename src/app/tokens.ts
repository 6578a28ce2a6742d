import { z } from 'zod';
import { SesError } from '../domain/index.ts';

/** What may stand in a header; the newline that an editor leaves at the end of a file is no part of it. */
const token = z
	.string()
	.trim()
	.regex(/^[\x21-\x2b\x2d-\x7e]+$/);

/** Separated by commas, one at the end allowed. */
const tokenList = z.string().transform((text) =>
	text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== ''),
);

/**
 * The tokens of the bot's accounts, the main one's first. Messages name no token, only its place.
 *
 * @throws {SesError} SES_TOKEN_MISSING, SES_TOKEN_REFUSED, SES_TOKENS_INVALID
 */
export function readTokens(environment: Readonly<Record<string, string | undefined>>): string[] {
	const main = environment['DISCORD_TOKEN']?.trim();
	if (!main) throw new SesError('SES_TOKEN_MISSING');
	if (!token.safeParse(main).success) throw new SesError('SES_TOKEN_REFUSED');
	const others = tokenList.parse(environment['DISCORD_TOKENS'] ?? '');
	for (const [index, other] of others.entries()) {
		const invalid = (reason: string) => new SesError('SES_TOKENS_INVALID', { reason: `entry ${index + 1} ${reason}` });
		if (!token.safeParse(other).success) throw invalid('holds signs that no token has');
		if (other === main) throw invalid('is the one of DISCORD_TOKEN');
		if (others.indexOf(other) < index) throw invalid('is there twice');
	}
	return [main, ...others];
}
