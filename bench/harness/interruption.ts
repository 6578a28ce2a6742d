import { constants } from 'node:os';

/**
 * Aborts when the process is asked to end, which it then does with the exit code of the signal. A second
 * request ends it at once, and so does time.
 *
 * @param graceMs how long it may take to let go of its servers and files; default for ever
 */
export function interruption(graceMs?: number): AbortSignal {
	const controller = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM'] as const) {
		process.on(name, () => {
			process.exitCode = 128 + constants.signals[name];
			// Handlers of `exit` run, which a signal that nobody handles would not let them.
			if (controller.signal.aborted) process.exit();
			controller.abort();
			if (graceMs !== undefined) setTimeout(() => process.exit(), graceMs).unref();
		});
	}
	return controller.signal;
}
