import { setTimeout as delay } from 'node:timers/promises';
import type { Prng, SimulatedMember } from '../../src/sim/index.ts';
import type { Clip } from './clips.ts';
import { nowMs } from './clock.ts';
import type { Consent, Consents } from './consents.ts';

/** How a member behaves. `never` speaks like all others and never agrees. */
export type Temper = 'steady' | 'fickle' | 'never';

/** What a member said, and when. Times as of {@link nowMs}. */
export interface Said {
	readonly speakerId: string;
	/** The speech itself, as the recording has it. */
	readonly startMs: number;
	readonly endMs: number;
	/** The whole burst. */
	readonly fromMs: number;
	readonly untilMs: number;
	/** All its packets were put on the link to the bot, where they may have been lost. */
	readonly isOnLink: boolean;
	/** By how much the latest packet left too late: this process was busy. */
	readonly stalledMs: number;
}

export interface Stage {
	readonly channel: string;
	readonly clips: readonly Clip[];
	readonly consents: Consents;
	readonly random: Prng;
	/** How often a fickle member changes their mind. */
	readonly consentMs: number;
	/** Packets of a member that the link to the bot was given. */
	onLink(memberId: string): number;
	said(said: Said): void;
}

const PACKET_MS = 20;
const SHORTEST_PAUSE_MS = 1500;
const LONGEST_PAUSE_MS = 8000;
const PATIENCE = { timeoutMs: 30_000 };

/** One member's life: speaks real speech, pauses, comes and goes, and may change their mind. */
export class Talker {
	readonly member: SimulatedMember;
	readonly temper: Temper;
	readonly #stage: Stage;
	#consent: Consent | undefined;
	#isIn = false;

	constructor(member: SimulatedMember, temper: Temper, stage: Stage) {
		this.member = member;
		this.temper = temper;
		this.#stage = stage;
	}

	/** In the channel, with keys. */
	get isIn(): boolean {
		return this.#isIn;
	}

	async enter(): Promise<void> {
		await this.member.join(this.#stage.channel, PATIENCE);
		this.#isIn = true;
	}

	/** Breaks off what is being said. */
	leave(): void {
		this.#isIn = false;
		this.member.leave();
	}

	async agree(): Promise<void> {
		this.#consent = this.#stage.consents.ask(this.member.id);
		await this.member.command('consent give', {}, PATIENCE);
		this.#consent.givenMs = nowMs();
	}

	async withdraw(): Promise<void> {
		const consent = this.#consent;
		if (!consent) return;
		consent.withdrawnMs = nowMs();
		await this.member.command('consent withdraw', {}, PATIENCE);
		consent.goneMs = nowMs();
		this.#consent = undefined;
	}

	/** Speaks on and on, until `signal` aborts. */
	async talk(signal: AbortSignal): Promise<void> {
		const { random } = this.#stage;
		while (!signal.aborted) {
			await rest(SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS), signal);
			if (this.#isIn && !signal.aborted) await this.#say();
		}
	}

	/** Changes their mind now and then, in the middle of a word as likely as not. */
	async waver(signal: AbortSignal): Promise<void> {
		const { random, consentMs } = this.#stage;
		while (!signal.aborted && this.temper === 'fickle') {
			await rest(consentMs * (0.5 + random()), signal);
			if (signal.aborted) return;
			if (this.#consent) await this.withdraw();
			else await this.agree();
		}
	}

	async #say(): Promise<void> {
		const { clips, random, onLink, said } = this.#stage;
		const { id } = this.member;
		const clip = clips[Math.floor(random() * clips.length)] as Clip;
		const before = onLink(id);
		let fromMs = nowMs();
		let stalledMs = 0;
		function* packets(): Generator<Buffer> {
			// The first packet is due when it is asked for; telling the server of a new speaker comes before.
			fromMs = nowMs();
			for (const [index, packet] of clip.packets.entries()) {
				yield packet;
				// Asked for the next one, the last has just left.
				stalledMs = Math.max(stalledMs, nowMs() - fromMs - index * PACKET_MS);
			}
		}
		const { packets: sent } = await this.member.speak(packets());
		said({
			speakerId: id,
			startMs: fromMs + clip.startMs,
			endMs: fromMs + clip.endMs,
			fromMs,
			untilMs: nowMs(),
			stalledMs,
			isOnLink: this.#isIn && sent === clip.packets.length && onLink(id) - before >= sent,
		});
	}
}

/** Until `signal` aborts, at the longest. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
	try {
		await delay(ms, undefined, { signal });
	} catch (error) {
		if (!signal.aborted) throw error;
	}
}
