import type { GatewayServer } from '../gateway/index.ts';
import type { MessageEffect, MessageRules } from '../message-rules.ts';
import type { Fault } from '../rules.ts';

/** A step that the main gateway can leave out; `voice-state` is opcode 4, which then goes unanswered. */
export type GatewayStep = 'hello' | 'ready' | 'heartbeat-ack' | 'voice-state';

const STEPS: Readonly<Record<GatewayStep, string>> = {
	hello: 'hello',
	ready: 'identify',
	'heartbeat-ack': 'heartbeat-ack',
	'voice-state': 'voice-state',
};

export interface GatewayMessages {
	/** Names of dispatched events, such as VOICE_SERVER_UPDATE. */
	readonly events: readonly string[];
	/** Id of the bot that they are for; every bot by default. */
	readonly bot?: string | undefined;
}

/** What can happen on the main gateway. */
export class GatewayFaults {
	readonly #gateway: GatewayServer;
	readonly #rules: MessageRules<string>;

	constructor(gateway: GatewayServer, rules: MessageRules<string>) {
		this.#gateway = gateway;
		this.#rules = rules;
	}

	/** Closes the WebSockets of a bot, all shards, with a code of the gateway. */
	close(botId: string, code: number): void {
		for (const session of this.#gateway.sessionsOf(botId)) session.close(code, 'Closed by the simulation.');
	}

	/** Ends the TCP connections without a word: the client sees 1006 and resumes. */
	breakOff(botId: string): void {
		for (const session of this.#gateway.sessionsOf(botId)) session.breakOff();
	}

	/** Opcode 7: please reconnect and resume. */
	reconnect(botId: string): void {
		for (const session of this.#gateway.sessionsOf(botId)) session.requestReconnect();
	}

	/** Opcode 9: the session is invalid, for good unless it is `resumable`. */
	invalidate(botId: string, { resumable = false }: { readonly resumable?: boolean } = {}): void {
		for (const session of this.#gateway.sessionsOf(botId)) {
			session.invalidate(resumable);
			if (!resumable) this.#gateway.end(session);
		}
	}

	/** Answers attempts to resume with opcode 9. */
	refuseResumes(botId?: string): Fault {
		return this.#add(['resume'], botId, { kind: 'drop' });
	}

	/**
	 * A gateway that does not answer at this step.
	 *
	 * @throws RangeError for `hello` with a bot: it goes out before anybody has said who they are
	 */
	silence(step: GatewayStep, { bot }: { readonly bot?: string } = {}): Fault {
		if (step === 'hello' && bot !== undefined) throw new RangeError('Hello (op 10) is for all: leave `bot` out');
		return this.#add([STEPS[step]], bot, { kind: 'drop' });
	}

	/** Events that come late; others overtake them. */
	delay({ events, bot }: GatewayMessages, ms: number): Fault {
		return this.#add(events, bot, { kind: 'delay', ms });
	}

	/** Events that never come. */
	drop({ events, bot }: GatewayMessages): Fault {
		return this.#add(events, bot, { kind: 'drop' });
	}

	/** Sends anything: a string as it is, all else as JSON. */
	send(botId: string, message: unknown): void {
		const data = typeof message === 'string' ? message : JSON.stringify(message);
		for (const session of this.#gateway.sessionsOf(botId)) session.sendRaw(data);
	}

	#add(names: readonly string[], userId: string | undefined, effect: MessageEffect): Fault {
		return this.#rules.add({ names: new Set(names), userId, effect });
	}
}
