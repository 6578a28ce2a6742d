import type { Log } from '../../domain/index.ts';
import type { EncodedEvent } from '../feed/index.ts';
import type { WebhookOptions } from '../options.ts';
import { Receiver, type ReceiverLimits } from './receiver.ts';

/** Everyone who is sent events. */
export class Webhooks implements Disposable {
	readonly #receivers: readonly Receiver[];

	constructor(webhooks: readonly WebhookOptions[], limits: ReceiverLimits, log: Log) {
		this.#receivers = webhooks.map((options) => new Receiver(options, limits, log));
	}

	get stats() {
		return this.#receivers.map((receiver) => receiver.stats);
	}

	offer(event: EncodedEvent): void {
		for (const receiver of this.#receivers) receiver.offer(event);
	}

	withdraw(guildId: string, speakerId: string): void {
		for (const receiver of this.#receivers) receiver.withdraw(guildId, speakerId);
	}

	[Symbol.dispose](): void {
		for (const receiver of this.#receivers) receiver[Symbol.dispose]();
	}
}
