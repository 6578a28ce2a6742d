/** A worker as `ses worker` opens it, with the shipped model, in a process of its own. Driven by {@link WorkerProcess}. */
import { openInferenceWorker } from '../../../src/inference/index.ts';
import { type Answer, request, workerOptions } from './messages.ts';

const { redisUrl, redisPrefix } = workerOptions.parse(JSON.parse(process.argv[2] ?? ''));
const tell = (answer: Answer): void => void process.send?.(answer);

// In a thread, so that the processor time of this process is all that the worker takes.
const worker = await openInferenceWorker({ redisUrl, redisPrefix, workers: 1, isolation: 'thread' });

process.on('message', (message) => {
	request.parse(message);
	const { user, system } = process.cpuUsage();
	tell({ type: 'usage', cpuMs: (user + system) / 1000 });
});
// Whoever drives it is gone: so is the need for it.
process.on('disconnect', () => {
	const ended = (): never => process.exit(0);
	worker[Symbol.asyncDispose]().then(ended, ended);
});

tell({ type: 'ready' });
