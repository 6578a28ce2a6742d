import { type Logger, pino } from 'pino';
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

/**
 * JSON lines on standard error, so that standard output stays for results. Messages are static,
 * values stand under named keys, and what could identify a member is redacted at any depth we log.
 */
export function createLog(options: LogOptions): Logger {
	return pino(
		{
			level: options.level,
			redact: { paths: REDACTED.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
			serializers: { error: describeError, err: describeError },
			base: null,
		},
		pino.destination(2),
	);
}

/** Type, message, code and stack. Requests and responses that hang on library errors stay out. */
export function describeError(error: unknown): object {
	if (!(error instanceof Error)) return { message: String(error) };
	const { code } = error as { code?: unknown };
	return {
		type: error.name,
		message: error.message,
		...(code === undefined ? {} : { code }),
		stack: error.stack,
		...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
	};
}
