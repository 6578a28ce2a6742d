/** The feed cannot be read, and trying again would not help. */
export class FeedError extends Error {
	override readonly name = 'FeedError';
	/** HTTP status, or close code of the WebSocket. */
	readonly code: number;

	constructor(message: string, code: number) {
		super(message);
		this.code = code;
	}
}

/** Statuses after which trying again would not help. */
export const FATAL_STATUS: ReadonlySet<number> = new Set([400, 401, 403, 404, 421]);
const FATAL_CLOSE: ReadonlySet<number> = new Set([1008, 4001]);

/** @throws {FeedError} when the feed was closed for good */
export function throwIfFatal(code: number): void {
	if (FATAL_CLOSE.has(code)) throw new FeedError('The feed was closed, and not to be opened again.', code);
}
