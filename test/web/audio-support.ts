import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { parseConfig } from '../../src/app/config.ts';
import { EventBus } from '../../src/app/event-bus.ts';
import { openAudioIntake } from '../../src/app/web/audio-intake.ts';
import type { InferenceQueue, Log, SesEvent } from '../../src/domain/index.ts';
import { createInference } from '../../src/inference/index.ts';
import { type AudioServerMessage, audioServerSchema } from '../../src/web/audio/index.ts';
import type { WebServices } from '../../src/web/index.ts';
import { AngryQueue } from '../app/plugin/angry-queue.ts';
import { until } from '../support/until.ts';
import { openBench, SILENT_LOG, type WebBench } from './support.ts';

const PATIENCE_MS = 60_000;
const run = promisify(execFile);

export const clip = (name: string): string => fileURLToPath(new URL(`../../samples/${name}.opus`, import.meta.url));

/** What ffmpeg makes of a recording, as it would go over a wire. */
export async function converted(file: string, ...output: string[]): Promise<Buffer> {
	const args = ['-nostdin', '-v', 'error', '-i', file, ...output, 'pipe:1'];
	const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 26, timeout: PATIENCE_MS });
	return stdout;
}

export interface AudioBench extends WebBench {
	/** All that the engine told. */
	readonly events: SesEvent[];
	readonly queue: InferenceQueue;
	/** Values beside the messages of the log. */
	readonly logged: string[];
}

/**
 * The real server, and behind it the real way from bytes to emotions.
 *
 * @param queue classifies in place of the model
 */
export async function openAudioBench(
	audio: object = {},
	{ queue, web = {}, services = {} }: { queue?: InferenceQueue; web?: object; services?: Partial<WebServices> } = {},
): Promise<AudioBench> {
	await using stack = new AsyncDisposableStack();
	const config = parseConfig({}, 'a test');
	const bus = new EventBus(SILENT_LOG);
	const events: SesEvent[] = [];
	bus.subscribe((event) => events.push(event));
	const inference = stack.use(await createInference(config.inference, { log: SILENT_LOG, ...(queue && { queue }) }));
	const parts = { queue: inference.queue, inference, settingsOf: () => ({}), bus, log: SILENT_LOG };
	const intake = stack.use(openAudioIntake(config, parts));
	const logged: string[] = [];
	const note = (values: object, message?: string): void => void logged.push(JSON.stringify([values, message]));
	const log: Log = { debug: note, info: note, warn: note, error: note };
	const limits = { requests: 10_000, streams: 10_000, signIns: 1000, badTokens: 1000 };
	const bench = stack.use(await openBench({ limits, audio, ...web }, { audio: intake, log, ...services }));
	bus.subscribe((event) => bench.see(event));
	const running = stack.move();
	return {
		...bench,
		events,
		queue: inference.queue,
		logged,
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}

/** The same with a queue that finds everything angry. */
export const openAngryBench = (audio: object = {}, web: object = {}): Promise<AudioBench> =>
	openAudioBench(audio, { queue: new AngryQueue(), web });

export interface Ending {
	readonly code: number;
	readonly reason: string;
}

/** Whoever sends audio, with all that was answered. */
export class Sender {
	readonly webSocket: WebSocket;
	readonly answers: AudioServerMessage[] = [];
	readonly ended: Promise<Ending>;

	constructor(url: string, protocols: string[] = [], headers: Record<string, string> = {}) {
		this.webSocket = new WebSocket(url.replace(/^http/, 'ws'), protocols, { headers });
		this.webSocket.on('message', (data) => {
			this.answers.push(audioServerSchema.parse(JSON.parse(String(data))));
		});
		this.ended = new Promise((resolve) => {
			this.webSocket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
		});
		this.webSocket.on('error', () => {});
	}

	/** By token, as a program does. */
	static async open({ url }: WebBench, token: string, path = '/api/v1/audio'): Promise<Sender> {
		const sender = new Sender(`${url}${path}`, [], { authorization: `Bearer ${token}` });
		await once(sender.webSocket, 'open');
		return sender;
	}

	say(message: object | string): this {
		this.webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
		return this;
	}

	/** Binary messages of at most so many bytes. */
	send(bytes: Uint8Array, most = 4000): this {
		for (let at = 0; at < bytes.length; at += most) this.webSocket.send(bytes.subarray(at, at + most));
		return this;
	}

	get problem(): string | undefined {
		return this.answers.find((answer) => answer.type === 'problem')?.code;
	}

	/** The answers of one type. */
	of<Type extends AudioServerMessage['type']>(type: Type): Extract<AudioServerMessage, { type: Type }>[] {
		return this.answers.filter((answer) => answer.type === type) as Extract<AudioServerMessage, { type: Type }>[];
	}

	async answered(type: AudioServerMessage['type'], times = 1): Promise<void> {
		await until(() => this.of(type).length >= times, PATIENCE_MS);
	}
}

export const START = {
	type: 'start',
	version: 1,
	codec: 'pcm_s16le',
	sampleRate: 16_000,
	channels: 1,
	speaker: 'Ada',
	agreed: true,
} as const;

export const audioToken = ({ tokens }: WebBench, guilds: 'all' | string[] = 'all'): Promise<string> =>
	tokens.create({ name: 'test', scopes: ['audio'], guilds });
