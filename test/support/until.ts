import { setTimeout as delay } from 'node:timers/promises';

/** Waits for something to become true. @throws after `timeoutMs` */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`waited in vain for: ${condition}`);
		await delay(20);
	}
}
