import { readdir, readFile } from 'node:fs/promises';
import { TICK_MS } from '../soak/process-usage.ts';

/** Processor time of a process by what its threads do, in milliseconds since it began. */
export interface ThreadTimes {
	/** The event loop: sockets, decryption, decoding, endpointing, effects. */
	readonly main: number;
	/** The model's thread. */
	readonly model: number;
	/** V8's helpers (garbage collection, compilation) and libuv's pool. */
	readonly helpers: number;
}

/** How Node names threads that run no code of ours. */
const HELPERS = /^(?:V8Worker|libuv-worker|DelayedTask|SignalInspector|node-?plat|DelayedTaskSche)/i;

/** @throws an Error where there is no /proc (Linux has it), or no such process any more */
export async function threadTimes(pid: number): Promise<ThreadTimes> {
	const times = { main: 0, model: 0, helpers: 0 };
	for (const id of await readdir(`/proc/${pid}/task`)) {
		const [comm, stat] = await Promise.all(
			['comm', 'stat'].map((file) => readFile(`/proc/${pid}/task/${id}/${file}`, 'utf8').catch(() => '')),
		);
		// As in process-usage.ts; a thread may have ended meanwhile.
		const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
		const cpuMs = (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
		if (Number(id) === pid) times.main += cpuMs;
		else if (HELPERS.test((comm ?? '').trim())) times.helpers += cpuMs;
		else times.model += cpuMs;
	}
	return times;
}

export const timesBetween = (from: ThreadTimes, to: ThreadTimes): ThreadTimes => ({
	main: to.main - from.main,
	model: to.model - from.model,
	helpers: to.helpers - from.helpers,
});

export const totalOf = ({ main, model, helpers }: ThreadTimes): number => main + model + helpers;
