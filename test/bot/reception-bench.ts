import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ReceptionEvent } from '../../src/domain/index.ts';
import type { SimulatedMember } from '../../src/sim/index.ts';
import type { TestBench } from '../support/discord.ts';
import { speechPackets } from '../support/opus.ts';

export const WORDS = speechPackets(1200);

export async function until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error('waited in vain');
		await delay(20);
	}
}

/** What tests of reception ask of a bench, over and over. */
export class Listening {
	readonly bench: TestBench;

	constructor(bench: TestBench) {
		this.bench = bench;
	}

	get botId(): string {
		return this.bench.bot.client.user.id;
	}

	get session() {
		const [only] = this.bench.bot.sessions.all;
		if (!only) throw new Error('The bot is in no channel.');
		return only;
	}

	get isListening(): boolean {
		return this.session.state.status === 'listening';
	}

	get receptions(): ReceptionEvent[] {
		return this.bench.events.filter((event) => event.type === 'reception');
	}

	/** The bot listens to Ada, who agreed. */
	async ada(): Promise<SimulatedMember> {
		const ada = await this.bench.join('Ada', { admin: true });
		await ada.command('consent give');
		await ada.command('emotion join');
		return ada;
	}

	/** A member says something; it comes out as one utterance of theirs, whole. */
	async hears(member: SimulatedMember, packets = WORDS): Promise<void> {
		const { utterances } = this.bench;
		const before = utterances.length;
		await member.speak(packets);
		await until(() => utterances.length > before);
		const { utterance } = utterances.at(-1) as TestBench['utterances'][number];
		expect(utterance.speakerId).toBe(member.id);
		expect(utterance.endMs - utterance.startMs).toBeGreaterThan(packets.length * 20 - 250);
		expect(utterances.length).toBe(before + 1);
	}

	/** The voice connection of each of these stands anew, counted from a position of the log. */
	async readyAgain(since: number, userIds: readonly string[] = [this.botId]): Promise<void> {
		const isOf = (id: string) => (event: { readonly userId: string }) => event.userId === id;
		const options = { since, timeoutMs: 20_000 };
		await Promise.all(userIds.map((id) => this.bench.discord.waitFor('voice-ready', isOf(id), options)));
		await until(() => this.isListening);
	}
}
