import { randomBytes } from 'node:crypto';
import { GatewayDispatchEvents, InteractionResponseType, InteractionType, MessageFlags } from 'discord-api-types/v10';
import type { EventLog, SimulatedDiscordEvent } from '../events.ts';
import { isLoading, type Message, type World } from '../model/index.ts';
import { parseBody, refusals } from './api-error.ts';
import type { Dispatcher } from './dispatcher.ts';
import {
	callbackBody,
	type Interaction,
	interactionPayload,
	modalData,
	type NewInteraction,
	suggestions,
} from './interaction.ts';
import type { MessageBoard, UploadedFile } from './message-board.ts';
import { messageBody } from './message-body.ts';
import { type InteractionReply, PendingReply } from './pending-reply.ts';
import { SimulationError } from './simulation-error.ts';

/** Discord shows "The application did not respond" after this long. */
const ACKNOWLEDGE_WITHIN_MS = 3_000;
/** Follow-ups and edits are accepted this long. */
const TOKEN_LIFETIME_MS = 15 * 60_000;

type Callback = Extract<SimulatedDiscordEvent, { type: 'interaction-answered' }>['callback'];

/** Carries interactions from members to the bot and its answers back. */
export class InteractionDesk {
	readonly #world: World;
	readonly #dispatcher: Dispatcher;
	readonly #board: MessageBoard;
	readonly #events: EventLog;
	readonly #byToken = new Map<string, Interaction>();

	constructor(world: World, dispatcher: Dispatcher, board: MessageBoard, events: EventLog) {
		this.#world = world;
		this.#dispatcher = dispatcher;
		this.#board = board;
		this.#events = events;
	}

	/**
	 * Sends the interaction to the bot and waits for what its user gets to see.
	 *
	 * @throws SimulationError when the bot does not answer in time
	 */
	async open(request: NewInteraction): Promise<InteractionReply> {
		const interaction: Interaction = {
			id: this.#world.ids.next(),
			token: randomBytes(48).toString('base64url'),
			createdAt: performance.now(),
			request,
			reply: new PendingReply(
				request.applicationId,
				request.name,
				ACKNOWLEDGE_WITHIN_MS,
				request.timeoutMs,
				request.signal,
			),
			acknowledged: false,
			originalId: request.message?.id,
		};
		this.#forgetExpired();
		this.#byToken.set(interaction.token, interaction);
		const receivers = this.#dispatcher.dispatch(
			GatewayDispatchEvents.InteractionCreate,
			interactionPayload(this.#world, this.#board, interaction),
			{ userId: request.applicationId, guildId: request.channel.guildId },
		);
		if (receivers === 0) interaction.reply.fail(new SimulationError(`"${request.name}": the bot is offline`));
		return interaction.reply.promise;
	}

