import type { AudioSource } from '../../domain/index.ts';
import type { SourceSession } from './source-session.ts';

/** A recording is read faster than it is classified; more than this waits for nobody. */
const MOST_UNDER_WAY = 4;

/**
 * Reads a source to its end, no faster than what is said in it can be classified.
 *
 * @throws what the source throws; the signal's reason on abort
 */
export async function play(source: AudioSource, session: SourceSession, signal?: AbortSignal): Promise<void> {
	const chunks = source[Symbol.asyncIterator]();
	const underWay = new Set<Promise<void>>();
	const aborted = Promise.withResolvers<never>();
	aborted.promise.catch(() => {});
	const onAbort = (): void => aborted.reject(signal?.reason);
	signal?.addEventListener('abort', onAbort, { once: true });
	let isOver = false;
	try {
		signal?.throwIfAborted();
		for (;;) {
			const next = await Promise.race([chunks.next(), aborted.promise]);
			if (next.done) {
				isOver = true;
				return;
			}
			for (const handed of await session.push(next.value)) {
				underWay.add(handed);
				void handed.finally(() => underWay.delete(handed));
			}
			while (underWay.size >= MOST_UNDER_WAY) await Promise.race([...underWay, aborted.promise]);
		}
	} finally {
		signal?.removeEventListener('abort', onAbort);
		// One that is asked for more at this very moment may never answer.
		if (!isOver) void Promise.resolve(chunks.return?.()).catch(() => {});
	}
}
