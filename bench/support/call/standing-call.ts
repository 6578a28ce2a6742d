import { createSecretKey, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BareReceiver } from './bare-receiver.ts';
import { Bystander } from './bystander.ts';
import { ListeningBot } from './listening-bot.ts';
import type { Talk } from './messages.ts';
import { RemoteCall } from './remote-call.ts';

/** A burst of everyone, as the bot received it. */
export interface Burst {
	readonly datagrams: readonly Buffer[];
	/** Processor time that receiving it took, from the first datagram to the last sample. */
	readonly cpuMs: number;
}

const QUIET_MS = 200;
/** The least share of what arrives that the bot must have decoded for its time to mean anything. */
const LEAST_HEARD = 0.99;

/** The least share of what was sent that must arrive. */
const LEAST_ARRIVED = 0.995;
const MOST_ATTEMPTS = 5;

/** Processor time of all threads of this process. */
export function cpuMsSince(before: NodeJS.CpuUsage): number {
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

/** A live call: the real bot, whose work is measured, and the bare calls that can be made on what it received. */
export class StandingCall implements AsyncDisposable {
	readonly speakers: number;
	readonly #call: RemoteCall;
	readonly #bot: ListeningBot;
	readonly #bare: BareReceiver;
	readonly #running: AsyncDisposableStack;

	private constructor(
		speakers: number,
		call: RemoteCall,
		bot: ListeningBot,
		bare: BareReceiver,
		running: AsyncDisposableStack,
	) {
		this.speakers = speakers;
		this.#call = call;
		this.#bot = bot;
		this.#bare = bare;
		this.#running = running;
	}

	static async open(speakers: number): Promise<StandingCall> {
		await using stack = new AsyncDisposableStack();
		const newToken = (): string => randomBytes(16).toString('hex');
		const [token, bystanderToken] = [newToken(), newToken()];
		const call = stack.use(await RemoteCall.open({ speakers, token, bystanderToken }));
		const { apiBase, guildId, channelId } = call.place;
		const bot = stack.use(await ListeningBot.start(token, apiBase));
		const gathered = await call.gather();
		const bystander = stack.use(await Bystander.join(bystanderToken, apiBase, guildId, channelId));
		const bare = stack.use(await BareReceiver.open(bystander.session, gathered));
		bot.record();
		return new StandingCall(speakers, call, bot, bare, stack.move());
	}

	/**
	 * Everyone speaks. A burst of which the kernel dropped a part, since this process did not come to read it, is
	 * thrown away: what the bot makes up for it is no cost of what arrived.
	 *
	 * @throws Error when the bot did not hear what it received
	 */
	async listen(talk: Talk): Promise<Burst> {
		let attempt = 0;
		for (;;) {
			const { burst, arrivedShare } = await this.#attempt(talk);
			if (arrivedShare >= LEAST_ARRIVED || ++attempt === MOST_ATTEMPTS) return burst;
		}
	}

	async #attempt(talk: Talk): Promise<{ readonly burst: Burst; readonly arrivedShare: number }> {
		const heardBefore = this.#bot.heard;
		this.#bot.takeRecorded();
		const before = process.cpuUsage();
		const sent = await this.#call.speak(talk);
		await this.#quiet();
		const cpuMs = cpuMsSince(before);
		const datagrams = this.#bot.takeRecorded();
		const heard = this.#bot.heard - heardBefore;
		if (datagrams.length === 0 || heard < LEAST_HEARD * datagrams.length) {
			throw new Error(`The bot heard ${heard} of ${datagrams.length} packets: this is not what is to be measured.`);
		}
		return { burst: { datagrams, cpuMs }, arrivedShare: datagrams.length / sent };
	}

	/** The bare calls on what the bot received, once for each burst. @returns processor time in milliseconds */
	decode(datagrams: readonly Buffer[]): number {
		// Not the bytes: node:crypto takes 10 µs to find out that they are no object of its own.
		const key = createSecretKey(this.#bot.key);
		const before = process.cpuUsage();
		this.#bare.decode(datagrams, key);
		return cpuMsSince(before);
	}

	/** Until what is under way has arrived and nothing waits behind a gap any more. */
	async #quiet(): Promise<void> {
		let before = -1;
		while (before !== this.#bot.heard) {
			before = this.#bot.heard;
			await delay(QUIET_MS);
		}
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.#running.disposeAsync();
	}
}
