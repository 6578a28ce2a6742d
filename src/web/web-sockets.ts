import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { AUDIO_PROTOCOL } from './audio/index.ts';
import { FEED_PROTOCOL } from './guard/authenticate.ts';

/** Whoever reads has next to nothing to say. */
const MOST_FEED_BYTES = 1024;
/** Larger messages are not even read; what is a little too large is told so. */
const MOST_AUDIO_BYTES = 131_072;

const isAudio = ({ url }: IncomingMessage): boolean => /^\/api\/v1\/audio(?![^/?])/.test(url ?? '');

/** The one WebSocket server behind all routes, with what each of them may be sent. */
export class WebSockets extends WebSocketServer {
	constructor() {
		super({
			noServer: true,
			perMessageDeflate: false,
			// Whoever offers a token as a sub-protocol is not answered with it.
			handleProtocols: (offered, request) => {
				const protocol = isAudio(request) ? AUDIO_PROTOCOL : FEED_PROTOCOL;
				return offered.has(protocol) ? protocol : false;
			},
		});
	}

	override handleUpgrade(...upgrade: Parameters<WebSocketServer['handleUpgrade']>): void {
		const [request] = upgrade as [IncomingMessage, Duplex, Buffer, unknown];
		// Read while this call lasts, for the connection that it makes.
		this.options.maxPayload = isAudio(request) ? MOST_AUDIO_BYTES : MOST_FEED_BYTES;
		super.handleUpgrade(...upgrade);
	}
}
