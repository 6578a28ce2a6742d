import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../domain/index.ts';
import { silenceTelemetry } from '../model/telemetry.ts';
import type { Request, Start, ThreadData } from './messages.ts';

/**
 * What keeps the model apart from the rest. A fault of native code (a segmentation fault in the runtime or in
 * a driver) and the kernel's out-of-memory killer end a whole process, with all of its threads: only a
 * process of its own can die of them alone, and only its memory can be told from everybody else's. A thread
 * starts sooner and takes less memory, and shields from all but these two.
 */
export type Isolation = 'thread' | 'process';

export interface HostEvents {
	readonly onMessage: (message: unknown) => void;
	/** It can no longer be talked to; `onEnd` follows once it is gone. */
	readonly onLost: (reason: string) => void;
	readonly onEnd: () => void;
}

/** A thread or process that has been started. */
export interface Host {
	/** @param transfer changes hands where that is possible */
	post(request: Request, transfer?: ArrayBuffer[]): void;
	/** Ends it by force, whatever it is doing. */
	kill(): void;
}

function startThread(script: URL, data: ThreadData, events: HostEvents): Host {
	const worker = new Worker(script, { workerData: data, name: 'ses-inference' });
	worker.on('message', events.onMessage);
	worker.on('messageerror', (error) => {
		events.onLost(reasonOf(error));
		void worker.terminate();
	});
	worker.on('error', (error) => events.onLost(reasonOf(error)));
	worker.on('exit', (code) => {
		events.onLost(`exit code ${code}`);
		events.onEnd();
	});
	return {
		post: (request, transfer = []) => worker.postMessage(request, transfer),
		kill: () => void worker.terminate(),
	};
}

/** The model has no use for the bot's tokens and keys, so that a fault in native code cannot spill them. */
function harmlessEnvironment(): NodeJS.ProcessEnv {
	const secret = /^(DISCORD|REDIS|SES)_|TOKEN|SECRET|PASSWORD|_KEY$/;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !secret.test(name)));
}

function startProcess(script: URL, data: ThreadData, events: HostEvents): Host {
	const child = fork(script, [], {
		// Structured clones, as between threads: samples travel as bytes, not as JSON.
		serialization: 'advanced',
		// What it prints is for people; standard output belongs to the events of the parent.
		stdio: ['ignore', 2, 2, 'ipc'],
		env: harmlessEnvironment(),
		// A debugger's port cannot be had twice.
		execArgv: process.execArgv.filter((argument) => !argument.startsWith('--inspect')),
	});
	const send = (message: Request | Start): void => {
		// A child that has just died refuses: its end is told by its own event.
		if (child.connected) child.send(message, () => undefined);
	};
	child.on('message', events.onMessage);
	let isOver = false;
	const over = (reason: string): void => {
		if (isOver) return;
		isOver = true;
		events.onLost(reason);
		events.onEnd();
	};
	// Also told when it cannot be started at all, and then no `exit` follows.
	child.on('error', (error) => {
		if (child.pid === undefined) over(reasonOf(error));
	});
	// Without its channel it is of no use, and its parent would wait for ever.
	child.on('disconnect', () => child.kill('SIGKILL'));
	child.on('exit', (code, signal) => over(signal ? `signal ${signal}` : `exit code ${code}`));
	send({ type: 'start', data });
	return { post: send, kill: () => void child.kill('SIGKILL') };
}

/** Starts `script` with `data`; nothing is known of it until it sends its first message. */
export function startHost(isolation: Isolation, script: URL, data: ThreadData, events: HostEvents): Host {
	silenceTelemetry();
	return (isolation === 'process' ? startProcess : startThread)(script, data, events);
}
