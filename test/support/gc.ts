import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Collects what nothing holds any more, so that a WeakRef tells the truth. */
export async function collectGarbage(): Promise<void> {
	for (let round = 0; round < 3; round++) {
		await delay(10);
		gc();
	}
}
