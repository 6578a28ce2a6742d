import { GatewayDispatchEvents, GatewayIntentBits, MessageFlags } from 'discord-api-types/v10';
import type { EventLog } from '../events.ts';
import { type Attachment, apiMessage, type Channel, type Message, type World } from '../model/index.ts';
import { refusals } from './api-error.ts';
import { checkComponents, withFileUrls } from './component-rules.ts';
import type { Dispatcher } from './dispatcher.ts';
import { mentionsOf } from './mentions.ts';
import { type MessageBody, SETTABLE_FLAGS } from './message-body.ts';

/** A file of a multipart request: `files[index]`. */
export interface UploadedFile {
	readonly index: string;
	readonly filename: string;
	readonly contentType: string;
	readonly bytes: Buffer;
}

export interface NewMessage {
	readonly channel: Channel;
	readonly authorId: string;
	readonly body: MessageBody;
	readonly files: readonly UploadedFile[];
	readonly ephemeralFor?: string | undefined;
	readonly interactionId?: string | undefined;
	/** A deferred reply: empty until it is edited. */
	readonly isLoading?: boolean;
}

/** All messages of all channels, in memory. */
export class MessageBoard {
	readonly #world: World;
	readonly #dispatcher: Dispatcher;
	readonly #events: EventLog;
	readonly #messages = new Map<string, Message>();
	/** Base of attachment URLs; set once the REST server listens. */
	cdn = '';

	constructor(world: World, dispatcher: Dispatcher, events: EventLog) {
		this.#world = world;
		this.#dispatcher = dispatcher;
		this.#events = events;
	}

	get(channelId: string, messageId: string): Message | undefined {
		const message = this.#messages.get(messageId);
		return message?.channelId === channelId ? message : undefined;
	}

	/** Oldest first. Deferred replies that nothing was written to yet are included, empty. */
	list(channelId: string): Message[] {
		return [...this.#messages.values()].filter((message) => message.channelId === channelId);
	}

	attachment(id: string): Attachment | undefined {
		for (const { attachments } of this.#messages.values()) {
			const found = attachments.find((attachment) => attachment.id === id);
			if (found !== undefined) return found;
		}
		return undefined;
	}

	create({ channel, authorId, body, files, ephemeralFor, interactionId, isLoading = false }: NewMessage): Message {
		const id = this.#world.ids.next();
		const attachments = this.#attach(channel.id, body, files);
		const flags =
			((body.flags ?? 0) & SETTABLE_FLAGS) |
			(ephemeralFor === undefined ? 0 : MessageFlags.Ephemeral) |
			(isLoading ? MessageFlags.Loading : 0);
		const content = body.content ?? '';
		const components = withFileUrls(body.components ?? [], attachments);
		const message: Message = {
			id,
			guildId: channel.guildId,
			channelId: channel.id,
			authorId,
			content,
			embeds: withAttachmentUrls(body.embeds ?? [], attachments),
			components,
			mentions: mentionsOf(this.#world, channel, authorId, { content, components }, body.allowed_mentions),
			attachments,
			flags,
			ephemeralFor,
			interactionId,
			createdAt: Date.now(),
			editedAt: undefined,
		};
		if (!isLoading) check(message);
		this.#store(message, GatewayDispatchEvents.MessageCreate);
		if (!isLoading) this.#events.emit({ type: 'message-created', message });
		return message;
	}

	edit(message: Message, body: MessageBody, files: readonly UploadedFile[]): Message {
		const wasLoading = (message.flags & MessageFlags.Loading) !== 0;
		const listed = body.attachments && new Set(body.attachments.map(({ id }) => id));
		const kept = message.attachments.filter(({ id }) => listed?.has(id) ?? true);
		const attachments = [...kept, ...this.#attach(message.channelId, body, files)];
		const embeds = body.embeds === undefined ? message.embeds : (body.embeds ?? []);
		const edited: Message = {
			...message,
			content: body.content === undefined ? message.content : (body.content ?? ''),
			embeds: withAttachmentUrls(embeds, attachments),
			components: body.components === undefined ? message.components : withFileUrls(body.components ?? [], attachments),
			attachments,
			flags: (message.flags & ~MessageFlags.Loading) | ((body.flags ?? 0) & SETTABLE_FLAGS),
			editedAt: wasLoading ? undefined : Date.now(),
		};
		check(edited);
		this.#store(edited, GatewayDispatchEvents.MessageUpdate);
		this.#events.emit({ type: wasLoading ? 'message-created' : 'message-edited', message: edited });
		return edited;
	}

	delete(message: Message): void {
		this.#messages.delete(message.id);
		const { id, channelId, guildId } = message;
		if (message.ephemeralFor === undefined) {
			this.#dispatcher.dispatch(
				GatewayDispatchEvents.MessageDelete,
				{ id, channel_id: channelId, guild_id: guildId },
				{ guildId, intents: GatewayIntentBits.GuildMessages },
			);
		}
		this.#events.emit({ type: 'message-deleted', message });
	}

	/** The message as REST gives it. */
	serialize(message: Message) {
		const author = this.#world.users.get(message.authorId);
		if (author === undefined) throw refusals.unknownUser();
		const mentioned = message.mentions.users.flatMap((id) => this.#world.users.get(id) ?? []);
		return apiMessage(message, author, mentioned);
	}

	#store(message: Message, event: string): void {
		this.#messages.set(message.id, message);
		// An ephemeral message is never dispatched: it lives in one user's client.
		if (message.ephemeralFor !== undefined) return;
		this.#dispatcher.dispatch(
			event,
			{ ...this.serialize(message), guild_id: message.guildId },
			{ guildId: message.guildId, intents: GatewayIntentBits.GuildMessages },
		);
	}

	#attach(channelId: string, body: MessageBody, files: readonly UploadedFile[]): Attachment[] {
		return files.map(({ index, filename, contentType, bytes }) => {
			const described = body.attachments?.find(({ id }) => id === index);
			const id = this.#world.ids.next();
			const name = described?.filename ?? filename;
			const url = `${this.cdn}/attachments/${channelId}/${id}/${encodeURIComponent(name)}`;
			return { id, filename: name, description: described?.description ?? undefined, contentType, bytes, url };
		});
	}
}

function check(message: Message): void {
	const { content, embeds, components, attachments } = message;
	if (content === '' && embeds.length + components.length + attachments.length === 0) throw refusals.emptyMessage();
	checkComponents(message);
}

/** Discord turns `attachment://name` in an embed into the address of the file that came with it. */
function withAttachmentUrls(embeds: Message['embeds'], attachments: readonly Attachment[]): Message['embeds'] {
	const resolve = <T extends { url: string }>(media: T | undefined): T | undefined => {
		const name = media?.url.startsWith('attachment://') ? media.url.slice('attachment://'.length) : undefined;
		const file = attachments.find(({ filename }) => filename === name);
		return media && file ? { ...media, url: file.url } : media;
	};
	return embeds.map((embed) => {
		const image = resolve(embed.image);
		const thumbnail = resolve(embed.thumbnail);
		return { ...embed, ...(image && { image }), ...(thumbnail && { thumbnail }) };
	});
}
