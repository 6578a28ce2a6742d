import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { type WebSocket, WebSocketServer } from 'ws';
import { MlsExternalSender } from '../dave/index.ts';
import { createTransportCipher, type TransportMode } from './aead.ts';
import { VoiceCall } from './call.ts';
import { VoiceClient } from './client.ts';
import { VOICE_CLOSE } from './close-codes.ts';
import { VoiceConnection } from './connection.ts';
import type { VoiceIdentify, VoiceResume } from './messages.ts';
import { VoiceRelay } from './relay.ts';
import { UDP_DISCOVERY, type VoiceServerEvents, type VoiceServerOptions } from './server-options.ts';

/** Close codes after which a client may resume: the server crashed, or the link broke. */
const isResumable = (code: number): boolean => code === VOICE_CLOSE.serverCrashed || code < 4000;

/** A commit with its Welcome grows with the call; this is far beyond the largest. */
const MAX_FRAME_BYTES = 1 << 20;

/** One voice server: gateway (WebSocket over TLS, version 8) and UDP relay for any number of calls. */
export class VoiceServer extends EventEmitter<VoiceServerEvents> implements AsyncDisposable {
	readonly options: VoiceServerOptions;
	readonly #https: Server;
	readonly #gateway: WebSocketServer;
	readonly #relay: VoiceRelay;
	readonly #sender: MlsExternalSender | undefined;
	readonly #clients = new Set<VoiceClient>();
	readonly #calls = new Map<string, VoiceCall>();
	readonly #connections = new Set<VoiceConnection>();
	readonly #expiries = new Map<VoiceClient, NodeJS.Timeout>();
	#lastSsrc = 1000;

	private constructor(
		options: VoiceServerOptions,
		https: Server,
		relay: VoiceRelay,
		sender: MlsExternalSender | undefined,
	) {
		super();
		this.options = options;
		this.#https = https;
		this.#relay = relay;
		this.#sender = sender;
		this.#gateway = new WebSocketServer({ server: https, maxPayload: MAX_FRAME_BYTES });
		this.#gateway.on('connection', (socket) => this.#accept(socket));
	}

	static async start(options: VoiceServerOptions): Promise<VoiceServer> {
		const https = createServer({ key: options.certificate.key, cert: options.certificate.pem });
		https.listen(0, '127.0.0.1');
		await once(https, 'listening');
		let server: VoiceServer | undefined;
		const relay = await VoiceRelay.start({
			network: options.network,
			audience: (sender) => server?.audience(sender) ?? [],
			stalls: options.stalls,
			ignoresDiscovery: ({ userId }) => options.rules.of(UDP_DISCOVERY, userId) !== undefined,
		});
		const sender = options.dave === 'off' ? undefined : await MlsExternalSender.create();
		server = new VoiceServer(options, https, relay, sender);
		return server;
	}

	/** As VOICE_SERVER_UPDATE gives it: host and port without a scheme. */
	get endpoint(): string {
		return `localhost:${(this.#https.address() as AddressInfo).port}`;
	}

	get udpPort(): number {
		return this.#relay.port;
	}

	get relay(): VoiceRelay {
		return this.#relay;
	}

	get clients(): Iterable<VoiceClient> {
		return this.#clients;
	}

	call(channelId: string): VoiceCall | undefined {
		return this.#calls.get(channelId);
	}

	/** Has the others hear the user under another SSRC. @returns it; they are not told yet */
	reassign(client: VoiceClient): number {
		client.shape.ssrc = ++this.#lastSsrc;
		return client.shape.ssrc;
	}

	*audience(sender: VoiceClient): Iterable<VoiceClient> {
		if (!this.options.mayBeHeard(sender.identity)) return;
		for (const client of this.#calls.get(sender.identity.channelId)?.clients ?? []) {
			if (client !== sender && this.options.listens(client.userId)) yield client;
		}
	}

	find(guildId: string, userId: string): VoiceClient | undefined {
		for (const client of this.#clients) {
			if (client.identity.guildId === guildId && client.userId === userId) return client;
		}
		return undefined;
	}

	callOf(client: VoiceClient): VoiceCall | undefined {
		return this.#calls.get(client.identity.channelId);
	}

	/** Whether the user is connected and, where the call is encrypted, in its group with nothing under way. */
	isSettled(guildId: string, userId: string): boolean {
		const client = this.find(guildId, userId);
		if (client?.transport === undefined) return false;
		const call = this.callOf(client);
		return call !== undefined && (call.dave === undefined || call.dave.isSettled(userId));
	}

