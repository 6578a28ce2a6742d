import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BotProcess } from '../../src/app/demo/bot-process.ts';
import { nowMs } from '../soak/clock.ts';
import { usageOf } from '../soak/process-usage.ts';
import type { Conversation } from '../support/call/messages.ts';
import { RemoteCall } from '../support/call/remote-call.ts';
import { type ThreadTimes, threadTimes, timesBetween } from './process-threads.ts';

const PACKET_S = 0.02;
/** Ears that were opened just now, compiled code, a first batch: not to be measured. */
const WARM_UP_MS = 3_000;
/** Hangover, ticks and inference of what was said last. */
const LAST_WORDS_MS = 2_000;

export interface TrialOptions {
	/** Most speakers there will be. */
	readonly speakers: number;
	readonly channels?: number;
	/** Further settings of the bot. */
	readonly environment?: Readonly<Record<string, string>>;
	readonly signal: AbortSignal;
}

/** Something that the bot told, and when that was read here. */
interface Told {
	readonly speakerId: string;
	/** When the utterance was cut, by the bot's clock. */
	readonly cutMs: number;
	readonly seenMs: number;
}

/** What was measured while so many spoke. */
export interface Measured {
	readonly speakers: number;
	readonly conversation: Conversation;
	/** Of the bot and its model: processor time by thread. */
	readonly cpu: ThreadTimes;
	/** Of the simulated Discord and all who speak, which share the machine and count for nothing else. */
	readonly measuringCpuMs: number;
	readonly wallMs: number;
	/** What was sent; nobody sends while silent. */
	readonly speechS: number;
	readonly residentMiB: number;
	readonly emotions: readonly Told[];
	readonly partials: number;
	/** On the machine's monotonic clock, microseconds: what a profile is timed by. */
	readonly windowUs: readonly [from: number, to: number];
}

const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n);

/** The real bot (`ses start`, with the shipped model) in a process of its own, and a simulated Discord in another. */
export class Trial implements AsyncDisposable {
	readonly #call: RemoteCall;
	readonly #bot: BotProcess;
	readonly #signal: AbortSignal;
	readonly #running: AsyncDisposableStack;
	#emotions: Told[] = [];
	#partials = 0;

	private constructor(
		call: RemoteCall,
		signal: AbortSignal,
		running: AsyncDisposableStack,
		open: (trial: Trial) => BotProcess,
	) {
		this.#call = call;
		this.#signal = signal;
		this.#running = running;
		this.#bot = running.use(open(this));
	}

	static async open({ speakers, channels = 1, environment = {}, signal }: TrialOptions): Promise<Trial> {
		await using stack = new AsyncDisposableStack();
		const [token, bystanderToken] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
		const call = stack.use(await RemoteCall.open({ speakers, channels, token, bystanderToken }));
		const folder = await mkdtemp(join(tmpdir(), 'ses-capacity-'));
		stack.defer(() => rm(folder, { recursive: true }));
		const certificate = join(folder, 'ca.pem');
		await writeFile(certificate, call.place.caCertificate);
		const settings = {
			DISCORD_TOKEN: token,
			DISCORD_API_BASE: call.place.apiBase,
			NODE_EXTRA_CA_CERTS: certificate,
			SES_BOT__ATTESTED: 'true',
			SES_STORAGE__FILE: join(folder, 'ses.db'),
			SES_STORAGE_KEY: randomBytes(32).toString('hex'),
			SES_WEB__PORT: '0',
			SES_LOG__LEVEL: 'error',
			...environment,
		};
		return new Trial(
			call,
			signal,
			stack.move(),
			(trial) =>
				new BotProcess(settings, (event) => {
					if (event.type === 'emotion') {
						trial.#emotions.push({ speakerId: event.speakerId, cutMs: event.at, seenMs: nowMs() });
					} else if (event.type === 'partial') trial.#partials++;
				}),
		);
	}

	/** So many speak in turns, all at once. @throws when the bot ends by itself */
	measure(speakers: number, durationMs: number): Promise<Measured> {
		return Promise.race([this.#measure(speakers, durationMs), this.#bot.died()]);
	}

	async #measure(speakers: number, durationMs: number): Promise<Measured> {
		await this.#call.gather(speakers);
		await this.#call.converse(speakers, WARM_UP_MS);
		await delay(LAST_WORDS_MS, undefined, { signal: this.#signal });
		this.#emotions = [];
		this.#partials = 0;
		const { pid } = this.#bot;
		const fromUs = monotonicUs();
		const before = await Promise.all([threadTimes(pid), usageOf(this.#call.pid, 0)]);
		const conversation = await this.#call.converse(speakers, durationMs);
		await delay(LAST_WORDS_MS, undefined, { signal: this.#signal });
		const after = await Promise.all([threadTimes(pid), usageOf(this.#call.pid, 0)]);
		const toUs = monotonicUs();
		const usage = await usageOf(pid, 0);
		return {
			speakers,
			conversation,
			cpu: timesBetween(before[0], after[0]),
			measuringCpuMs: (after[1]?.cpuMs ?? 0) - (before[1]?.cpuMs ?? 0),
			wallMs: (toUs - fromUs) / 1000,
			speechS: conversation.packets * PACKET_S,
			residentMiB: usage?.residentMiB ?? 0,
			emotions: this.#emotions,
			partials: this.#partials,
			windowUs: [fromUs, toUs],
		};
	}

	async [Symbol.asyncDispose](): Promise<void> {
		// The bot before the Discord that it is on.
		await this.#running.disposeAsync();
	}
}
