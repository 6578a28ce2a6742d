import type { Log } from '../domain/index.ts';

/** How long a shutdown may take before the process ends anyway. */
const SHUTDOWN_DEADLINE_MS = 15_000;

/**
 * Resolves with the reason when the process is asked to end (SIGINT, SIGTERM) or `signal` aborts.
 * A second SIGINT ends at once.
 */
export function askedToEnd(log: Log, signal?: AbortSignal): Promise<string> {
	return new Promise((resolve) => {
		const stop = (reason: string): void => {
			// Whatever hangs from here on, the process does not.
			setTimeout(() => {
				log.error({ deadlineMs: SHUTDOWN_DEADLINE_MS }, 'shutdown took too long');
				process.exit(1);
			}, SHUTDOWN_DEADLINE_MS).unref();
			process.once('SIGINT', () => process.exit(130));
			resolve(reason);
		};
		process.once('SIGINT', () => stop('SIGINT'));
		process.once('SIGTERM', () => stop('SIGTERM'));
		signal?.addEventListener('abort', () => stop(String(signal.reason)), { once: true });
	});
}
