export interface Deadline {
	readonly signal?: AbortSignal;
	/** 10 s by default. */
	readonly timeoutMs?: number;
}

export const DEFAULT_TIMEOUT_MS = 10_000;

export function signalOf({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: Deadline): AbortSignal {
	const deadline = AbortSignal.timeout(timeoutMs);
	return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}
