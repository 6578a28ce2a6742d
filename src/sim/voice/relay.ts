import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Delivery, NetworkPolicy, PacketInfo } from '../network/index.ts';
import type { VoiceClient } from './client.ts';
import { discoveryReply, parseDiscovery, parseRtpHeader, type RtpHeader } from './rtp.ts';

/** What the relay did with one member's packets. */
export interface PacketCounts {
	/** Authentic packets that arrived from the member. */
	readonly received: number;
	/** Datagrams that claimed to be the member's and were not: wrong address, wrong key, garbage. */
	readonly rejected: number;
	/** Copies of the member's packets sent on to others. */
	readonly relayed: number;
	/** Fates that the network policy chose, over all receivers. */
	readonly lost: number;
	readonly duplicated: number;
	readonly delayed: number;
	readonly corrupted: number;
}

type Tally = { -readonly [Count in keyof PacketCounts]: number };

const emptyTally = (): Tally => ({
	received: 0,
	rejected: 0,
	relayed: 0,
	lost: 0,
	duplicated: 0,
	delayed: 0,
	corrupted: 0,
});

export interface VoiceRelayOptions {
	readonly network: () => NetworkPolicy;
	/** Who hears `sender`. */
	readonly audience: (sender: VoiceClient) => Iterable<VoiceClient>;
}

/**
 * The UDP side of a voice server: opens each packet with its sender's key and seals it for each
 * receiver with theirs (a selective forwarding unit). End-to-end encryption passes through untouched.
 */
export class VoiceRelay implements AsyncDisposable {
	readonly #socket: Socket;
	readonly #options: VoiceRelayOptions;
	readonly #clients = new Map<number, VoiceClient>();
	readonly #tallies = new Map<string, Tally>();
	readonly #inFlight = new Set<NodeJS.Timeout>();

	private constructor(socket: Socket, options: VoiceRelayOptions) {
		this.#socket = socket;
		this.#options = options;
		socket.on('message', (message, from) => this.#receive(message, from));
	}

	static async start(options: VoiceRelayOptions): Promise<VoiceRelay> {
		const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20, sendBufferSize: 1 << 20 });
		socket.bind(0, '127.0.0.1');
		await once(socket, 'listening');
		return new VoiceRelay(socket, options);
	}

	get port(): number {
		return this.#socket.address().port;
	}

	add(client: VoiceClient): void {
		this.#clients.set(client.identity.ssrc, client);
	}

	remove(client: VoiceClient): void {
		this.#clients.delete(client.identity.ssrc);
	}

	counts(userId: string): PacketCounts {
		return { ...(this.#tallies.get(userId) ?? emptyTally()) };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const timer of this.#inFlight) clearTimeout(timer);
		this.#inFlight.clear();
		this.#socket.close();
		await once(this.#socket, 'close');
	}

	#receive(message: Buffer, from: RemoteInfo): void {
		const asking = parseDiscovery(message);
		if (asking !== undefined) this.#discover(asking, from);
		else {
			const header = parseRtpHeader(message);
			const sender = header && this.#clients.get(header.ssrc);
			if (header !== undefined && sender !== undefined) this.#forward(message, header, sender, from);
		}
	}

	#discover(ssrc: number, from: RemoteInfo): void {
		const client = this.#clients.get(ssrc);
		if (client === undefined) return;
		client.remote = { address: from.address, port: from.port };
		this.#send(discoveryReply(ssrc, from.address, from.port), client);
	}

	#forward(message: Buffer, header: RtpHeader, sender: VoiceClient, from: RemoteInfo): void {
		const tally = this.#tallyOf(sender.userId);
		const isFromSender = sender.remote?.port === from.port && sender.remote.address === from.address;
		const payload = isFromSender ? sender.transport?.cipher.open(message, header.clearBytes) : undefined;
		if (payload === undefined) {
			tally.rejected++;
			return;
		}
		tally.received++;
		const clear = message.subarray(0, header.clearBytes);
		for (const receiver of this.#options.audience(sender)) {
			if (receiver.transport === undefined || receiver.remote === undefined) continue;
			const deliveries = this.#options.network()(packetInfo(header, payload, sender, receiver));
			if (deliveries.length === 0) tally.lost++;
			else tally.duplicated += deliveries.length - 1;
			for (const delivery of deliveries) {
				if (delivery.delayMs > 0) tally.delayed++;
				if (delivery.corrupt !== undefined) tally.corrupted++;
				tally.relayed++;
				this.#deliver(clear, payload, delivery, receiver);
			}
		}
	}

	#deliver(clear: Buffer, payload: Buffer, { delayMs, corrupt }: Delivery, receiver: VoiceClient): void {
		const cipher = receiver.transport?.cipher;
		if (cipher === undefined) return;
		const datagram = cipher.seal(clear, corrupt === 'payload' ? flipBit(payload, payload.length >> 1) : payload);
		const arriving = corrupt === 'datagram' ? flipBit(datagram, clear.length) : datagram;
		if (delayMs <= 0) {
			this.#send(arriving, receiver);
			return;
		}
		const timer = setTimeout(() => {
			this.#inFlight.delete(timer);
			this.#send(arriving, receiver);
		}, delayMs);
		this.#inFlight.add(timer);
	}

	#send(datagram: Buffer, { remote }: VoiceClient): void {
		if (remote === undefined) return;
		// A client that has closed its socket makes the kernel report an error on ours; that is its loss.
		this.#socket.send(datagram, remote.port, remote.address, () => undefined);
	}

	#tallyOf(userId: string): Tally {
		let tally = this.#tallies.get(userId);
		if (tally === undefined) {
			tally = emptyTally();
			this.#tallies.set(userId, tally);
		}
		return tally;
	}
}

function packetInfo(header: RtpHeader, payload: Buffer, sender: VoiceClient, receiver: VoiceClient): PacketInfo {
	const { guildId, channelId, userId: senderId } = sender.identity;
	const { ssrc, sequence, timestamp } = header;
	return {
		guildId,
		channelId,
		senderId,
		receiverId: receiver.userId,
		ssrc,
		sequence,
		timestamp,
		bytes: payload.length,
	};
}

function flipBit(bytes: Buffer, index: number): Buffer {
	const changed = Buffer.from(bytes);
	changed[index] = (changed[index] ?? 0) ^ 1;
	return changed;
}
