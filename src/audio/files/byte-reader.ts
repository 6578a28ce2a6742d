import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file from `position` on, a chunk at a time. */
export async function* fileBytes(handle: FileHandle, signal?: AbortSignal, position = 0): AsyncGenerator<Buffer> {
	let at = position;
	while (true) {
		signal?.throwIfAborted();
		const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
		if (bytesRead === 0) return;
		at += bytesRead;
		yield buffer.subarray(0, bytesRead);
	}
}

/** Reads headers off the front of a byte stream, and leaves the rest to be streamed. */
export class ByteReader {
	readonly #source: AsyncIterator<Buffer>;
	#buffer: Buffer = Buffer.alloc(0);
	#position = 0;

	constructor(source: AsyncIterable<Buffer>) {
		this.#source = source[Symbol.asyncIterator]();
	}

	/** Bytes that were read or skipped so far. */
	get position(): number {
		return this.#position;
	}

	/** @returns the next `count` bytes without taking them; fewer at the end of the stream */
	async peek(count: number): Promise<Buffer> {
		while (this.#buffer.length < count) {
			const next = await this.#source.next();
			if (next.done) break;
			this.#buffer = this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value]);
		}
		return this.#buffer.subarray(0, count);
	}

	/** @returns the next `count` bytes; fewer at the end of the stream */
	async read(count: number): Promise<Buffer> {
		const bytes = await this.peek(count);
		this.#buffer = this.#buffer.subarray(bytes.length);
		this.#position += bytes.length;
		return bytes;
	}

	/** @returns how many of `count` bytes there were to pass over */
	async skip(count: number): Promise<number> {
		let left = count;
		while (left > 0) {
			const bytes = await this.read(Math.min(left, CHUNK_BYTES));
			if (bytes.length === 0) break;
			left -= bytes.length;
		}
		return count - left;
	}

	/** What follows, up to `limit` bytes. */
	async *rest(limit = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
		let left = limit;
		while (left > 0) {
			const waiting = this.#buffer.length > 0 ? this.#buffer : await this.peek(1).then(() => this.#buffer);
			if (waiting.length === 0) return;
			const bytes = await this.read(Math.min(left, waiting.length));
			left -= bytes.length;
			yield bytes;
		}
	}
}
