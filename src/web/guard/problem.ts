import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** What can be wrong with a request, with its status. */
export const PROBLEMS = {
	malformed: 400,
	unauthenticated: 401,
	forbidden: 403,
	csrf: 403,
	'not-found': 404,
	'too-large': 413,
	'media-type': 415,
	host: 421,
	'too-many': 429,
	internal: 500,
	full: 503,
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** A request that is refused; answered as `{ error: { code, message } }`. */
export class Problem extends HTTPException {
	readonly code: ProblemCode;
	readonly headers: Readonly<Record<string, string>>;

	constructor(code: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}) {
		super(PROBLEMS[code], { message });
		this.code = code;
		this.headers = headers;
	}
}

export const answerProblem = (context: Context, { code, message, status, headers }: Problem): Response =>
	context.json({ error: { code, message } }, status, { 'cache-control': 'no-store', ...headers });
