import { createLogUpdate } from 'log-update';
import { bar, pad } from './text.ts';

/** A progress line on a terminal's standard error; nothing at all where that is not a terminal. */
export interface Progress extends Disposable {
	/** @param share 0…1, or `undefined` while the whole is unknown. @param detail what stands beside the bar */
	update(share: number | undefined, detail: string): void;
	/** Takes the line away; the next update brings it back. */
	clear(): void;
}

const INTERVAL_MS = 80;
const BAR_COLUMNS = 24;

/** @param delayMs work that is over by then shows no progress at all */
export function createProgress(title: string, stream: NodeJS.WriteStream, delayMs = 400): Progress {
	if (!stream.isTTY) return { update: () => {}, clear: () => {}, [Symbol.dispose]: () => {} };
	const log = createLogUpdate(stream);
	let nextAt = performance.now() + delayMs;
	return {
		update: (share, detail) => {
			const now = performance.now();
			if (now < nextAt) return;
			nextAt = now + INTERVAL_MS;
			const gauge =
				share === undefined
					? ''
					: `${pad(bar(share, BAR_COLUMNS), BAR_COLUMNS)}▏${(share * 100).toFixed(0).padStart(3)} %  `;
			log(`${title}  ${gauge}${detail}`);
		},
		clear: () => log.clear(),
		[Symbol.dispose]: () => {
			log.clear();
			log.done();
		},
	};
}
