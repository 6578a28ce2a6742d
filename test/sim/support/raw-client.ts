import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { SimulatedDiscord } from '../../../src/sim/index.ts';
import { eventually, TOKEN } from './bot.ts';

interface GatewayMessage {
	readonly op: number;
	readonly t: string | null;
	readonly d: Record<string, unknown>;
}

export interface VoiceCredentials {
	readonly server_id: string;
	readonly user_id: string;
	readonly session_id: string;
	readonly token: string;
}

/** A WebSocket that speaks exactly what a test tells it to. */
export async function openSocket(url: string, ca?: string) {
	const socket = new WebSocket(url, ca === undefined ? {} : { ca });
	const texts: GatewayMessage[] = [];
	const binaries: Buffer[] = [];
	socket.on('message', (data: Buffer, isBinary) => {
		if (isBinary) binaries.push(data);
		else texts.push(JSON.parse(data.toString()));
	});
	const closed = once(socket, 'close').then(([code]) => code as number);
	await once(socket, 'open');
	const send = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d }));
	const receive = async (fits: (message: GatewayMessage) => boolean): Promise<Record<string, unknown>> => {
		await eventually(() => texts.some(fits));
		return texts.find(fits)?.d ?? {};
	};
	return { socket, texts, binaries, closed, send, receive, [Symbol.dispose]: () => socket.terminate() };
}

/** Logs in and joins a voice channel by hand, up to the voice server’s address. */
export async function signIn(discord: SimulatedDiscord, channel: string) {
	const response = await fetch(`${discord.apiBase}/v10/gateway`);
	const { url } = (await response.json()) as { url: string };
	const gateway = await openSocket(`${url}/?v=10&encoding=json`);
	gateway.send(2, { token: TOKEN, intents: 129 });
	const ready = await gateway.receive(({ t }) => t === 'READY');
	const { id, guildId } = discord.channel(channel);
	gateway.send(4, { guild_id: guildId, channel_id: id, self_mute: false, self_deaf: false });
	const server = await gateway.receive(({ t }) => t === 'VOICE_SERVER_UPDATE');
	const credentials: VoiceCredentials = {
		server_id: guildId,
		user_id: (ready['user'] as { id: string }).id,
		session_id: String(ready['session_id']),
		token: String(server['token']),
	};
	const open = () => openSocket(`wss://${server['endpoint']}?v=8`, discord.caCertificate);
	return { gateway, credentials, open, [Symbol.dispose]: () => gateway.socket.terminate() };
}

/** A UDP socket that can ask for its address and send anything. */
export async function openUdp(port: number) {
	const socket = createSocket('udp4');
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const send = (bytes: Buffer) =>
		new Promise<void>((resolve) => socket.send(bytes, port, '127.0.0.1', () => resolve()));
	const discover = async (ssrc: number): Promise<Buffer> => {
		const request = Buffer.alloc(74);
		request.writeUInt16BE(1, 0);
		request.writeUInt16BE(70, 2);
		request.writeUInt32BE(ssrc, 4);
		const reply = once(socket, 'message', { signal: AbortSignal.timeout(2_000) });
		await send(request);
		return (await reply)[0] as Buffer;
	};
	return { socket, send, discover, port: socket.address().port, [Symbol.dispose]: () => socket.close() };
}
