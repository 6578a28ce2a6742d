import { setTimeout as delay } from 'node:timers/promises';
import type { Comparison, Suite } from '../harness/index.ts';
import type { Talk } from '../support/call/messages.ts';
import { type Burst, StandingCall } from '../support/call/standing-call.ts';

/**
 * As many packets as of 120 speakers, in lumps of 48, so that the receiver runs nearly as hot as a tight
 * loop does; many more at once would not fit into the socket.
 */
const DENSE: Talk = { packets: 250, together: 3, everyMs: 8 };
/** As live: the receiver sleeps between one packet of everyone and the next. */
const LIVE: Talk = { packets: 50, together: 1, everyMs: 20 };

/** Bursts before the first round, so that what is measured is compiled code. */
const WARM_UP = 5;

/** Gives both sides the same bursts: DAVE decrypts each frame once, so every round needs fresh ones. */
class Bursts {
	readonly #call: StandingCall;
	readonly #talk: Talk;
	/** Decoded and not yet asked for as received; either side may begin. */
	readonly #unheard: Burst[] = [];
	/** The other way round. */
	readonly #undecoded: Burst[] = [];

	constructor(call: StandingCall, talk: Talk) {
		this.#call = call;
		this.#talk = talk;
	}

	/** @returns milliseconds of processor time a packet, on the whole way through the bot */
	async receive(): Promise<number> {
		let burst = this.#unheard.shift();
		if (!burst) {
			burst = await this.#call.listen(this.#talk);
			this.#undecoded.push(burst);
		}
		return burst.cpuMs / burst.datagrams.length;
	}

	/** @returns the same for the bare calls in a tight loop */
	async decode(): Promise<number> {
		const { datagrams } = await this.#next();
		return this.#call.decode(datagrams) / datagrams.length;
	}

	/** @returns the same when the calls sleep as long between the packets as they would live */
	async decodeInPace(): Promise<number> {
		const { datagrams } = await this.#next();
		const atOnce = this.#call.speakers;
		let cpuMs = 0;
		for (let start = 0; start < datagrams.length; start += atOnce) {
			cpuMs += this.#call.decode(datagrams.slice(start, start + atOnce));
			await delay(this.#talk.everyMs);
		}
		return cpuMs / datagrams.length;
	}

	async #next(): Promise<Burst> {
		const waiting = this.#undecoded.shift();
		if (waiting) return waiting;
		const burst = await this.#call.listen(this.#talk);
		this.#unheard.push(burst);
		return burst;
	}
}

/** Everything between the UDP socket and the samples, beside the libraries' own calls on the same packets. */
export const receive: Suite = {
	name: 'receive',
	about: 'a packet from the socket to PCM in a live call, beside bare AEAD, DAVE and Opus',
	async open(scale) {
		const call = await StandingCall.open(scale === 'full' ? 16 : 2);
		if (scale === 'full') for (let round = 0; round < WARM_UP; round++) await call.listen(DENSE);
		const ours = (what: string, bursts: Bursts): Comparison['ours'] => ({
			name: `the bot in a call, ${what}`,
			clocked: () => bursts.receive(),
		});
		const common = { per: 'packet', clock: 'cpu', units: 1 } as const;
		const dense = new Bursts(call, DENSE);
		const live = new Bursts(call, LIVE);
		return {
			comparisons: [
				{
					id: 'receive/dense',
					...common,
					ours: ours('6,000 packets/s', dense),
					reference: { name: 'AEAD, DAVE and Opus', kind: 'floor', clocked: () => dense.decode() },
				},
				{
					id: 'receive/live',
					...common,
					ours: ours('800 packets/s', live),
					reference: { name: 'AEAD, DAVE and Opus in pace', kind: 'floor', clocked: () => live.decodeInPace() },
				},
			],
			skipped: [],
			[Symbol.asyncDispose]: () => call[Symbol.asyncDispose](),
		};
	},
};
