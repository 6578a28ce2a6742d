import { constants, deflateRawSync } from 'node:zlib';
import type { WebSocket } from 'ws';

/** RFC 1950 §2.2: deflate, a window of 32 KiB, no dictionary. */
const ZLIB_HEADER = Buffer.of(0x78, 0x9c);

/**
 * Discord's transport compression `zlib-stream`: all that a connection sends is one zlib stream, flushed after
 * each message, which therefore ends in 00 00 FF FF.
 *
 * Each message is compressed by itself, and no block is the last one: their sequence is a deflate stream like
 * any other, only longer than Discord's, whose messages refer back to earlier ones.
 */
export function compressStream(socket: WebSocket): void {
	const send = socket.send.bind(socket) as (message: Buffer) => void;
	let header = ZLIB_HEADER;
	socket.send = (text: unknown) => {
		const blocks = deflateRawSync(String(text), { finishFlush: constants.Z_SYNC_FLUSH });
		send(Buffer.concat([header, blocks]));
		header = Buffer.alloc(0);
	};
}
