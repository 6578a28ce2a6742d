import type { GatewayIntentBits } from 'discord-api-types/v10';

/** Someone who is told what happens: a bot's gateway session, or a simulated member's client. */
export interface DispatchSink {
	readonly userId: string;
	readonly intents: number;
	/** Whether it is in this server. */
	seesGuild(guildId: string): boolean;
	dispatch(event: string, data: unknown): void;
}

export interface Audience {
	readonly guildId?: string;
	/** Only those who asked for one of these. */
	readonly intents?: GatewayIntentBits | number;
	/** Only this user's clients. */
	readonly userId?: string;
}

/** Brings gateway events to whom they concern. */
export class Dispatcher {
	readonly #sinks = new Set<DispatchSink>();

	add(sink: DispatchSink): void {
		this.#sinks.add(sink);
	}

	remove(sink: DispatchSink): void {
		this.#sinks.delete(sink);
	}

	/** @returns how many were told */
	dispatch(event: string, data: unknown, { guildId, intents, userId }: Audience): number {
		let receivers = 0;
		for (const sink of this.#sinks) {
			if (userId !== undefined && sink.userId !== userId) continue;
			if (guildId !== undefined && !sink.seesGuild(guildId)) continue;
			if (intents !== undefined && (sink.intents & intents) === 0) continue;
			sink.dispatch(event, data);
			receivers++;
		}
		return receivers;
	}
}
