import {
	NetworkingStatusCode,
	type VoiceConnection,
	VoiceConnectionStatus,
	type VoiceWebSocket,
} from '@discordjs/voice';
import type { TransportMode } from '../../../src/sim/index.ts';
import { createTransportCipher } from '../../../src/sim/voice/aead.ts';
import { parseRtpHeader, type RtpHeader } from '../../../src/sim/voice/rtp.ts';

/** The networking of a connection that is ready. */
export function networkOf({ state }: VoiceConnection) {
	if (state.status !== VoiceConnectionStatus.Ready) throw new Error('Not ready');
	if (state.networking.state.code !== NetworkingStatusCode.Ready) throw new Error('Not ready');
	return state.networking.state;
}

export interface WirePacket {
	readonly datagram: Buffer;
	readonly header: RtpHeader;
	/** Extension body, DAVE frame and padding: what the transport encryption held. */
	readonly payload: Buffer;
}

/** Every RTP packet that reaches the client from now on, transport encryption off; what cannot be opened is left out. */
export function tapWire(connection: VoiceConnection): WirePacket[] {
	const { connectionData, udp } = networkOf(connection);
	const { encryptionMode, secretKey } = connectionData;
	const cipher = createTransportCipher(encryptionMode as TransportMode, Buffer.from(secretKey));
	const packets: WirePacket[] = [];
	udp.on('message', (datagram) => {
		const header = parseRtpHeader(datagram);
		const payload = header && cipher.open(datagram, header.clearBytes);
		if (header !== undefined && payload !== undefined) {
			packets.push({ datagram: Buffer.from(datagram), header, payload });
		}
	});
	return packets;
}

export interface GatewayNews {
	readonly op: number;
	readonly d: Record<string, unknown> | undefined;
}

/** Opcodes (JSON and binary) that the voice gateway sends the client from now on, in order. */
export function tapGateway(connection: VoiceConnection): GatewayNews[] {
	const ws = networkOf(connection).ws as VoiceWebSocket;
	const news: GatewayNews[] = [];
	ws.on('packet', ({ op, d }: GatewayNews) => news.push({ op, d }));
	ws.on('binary', ({ op }: { op: number }) => news.push({ op, d: undefined }));
	return news;
}
