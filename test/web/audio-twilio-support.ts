import { once } from 'node:events';
import type { Sender } from './audio-support.ts';

/** 20 ms of µ-law. */
const CHUNK_BYTES = 160;
const STREAM = 'MZ18ad3ab5a668481ce02b83e7395059f0';
const CALL = 'CA7a9b1c4d5e6f708192a3b4c5d6e7f809';

export const twilioStart = (customParameters: object, tracks: string[] = ['inbound', 'outbound']) => ({
	event: 'start',
	sequenceNumber: '1',
	start: {
		accountSid: 'AC5ef872f6da5a21de157d80997a64bd33',
		streamSid: STREAM,
		callSid: CALL,
		tracks,
		mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
		customParameters,
	},
	streamSid: STREAM,
});

export const twilioMedia = (track: string, index: number, payload: string) => ({
	event: 'media',
	sequenceNumber: String(index + 2),
	media: { track, chunk: String(index + 1), timestamp: String(index * 20), payload },
	streamSid: STREAM,
});

export const TWILIO_STOP = { event: 'stop', sequenceNumber: '9', stop: { callSid: CALL }, streamSid: STREAM };

/** A call as Twilio's Media Streams send it: both sides in turn, 20 ms a message. */
export async function twilioCall(
	sender: Sender,
	customParameters: object,
	sides: Readonly<Record<'inbound' | 'outbound', Buffer>>,
): Promise<void> {
	if (sender.webSocket.readyState === sender.webSocket.CONNECTING) await once(sender.webSocket, 'open');
	sender.say({ event: 'connected', protocol: 'Call', version: '1.0.0' }).say(twilioStart(customParameters));
	const most = Math.max(sides.inbound.length, sides.outbound.length);
	for (let index = 0; index * CHUNK_BYTES < most; index++) {
		for (const [track, bytes] of Object.entries(sides)) {
			const chunk = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
			if (chunk.length > 0) sender.say(twilioMedia(track, index, chunk.toString('base64')));
		}
	}
	sender.say({ event: 'mark', sequenceNumber: '8', streamSid: STREAM, mark: { name: 'end' } }).say(TWILIO_STOP);
}