	/** POST /interactions/:id/:token/callback. @returns what `with_response` asks for */
	respond(id: string, token: string, body: unknown, files: readonly UploadedFile[]) {
		const interaction = this.#byToken.get(token);
		if (interaction?.id !== id) throw refusals.unknownInteraction();
		if (interaction.acknowledged) throw refusals.alreadyAcknowledged();
		if (performance.now() - interaction.createdAt > ACKNOWLEDGE_WITHIN_MS) throw refusals.unknownInteraction();
		const { type, data } = parseBody(callbackBody, body);
		const message = this.#apply(interaction, type, data, files);
		return {
			interaction: {
				id,
				type: interaction.request.type,
				...(message && {
					response_message_id: message.id,
					response_message_loading: isLoading(message),
					response_message_ephemeral: message.ephemeralFor !== undefined,
				}),
			},
			resource: { type, ...(message && { message: this.#board.serialize(message) }) },
		};
	}

	/** POST /webhooks/:application/:token */
	followUp(applicationId: string, token: string, body: unknown, files: readonly UploadedFile[]): Message {
		const interaction = this.#live(applicationId, token);
		if (!interaction.acknowledged) throw refusals.unknownWebhook();
		const original = this.#original(interaction);
		// Discord's rule: the first follow-up to a deferred reply fills that reply.
		if (original !== undefined && isLoading(original)) return this.#edit(interaction, original, body, files);
		const parsed = parseBody(messageBody, body);
		const { channel, member } = interaction.request;
		const message = this.#board.create({
			channel,
			authorId: applicationId,
			body: parsed,
			files,
			interactionId: interaction.id,
			...((parsed.flags ?? 0) & MessageFlags.Ephemeral && { ephemeralFor: member.user.id }),
		});
		interaction.reply.followedUp(interaction.id, message);
		return message;
	}

	/** @param messageId a message of this interaction, or `@original` */
	message(applicationId: string, token: string, messageId: string): Message {
		const interaction = this.#live(applicationId, token);
		const message =
			messageId === '@original'
				? this.#original(interaction)
				: this.#board.get(interaction.request.channel.id, messageId);
		const isOwn = message?.interactionId === interaction.id || message?.id === interaction.originalId;
		if (message === undefined || !isOwn) throw refusals.unknownMessage();
		return message;
	}

	editMessage(applicationId: string, token: string, messageId: string, body: unknown, files: readonly UploadedFile[]) {
		const message = this.message(applicationId, token, messageId);
		return this.#edit(this.#live(applicationId, token), message, body, files);
	}

	close(): void {
		for (const { reply, request } of this.#byToken.values()) {
			reply.fail(new SimulationError(`"${request.name}": the simulated Discord was closed`));
		}
		this.#byToken.clear();
	}

	#apply(
		interaction: Interaction,
		type: InteractionResponseType,
		data: unknown,
		files: readonly UploadedFile[],
	): Message | undefined {
		const { request, reply } = interaction;
		const isAutocomplete = request.type === InteractionType.ApplicationCommandAutocomplete;
		// Nothing else can be answered to a half-written command, nor this to anything else.
		if (isAutocomplete !== (type === InteractionResponseType.ApplicationCommandAutocompleteResult)) {
			throw refusals.invalidForm(['type'], 'INTERACTION_TYPE_INVALID', 'This response type is not valid here.');
		}
		const isComponent = request.type !== InteractionType.ApplicationCommand && request.message !== undefined;
		const acknowledge = (callback: Callback) => {
			interaction.acknowledged = true;
			this.#announce(interaction, callback);
		};
		switch (type) {
			case InteractionResponseType.ChannelMessageWithSource: {
				const message = this.#createReply(interaction, data, files, false);
				acknowledge('message');
				reply.answered(interaction.id, message, 'message', false);
				return message;
			}
			case InteractionResponseType.DeferredChannelMessageWithSource: {
				const message = this.#createReply(interaction, data, files, true);
				acknowledge('deferred-message');
				reply.deferred();
				return message;
			}
			case InteractionResponseType.DeferredMessageUpdate:
				if (!isComponent) break;
				acknowledge('deferred-update');
				reply.deferred();
				return this.#original(interaction);
			case InteractionResponseType.UpdateMessage: {
				const original = isComponent ? this.#original(interaction) : undefined;
				if (original === undefined) break;
				const edited = this.#board.edit(original, parseBody(messageBody, data ?? {}), files);
				acknowledge('update');
				reply.answered(interaction.id, edited, 'update', false);
				return edited;
			}
			case InteractionResponseType.ApplicationCommandAutocompleteResult: {
				const { choices } = parseBody(suggestions, data);
				acknowledge('suggestions');
				reply.suggested(interaction.id, choices);
				return undefined;
			}
			case InteractionResponseType.Modal: {
				if (request.type === InteractionType.ModalSubmit) break;
				const { custom_id: customId, title, components } = parseBody(modalData, data);
				acknowledge('modal');
				reply.showedModal(interaction.id, request.message, { customId, title, components });
				return undefined;
			}
		}
		throw refusals.invalidForm(['type'], 'INTERACTION_TYPE_INVALID', 'This response type is not valid here.');
	}

	#announce({ id, createdAt, request }: Interaction, callback: Callback): void {
		const { name, member } = request;
		const latencyMs = performance.now() - createdAt;
		this.#events.emit({
			type: 'interaction-answered',
			interactionId: id,
			name,
			userId: member.user.id,
			callback,
			latencyMs,
		});
	}

	#createReply(interaction: Interaction, data: unknown, files: readonly UploadedFile[], isDeferred: boolean): Message {
		const body = parseBody(messageBody, data ?? {});
		const { channel, member, applicationId } = interaction.request;
		const isEphemeral = ((body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
		const message = this.#board.create({
			channel,
			authorId: applicationId,
			body,
			files,
			interactionId: interaction.id,
			isLoading: isDeferred,
			...(isEphemeral && { ephemeralFor: member.user.id }),
		});
		interaction.originalId = message.id;
		return message;
	}

	#edit(interaction: Interaction, message: Message, body: unknown, files: readonly UploadedFile[]): Message {
		const edited = this.#board.edit(message, parseBody(messageBody, body), files);
		if (edited.id === interaction.originalId) {
			const kind = interaction.request.message?.id === edited.id ? 'update' : 'message';
			interaction.reply.answered(interaction.id, edited, kind, true);
		}
		return edited;
	}

	#original(interaction: Interaction): Message | undefined {
		const { originalId, request } = interaction;
		return originalId === undefined ? undefined : this.#board.get(request.channel.id, originalId);
	}

	#forgetExpired(): void {
		for (const [token, { createdAt }] of this.#byToken) {
			if (performance.now() - createdAt > TOKEN_LIFETIME_MS) this.#byToken.delete(token);
		}
	}

	#live(applicationId: string, token: string): Interaction {
		const interaction = this.#byToken.get(token);
		const isOwn = interaction?.request.applicationId === applicationId;
		if (interaction === undefined || !isOwn) throw refusals.unknownWebhook();
		if (performance.now() - interaction.createdAt > TOKEN_LIFETIME_MS) throw refusals.unknownWebhook();
		return interaction;
	}
}
