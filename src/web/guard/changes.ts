import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { isSame } from '../auth/secret.ts';
import { visitorOf, type WebContext, type WebEnv } from './environment.ts';
import { isSameOrigin } from './hosts.ts';
import { Problem } from './problem.ts';

const MOST_BYTES = 16_384;

/** Larger bodies are not read. */
export const smallBody: MiddlewareHandler = bodyLimit({
	maxSize: MOST_BYTES,
	onError: () => {
		throw new Problem('too-large', `At most ${MOST_BYTES} bytes.`);
	},
});

/**
 * For whatever changes something: beside the cookie, which a browser sends by itself, the page has to show that it
 * is ours. Another's page cannot read the session's token, nor forge its own origin.
 */
export const changesOnly =
	(publicUrl: string | undefined): MiddlewareHandler<WebEnv> =>
	async (context, next) => {
		const { csrfToken } = visitorOf(context);
		if (!isSameOrigin(context, publicUrl)) throw new Problem('csrf', 'The request must come from the page itself.');
		if (!isSame(context.req.header('x-csrf-token') ?? '', csrfToken)) {
			throw new Problem('csrf', 'X-CSRF-Token must hold the csrfToken of the session.');
		}
		if (!/^application\/json(;|$)/i.test(context.req.header('content-type') ?? '')) {
			throw new Problem('media-type', 'Send application/json.');
		}
		await next();
	};

/** @throws {Problem} malformed */
export async function bodyOf<Schema extends z.ZodType>(context: WebContext, schema: Schema): Promise<z.infer<Schema>> {
	const text = await context.req.text();
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new Problem('malformed', 'The body is not JSON.');
	}
	return fitting(value, schema);
}

/** @throws {Problem} malformed, naming the field and not what was sent */
export function fitting<Schema extends z.ZodType>(value: unknown, schema: Schema): z.infer<Schema> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new Problem('malformed', `${issue?.path.join('.') || 'The whole'}: ${issue?.message ?? 'does not fit'}`);
}
