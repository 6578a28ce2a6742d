import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { EncodedEvent } from './encoded-event.ts';
import type { ControlMessage } from './schemas.ts';
import type { Sink } from './subscriber.ts';
import type { View } from './types.ts';

const LAST_WORDS_MS = 5_000;

/**
 * The feed over a WebSocket. Events go to the socket as frames that are made once for all; nothing else is sent
 * in pieces or compressed, so they cannot come between the parts of another message.
 */
export class WebSocketSink implements Sink {
	readonly #webSocket: WebSocket;
	readonly #socket: Socket;
	#isAlive = true;

	constructor(webSocket: WebSocket, socket: Socket) {
		this.#webSocket = webSocket;
		this.#socket = socket;
		socket.setNoDelay(true);
		webSocket.on('pong', () => {
			this.#isAlive = true;
		});
	}

	get bufferedBytes(): number {
		return this.#socket.writableLength;
	}

	event(event: EncodedEvent, view: View): void {
		if (this.#isOpen) this.#socket.write(event.frame(view));
	}

	together(work: () => void): void {
		this.#socket.cork();
		work();
		this.#socket.uncork();
	}

	control(message: ControlMessage): void {
		if (this.#isOpen) this.#webSocket.send(JSON.stringify(message));
	}

	beat(): void {
		if (!this.#isOpen) return;
		if (!this.#isAlive) {
			this.#webSocket.terminate();
			return;
		}
		this.#isAlive = false;
		this.#webSocket.ping();
	}

	close(message: Extract<ControlMessage, { type: 'close' }>): void {
		if (!this.#isOpen) return;
		this.control(message);
		this.#webSocket.close(message.data.code, message.data.reason);
		setTimeout(() => this.#webSocket.terminate(), LAST_WORDS_MS).unref();
	}

	onDrain(callback: () => void): void {
		this.#socket.once('drain', callback);
	}

	get #isOpen(): boolean {
		return this.#webSocket.readyState === this.#webSocket.OPEN;
	}
}
