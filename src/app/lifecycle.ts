import { type Log, reasonOf } from '../domain/index.ts';

/** How long a shutdown may take before the process ends anyway. */
const SHUTDOWN_DEADLINE_MS = 15_000;
/** What output may take to be written out. */
const LAST_BREATH_MS = 500;

/** Why a process is to end. */
export class EndRequest extends Error {
	override readonly name = 'EndRequest';
	/** For the process: 0 when it was asked to end, 1 when something broke. */
	readonly exitCode: number;

	constructor(reason: string, exitCode = 0) {
		super(reason);
		this.exitCode = exitCode;
	}
}

/**
 * Aborts, with an {@link EndRequest}, when the process is asked to end (SIGINT, SIGTERM) or something
 * broke that nobody caught: what was accepted is drained then, too. A second SIGINT ends at once.
 */
export function askedToEnd(log: Log): AbortSignal {
	const controller = new AbortController();
	const stop = (request: EndRequest): void => {
		if (controller.signal.aborted) return;
		// Whatever hangs from here on, the process does not.
		setTimeout(() => {
			log.error({ deadlineMs: SHUTDOWN_DEADLINE_MS }, 'shutdown took too long');
			process.exit(1);
		}, SHUTDOWN_DEADLINE_MS).unref();
		process.on('SIGINT', () => process.exit(130));
		controller.abort(request);
	};
	process.on('SIGINT', () => stop(new EndRequest('SIGINT')));
	process.on('SIGTERM', () => stop(new EndRequest('SIGTERM')));
	const broke = (error: unknown): void => {
		log.error({ error }, 'something broke that nobody caught');
		stop(new EndRequest(`a fault: ${reasonOf(error)}`, 1));
	};
	process.on('uncaughtException', broke);
	process.on('unhandledRejection', broke);
	return controller.signal;
}

/** Resolves with the reason once `signal` aborts. */
export function ended(signal: AbortSignal): Promise<EndRequest> {
	return new Promise((resolve) => {
		const settle = (): void => resolve(signal.reason as EndRequest);
		if (signal.aborted) settle();
		else signal.addEventListener('abort', settle, { once: true });
	});
}

/** Everything has been closed; a request that still hangs in some library shall not hold the process. */
export function leave(exitCode: number): void {
	process.exitCode = exitCode;
	setTimeout(() => process.exit(), LAST_BREATH_MS).unref();
}
