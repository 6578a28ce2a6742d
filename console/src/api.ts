import type { z } from 'zod';
import type { AlertAnswer, revealAnswer, StateAnswer, sessionAnswer } from '../../src/web/console/schemas.ts';

export type SessionAnswer = z.infer<typeof sessionAnswer>;
export type SignedIn = Extract<SessionAnswer, { signedIn: true }>;
export type RevealAnswer = z.infer<typeof revealAnswer>;
export type { AlertAnswer, StateAnswer };

/** What the server refused, in words for the one who asked. */
export class ApiError extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.name = 'ApiError';
		this.status = status;
	}
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
	const response = await fetch(`/api/v1${path}`, init);
	const body = await response.json().catch(() => undefined);
	if (response.ok) return body as T;
	throw new ApiError(response.status, body?.error?.message ?? `The server answered ${response.status}.`);
}

/** @throws {ApiError} */
export const readSession = (): Promise<SessionAnswer> => ask('/session');
/** @throws {ApiError} */
export const readState = (): Promise<StateAnswer> => ask('/state');
/** As the page may change something: docs/feed.md. @throws {ApiError} */
export const post = <T>(path: string, csrfToken: string, body: object): Promise<T> =>
	ask(path, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
		body: JSON.stringify(body),
	});
