import type { Attachment, Message } from '../model/index.ts';
import { SimulationError } from './simulation-error.ts';

export interface Modal {
	readonly customId: string;
	readonly title: string;
	readonly components: readonly unknown[];
}

/** A value that is offered for an option while it is being typed. */
export interface Suggestion {
	readonly name: string;
	readonly value: string | number;
}

/** What the one who used a command or a button gets to see. */
export interface InteractionReply {
	/** A new message, an update of the one that the button is on, a form, or values for an option. */
	readonly kind: 'message' | 'update' | 'modal' | 'suggestions';
	readonly interactionId: string;
	/** The bot that answered. */
	readonly applicationId: string;
	/** For a form: the message whose component opened it, or empty. */
	readonly messageId: string;
	readonly channelId: string;
	readonly content: string;
	readonly embeds: Message['embeds'];
	readonly components: readonly unknown[];
	readonly attachments: readonly Attachment[];
	readonly ephemeral: boolean;
	/** Whether the bot asked for time first. */
	readonly deferred: boolean;
	/** From the interaction to the content. */
	readonly latencyMs: number;
	readonly modal: Modal | undefined;
	/** Empty but for the kind of that name. */
	readonly suggestions: readonly Suggestion[];
}

/** Of an answer that is no message. */
const NOTHING = {
	messageId: '',
	channelId: '',
	content: '',
	embeds: [],
	components: [],
	attachments: [],
	ephemeral: false,
	modal: undefined,
	suggestions: [],
} as const;

/** The answer to one interaction while it is awaited, with Discord's deadlines. */
export class PendingReply {
	readonly promise: Promise<InteractionReply>;
	readonly #applicationId: string;
	readonly #startedAt = performance.now();
	readonly #resolve: (reply: InteractionReply) => void;
	readonly #reject: (reason: unknown) => void;
	readonly #signal: AbortSignal | undefined;
	readonly #onAbort: () => void;
	#timers: NodeJS.Timeout[];
	#isDeferred = false;

	constructor(
		applicationId: string,
		name: string,
		acknowledgeWithinMs: number,
		timeoutMs: number,
		signal: AbortSignal | undefined,
	) {
		const { promise, resolve, reject } = Promise.withResolvers<InteractionReply>();
		this.promise = promise;
		this.#applicationId = applicationId;
		this.#resolve = resolve;
		this.#reject = reject;
		this.#signal = signal;
		this.#onAbort = () => this.fail(signal?.reason);
		const failAfter = (ms: number, message: string) => setTimeout(() => this.fail(new SimulationError(message)), ms);
		this.#timers = [
			failAfter(acknowledgeWithinMs, `"${name}": the application did not respond`),
			failAfter(timeoutMs, `"${name}": no answer followed within ${timeoutMs} ms`),
		];
		if (signal?.aborted) this.#onAbort();
		else signal?.addEventListener('abort', this.#onAbort, { once: true });
	}

	deferred(): void {
		this.#isDeferred = true;
		clearTimeout(this.#timers[0]);
	}

	answered(interactionId: string, message: Message, kind: 'message' | 'update', afterDeferral: boolean): void {
		// An edit of an answer that has been given already is for `waitFor` to see.
		if (afterDeferral && !this.#isDeferred) return;
		this.#settle({
			kind,
			interactionId,
			messageId: message.id,
			channelId: message.channelId,
			content: message.content,
			embeds: message.embeds,
			components: message.components,
			attachments: message.attachments,
			ephemeral: message.ephemeralFor !== undefined,
			modal: undefined,
			suggestions: [],
		});
	}

	/** A follow-up is the answer where the bot only acknowledged a button. */
	followedUp(interactionId: string, message: Message): void {
		if (this.#isDeferred) this.answered(interactionId, message, 'message', true);
	}

	/** @param source the message whose component opened the form */
	showedModal(interactionId: string, source: Message | undefined, modal: Modal): void {
		const { id: messageId = '', channelId = '' } = source ?? {};
		this.#settle({ ...NOTHING, kind: 'modal', interactionId, messageId, channelId, modal });
	}

	suggested(interactionId: string, suggestions: readonly Suggestion[]): void {
		this.#settle({ ...NOTHING, kind: 'suggestions', interactionId, suggestions });
	}

	fail(reason: unknown): void {
		this.#clear();
		this.#reject(reason);
	}

	#settle(reply: Omit<InteractionReply, 'applicationId' | 'deferred' | 'latencyMs'>): void {
		this.#clear();
		const applicationId = this.#applicationId;
		this.#resolve({
			...reply,
			applicationId,
			deferred: this.#isDeferred,
			latencyMs: performance.now() - this.#startedAt,
		});
	}

	#clear(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers = [];
		this.#signal?.removeEventListener('abort', this.#onAbort);
	}
}
