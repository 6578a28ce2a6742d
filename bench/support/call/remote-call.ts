import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import * as tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import {
	type Answer,
	answer,
	type CallOptions,
	type Conversation,
	type Request,
	type Speaker,
	type Talk,
} from './messages.ts';

const PROCESS = fileURLToPath(new URL('call-process.ts', import.meta.url));
const PATIENCE_MS = 180_000;

type AnswerOf<T extends Answer['type']> = Extract<Answer, { type: T }>;

/** A simulated Discord with speakers, in another process so that none of its work counts here. */
export class RemoteCall implements AsyncDisposable {
	readonly place: AnswerOf<'open'>;
	readonly #child: ChildProcess;
	readonly #certificates = tls.getCACertificates('default');

	private constructor(child: ChildProcess, place: AnswerOf<'open'>) {
		this.#child = child;
		this.place = place;
		tls.setDefaultCACertificates([...this.#certificates, place.caCertificate]);
	}

	/** @throws Error when the process does not come up */
	static async open(options: CallOptions): Promise<RemoteCall> {
		const child = fork(PROCESS, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
		return new RemoteCall(child, await next(child, 'open'));
	}

	/** The process that plays Discord. */
	get pid(): number {
		return this.#child.pid ?? 0;
	}

	/**
	 * @param speakers how many; those who came before stay. All by default
	 * @returns the speakers; all have agreed and the bot is in their channels
	 */
	async gather(speakers?: number): Promise<readonly Speaker[]> {
		return (await this.#ask({ type: 'gather', ...(speakers && { speakers }) }, 'gathered')).speakers;
	}

	/** The first `speakers` talk turn by turn, in real time. */
	async converse(speakers: number, durationMs: number): Promise<Conversation> {
		return this.#ask({ type: 'converse', speakers, durationMs }, 'conversed', durationMs);
	}

	/** All speak at once. @returns how many packets they sent, once the last one has left */
	async speak(talk: Talk): Promise<number> {
		return (await this.#ask({ type: 'speak', ...talk }, 'spoken')).packets;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		tls.setDefaultCACertificates(this.#certificates);
		if (this.#child.exitCode !== null) return;
		const gone = once(this.#child, 'exit');
		const force = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
		if (this.#child.connected) this.#child.send({ type: 'close' } satisfies Request);
		await gone;
		clearTimeout(force);
	}

	#ask<T extends Answer['type']>(asked: Request, type: T, takesMs = 0): Promise<AnswerOf<T>> {
		const answered = next(this.#child, type, takesMs + PATIENCE_MS);
		this.#child.send(asked);
		return answered;
	}
}

/** @throws Error when the process fails, ends, or stays silent */
async function next<T extends Answer['type']>(
	child: ChildProcess,
	type: T,
	patienceMs = PATIENCE_MS,
): Promise<AnswerOf<T>> {
	const settled = new AbortController();
	const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(patienceMs)]);
	try {
		const [message] = (await Promise.race([
			once(child, 'message', { signal }),
			once(child, 'exit', { signal }).then(() => Promise.reject(new Error('The process of the call ended.'))),
		])) as [unknown];
		const answered = answer.parse(message);
		if (answered.type === 'failed') throw new Error(`The call failed: ${answered.reason}`);
		if (answered.type !== type) throw new Error(`The process of the call answered ${answered.type}, not ${type}.`);
		return answered as AnswerOf<T>;
	} finally {
		settled.abort();
	}
}
