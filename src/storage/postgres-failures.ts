import { type ErrorCode, reasonOf, SesError } from '../domain/index.ts';

/**
 * SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) and codes of Node's network,
 * each with the error that a user is shown and, where the server's own words do not help, better ones.
 */
const KNOWN: Readonly<Record<string, readonly [code: ErrorCode, reason?: string]>> = {
	ECONNREFUSED: ['SES_DATABASE_UNREACHABLE', 'nothing listens there'],
	ENOTFOUND: ['SES_DATABASE_UNREACHABLE', 'there is no such host'],
	EAI_AGAIN: ['SES_DATABASE_UNREACHABLE', 'the name of the host cannot be looked up'],
	ENOENT: ['SES_DATABASE_UNREACHABLE', 'there is no such socket or file'],
	ETIMEDOUT: ['SES_DATABASE_UNREACHABLE', 'no answer'],
	EHOSTUNREACH: ['SES_DATABASE_UNREACHABLE', 'there is no way to the host'],
	ECONNRESET: ['SES_DATABASE_UNREACHABLE', 'the connection broke'],
	EPIPE: ['SES_DATABASE_UNREACHABLE', 'the connection broke'],
	'57P01': ['SES_DATABASE_UNREACHABLE', 'the server is shutting down'],
	'57P02': ['SES_DATABASE_UNREACHABLE', 'the server crashed'],
	'57P03': ['SES_DATABASE_UNREACHABLE', 'the server is starting up or shutting down'],
	'53300': ['SES_DATABASE_UNREACHABLE', 'the server has no connection left for us'],
	'57014': ['SES_DATABASE_TIMEOUT', 'it cancelled a statement that took too long'],
	'28P01': ['SES_DATABASE_REFUSED', 'user or password is wrong'],
	'28000': ['SES_DATABASE_REFUSED'],
	'3D000': ['SES_DATABASE_REFUSED'],
	'42501': ['SES_DATABASE_REFUSED'],
	'53100': ['SES_STORE_UNUSABLE', 'the disk of the server is full'],
	'25006': ['SES_STORE_UNUSABLE', 'it is read-only'],
	XX001: ['SES_STORE_UNUSABLE', 'the database is damaged; restore it from a copy'],
	XX002: ['SES_STORE_UNUSABLE', 'the database is damaged; restore it from a copy'],
};

/** Errors of `pg`, and of TLS, that carry no code of their own. */
const PATTERNS: readonly (readonly [RegExp, ErrorCode, string?])[] = [
	[/does not support SSL/i, 'SES_DATABASE_REFUSED', 'the server speaks no TLS'],
	[/certificate|TLS|SSL/i, 'SES_DATABASE_REFUSED'],
	[/password must be a (non-empty )?string/i, 'SES_DATABASE_REFUSED', 'it wants a password and the URL has none'],
	[/Invalid URL/i, 'SES_DATABASE_UNREACHABLE', 'the URL is not valid'],
	[/query read timeout/i, 'SES_DATABASE_TIMEOUT', 'it did not answer any more'],
	[/timeout exceeded when trying to connect/i, 'SES_DATABASE_TIMEOUT', 'no connection came free'],
	[/connection timeout/i, 'SES_DATABASE_UNREACHABLE', 'no answer'],
	[/timeout|terminated|closed|not queryable/i, 'SES_DATABASE_UNREACHABLE', 'the connection broke or was never made'],
];

/** Any failure of a PostgreSQL database as the error that a user is shown. @param name the URL without its secrets */
export function asDatabaseError(name: string, error: unknown): SesError {
	if (error instanceof SesError) return error;
	const [code, reason = reasonOf(error)] = byCode(error) ?? byText(error) ?? ['SES_STORE_UNUSABLE'];
	return new SesError(code, { url: name, file: name, reason }, error);
}

function byCode(error: unknown): readonly [ErrorCode, (string | undefined)?] | undefined {
	// A host with several addresses fails with one error for each.
	const first = error instanceof AggregateError ? error.errors[0] : error;
	const code = first instanceof Error && 'code' in first ? String(first.code) : '';
	return KNOWN[code];
}

function byText(error: unknown): readonly [ErrorCode, (string | undefined)?] | undefined {
	const text = reasonOf(error);
	const found = PATTERNS.find(([pattern]) => pattern.test(text));
	return found && [found[1], found[2]];
}
