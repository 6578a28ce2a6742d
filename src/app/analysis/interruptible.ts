const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Why a piece of work was broken off. */
class Interrupted extends Error {
	override readonly name = 'Interrupted';
}

/** Whether nobody reads any more what is printed; there is nothing to say then. */
export const isReaderGone = (reason: unknown): boolean => reason instanceof Interrupted && reason.message === 'EPIPE';

/**
 * Runs `work` until it is over or the user has had enough. Ctrl-C aborts its signal, so that it can
 * close what it holds, and the process ends with 130 (143 for SIGTERM); a second Ctrl-C ends at once.
 * A reader that goes away (`ses … | head`) ends it quietly.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
	const controller = new AbortController();
	const interrupt = (signal: keyof typeof EXIT_CODES): void => {
		if (controller.signal.aborted) process.exit(EXIT_CODES[signal]);
		process.exitCode = EXIT_CODES[signal];
		controller.abort(new Interrupted(signal));
	};
	const readerGone = (error: NodeJS.ErrnoException): void => {
		if (error.code !== 'EPIPE') throw error;
		controller.abort(new Interrupted('EPIPE'));
	};
	// Not `once`: the progress line restores the cursor through signal-exit, which ends the process by
	// the signal as soon as it finds no other listener.
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', interrupt);
	process.stdout.on('error', readerGone);
	try {
		await work(controller.signal);
	} catch (error) {
		// Libraries wrap the reason in errors of their own; that we were asked to stop is what counts.
		if (!controller.signal.aborted) throw error;
	} finally {
		process.off('SIGINT', interrupt);
		process.off('SIGTERM', interrupt);
		process.stdout.off('error', readerGone);
	}
}
