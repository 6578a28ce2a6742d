import { constants } from 'node:os';

/** Aborts when the process is asked to end, which it then does with the exit code of the signal. */
export function interruption(): AbortSignal {
	const controller = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM'] as const) {
		process.once(name, () => {
			process.exitCode = 128 + constants.signals[name];
			controller.abort();
		});
	}
	return controller.signal;
}