	/** Closes the user's WebSocket with a code of the voice gateway, which ends the stay unless it can be resumed. */
	disconnect(guildId: string, userId: string, code: number = VOICE_CLOSE.disconnected): void {
		const client = this.find(guildId, userId);
		if (client === undefined) return;
		client.close(code, 'Disconnected.');
		if (isResumable(code)) this.lost(client, false);
		else this.#end(client);
	}

	/** @returns the new client, or the close code that refuses it */
	identify(socket: WebSocket, identify: VoiceIdentify): VoiceClient | number {
		const channelId = this.options.admit(identify);
		if (channelId === undefined) return VOICE_CLOSE.authenticationFailed;
		const maxDaveVersion = identify.max_dave_protocol_version;
		if (this.options.dave === 'required' && maxDaveVersion === 0) return VOICE_CLOSE.daveRequired;
		const previous = this.find(identify.server_id, identify.user_id);
		if (previous !== undefined) {
			previous.close(VOICE_CLOSE.sessionInvalid, 'Session is no longer valid.');
			this.#end(previous);
		}
		const client = new VoiceClient(
			{
				guildId: identify.server_id,
				channelId,
				userId: identify.user_id,
				sessionId: identify.session_id,
				token: identify.token,
				ssrc: ++this.#lastSsrc,
				maxDaveVersion,
			},
			socket,
			this.options.rules,
		);
		this.#clients.add(client);
		this.#relay.add(client);
		return client;
	}

	/** @returns the client that continues on `socket`, or undefined when it is too late */
	resume(socket: WebSocket, resume: VoiceResume): VoiceClient | undefined {
		const client = this.#clients.values().find(({ identity: { guildId, sessionId, token } }) => {
			return guildId === resume.server_id && sessionId === resume.session_id && token === resume.token;
		});
		if (client?.transport === undefined) return undefined;
		if (this.options.rules.of(VoiceOpcodes.Resume, client.userId) !== undefined) {
			this.#end(client);
			return undefined;
		}
		clearTimeout(this.#expiries.get(client));
		this.#expiries.delete(client);
		socket.send(JSON.stringify({ op: VoiceOpcodes.Resumed, d: null }));
		client.resume(socket, resume.seq_ack);
		return client;
	}

	/** Select Protocol has settled the mode: hands out the key and lets the client into its call. */
	open(client: VoiceClient, mode: TransportMode): void {
		const key = randomBytes(32);
		client.transport = { mode, cipher: createTransportCipher(mode, key) };
		const { channelId } = client.identity;
		let call = this.#calls.get(channelId);
		if (call === undefined) {
			call = new VoiceCall({
				channelId,
				sender: this.#sender,
				transitionTimeoutMs: this.options.transitionTimeoutMs,
				onTransition: (transition) => this.emit('transition', transition),
				onChange: () => this.emit('change'),
			});
			this.#calls.set(channelId, call);
		}
		call.join(client, (daveVersion) => {
			client.sendOnce(VoiceOpcodes.SessionDescription, {
				mode,
				secret_key: [...key],
				dave_protocol_version: daveVersion,
				audio_codec: 'opus',
				video_codec: 'H264',
				media_session_id: randomBytes(16).toString('hex'),
			});
			this.emit('ready', client, daveVersion);
		});
	}

	speak(client: VoiceClient, flags: number): void {
		this.callOf(client)?.speak(client, flags);
		this.emit('speaking', client, flags);
	}

	/** The WebSocket of `client` is gone: for good, or until it resumes. */
	lost(client: VoiceClient, isFinal: boolean): void {
		client.detach();
		if (isFinal || client.transport === undefined) this.#end(client);
		else if (this.#clients.has(client)) {
			this.#expiries.set(client, setTimeout(() => this.#end(client), this.options.resumeWindowMs).unref());
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const client of [...this.#clients]) {
			client.close(VOICE_CLOSE.disconnected, 'The server is going away.');
			this.#end(client);
		}
		for (const connection of this.#connections) connection.terminate();
		this.#gateway.close();
		this.#https.closeAllConnections();
		this.#https.close();
		await once(this.#https, 'close');
		await this.#relay[Symbol.asyncDispose]();
		this.removeAllListeners();
	}

	#accept(socket: WebSocket): void {
		const connection = new VoiceConnection(socket, this);
		this.#connections.add(connection);
		socket.once('close', () => this.#connections.delete(connection));
	}

	#end(client: VoiceClient): void {
		if (!this.#clients.delete(client)) return;
		clearTimeout(this.#expiries.get(client));
		this.#expiries.delete(client);
		this.#relay.remove(client);
		const call = this.callOf(client);
		call?.leave(client);
		if (call?.size === 0) {
			call.close();
			this.#calls.delete(client.identity.channelId);
		}
		this.emit('left', client);
	}
}
