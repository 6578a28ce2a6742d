import type { FeedDraft } from './draft.ts';
import { FEED_VERSION, type FeedType, type View } from './types.ts';

const TEXT_FRAME = 0x81;

/** A whole, unmasked text message, as servers send it (RFC 6455 §5.2). */
export function textFrame(text: string): Buffer {
	const length = Buffer.byteLength(text);
	const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
	const frame = Buffer.allocUnsafe(header + length);
	frame[0] = TEXT_FRAME;
	if (header === 2) frame[1] = length;
	else if (header === 4) {
		frame[1] = 126;
		frame.writeUInt16BE(length, 2);
	} else {
		frame[1] = 127;
		frame.writeBigUInt64BE(BigInt(length), 2);
	}
	frame.write(text, header);
	return frame;
}

/** One event of an event stream; `json` has no line breaks. */
export const sseBlock = (event: string, json: string, id?: string): Buffer =>
	Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`);

/**
 * An event with its id. It is serialised when it is first needed, once for each view and transport, however many
 * read it: their sockets are handed the same bytes.
 */
export class EncodedEvent {
	readonly sequence: number;
	readonly id: string;
	readonly type: FeedType;
	readonly at: number;
	readonly guildId: string;
	readonly about: readonly string[];
	/** As of the draft. */
	readonly of: string | undefined;
	readonly #draft: FeedDraft;
	readonly #json = new Map<View, string>();
	readonly #sse = new Map<View, Buffer>();
	readonly #frames = new Map<View, Buffer>();

	constructor(sequence: number, id: string, draft: FeedDraft) {
		this.sequence = sequence;
		this.id = id;
		this.type = draft.type;
		this.at = draft.at;
		this.guildId = draft.guildId;
		this.about = draft.about;
		this.of = draft.of;
		this.#draft = draft;
	}

	json(view: View): string {
		return once(this.#json, view, () => {
			const { id, type, at, guildId } = this;
			return JSON.stringify({ v: FEED_VERSION, id, type, at, guildId, data: this.#draft.data(view) });
		});
	}

	sse(view: View): Buffer {
		return once(this.#sse, view, () => sseBlock(this.type, this.json(view), this.id));
	}

	/** As a WebSocket message, framed. */
	frame(view: View): Buffer {
		return once(this.#frames, view, () => textFrame(this.json(view)));
	}
}

function once<T>(made: Map<View, T>, view: View, make: () => T): T {
	const known = made.get(view);
	if (known !== undefined) return known;
	const value = make();
	made.set(view, value);
	return value;
}
