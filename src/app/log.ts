import { type DestinationStream, type Logger, pino } from 'pino';
import { z } from 'zod';

export const logOptions = z.strictObject({
	level: z
		.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
		.default('info')
		.describe('What is worth a line.'),
});
export type LogOptions = z.infer<typeof logOptions>;

/** Keys whose values may name or quote a person, or open a door; they never reach a line. */
const REDACTED = ['userId', 'speakerId', 'token', 'content', 'text', 'key', 'pcm'];
/** How deep below a line they are looked for, lists counting as a level. */
const REDACTED_DEPTH = 4;

const redactedPaths = REDACTED.flatMap((key) =>
	Array.from({ length: REDACTED_DEPTH }, (_, depth) => `${'*.'.repeat(depth)}${key}`),
);

/**
 * JSON lines on standard error, so that standard output stays for results. Messages are static,
 * values stand under named keys, and what could identify a member is redacted at any depth we log.
 */
export function createLog(options: LogOptions, destination: DestinationStream = pino.destination(2)): Logger {
	return pino(
		{
			level: options.level,
			redact: { paths: redactedPaths, censor: '[redacted]' },
			formatters: { log: describeErrors },
			base: null,
		},
		destination,
	);
}

/** Under whichever key an error stands: what hangs on it could open a door. */
const describeErrors = (values: Record<string, unknown>): Record<string, unknown> =>
	Object.fromEntries(
		Object.entries(values).map(([name, value]) => [
			name,
			value instanceof Error || name === 'error' || name === 'err' ? describeError(value) : value,
		]),
	);

/** Causes beyond this are left out; errors can be their own cause. */
const MOST_CAUSES = 5;

/** Type, message, code and stack. Requests and responses that hang on library errors stay out. */
export function describeError(error: unknown, mostCauses = MOST_CAUSES): object {
	if (!(error instanceof Error)) return { message: String(error) };
	const { code } = error as { code?: unknown };
	return {
		type: error.name,
		message: error.message,
		...(code === undefined ? {} : { code }),
		stack: error.stack,
		...(error.cause === undefined || mostCauses === 0 ? {} : { cause: describeError(error.cause, mostCauses - 1) }),
	};
}
