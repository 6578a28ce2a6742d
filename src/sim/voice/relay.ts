import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Delivery, NetworkPolicy, PacketInfo } from '../network/index.ts';
import type { VoiceClient } from './client.ts';
import { type DatagramCounts, type DatagramKind, noDatagrams, noPackets, type PacketCounts } from './counts.ts';
import { flipBit } from './flip-bit.ts';
import { discoveryReply, KEEPALIVE_BYTES, parseDiscovery, parseRtpHeader, type RtpHeader } from './rtp.ts';
import type { OutgoingPacket } from './rtp-shape.ts';
import type { Stalls } from './stall.ts';

type Tally = ReturnType<typeof noPackets>;

export interface VoiceRelayOptions {
	readonly network: () => NetworkPolicy;
	/** Who hears `sender`. */
	readonly audience: (sender: VoiceClient) => Iterable<VoiceClient>;
	readonly stalls: Stalls;
	/** Whether IP discovery of this client goes unanswered. */
	readonly ignoresDiscovery: (client: VoiceClient) => boolean;
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
	readonly #datagrams = noDatagrams();

	private constructor(socket: Socket, options: VoiceRelayOptions) {
		this.#socket = socket;
		this.#options = options;
		socket.on('message', (message, from) => this.receive(message, from));
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
		return { ...(this.#tallies.get(userId) ?? noPackets()) };
	}

	/** By what they turned out to be. */
	get datagrams(): DatagramCounts {
		return { ...this.#datagrams };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const timer of this.#inFlight) clearTimeout(timer);
		this.#inFlight.clear();
		this.#socket.close();
		await once(this.#socket, 'close');
	}

	/** Every datagram is counted as what it turned out to be; none can make this throw. */
	receive(message: Buffer, from: Pick<RemoteInfo, 'address' | 'port'>): void {
		this.#datagrams[this.#accept(message, from)]++;
	}

	/** Sends RTP padding in the sender's stream to those who hear it. */
	pad(sender: VoiceClient, bytes: number): void {
		const padding = sender.shape.padding(bytes);
		if (padding !== undefined) this.#spread(padding, sender);
	}

	/** Seals and sends a packet to one client as if someone had sent it; past all faults. */
	inject(clear: Buffer, payload: Buffer, receiver: VoiceClient): void {
		const datagram = receiver.transport?.cipher.seal(clear, payload);
		if (datagram !== undefined) this.send(datagram, receiver);
	}

	/** Sends a datagram as it is. */
	send(datagram: Buffer, { remote }: VoiceClient): void {
		if (remote === undefined) return;
		// A client that has closed its socket makes the kernel report an error on ours; that is its loss.
		this.#socket.send(datagram, remote.port, remote.address, () => undefined);
	}

	#accept(message: Buffer, from: Pick<RemoteInfo, 'address' | 'port'>): DatagramKind {
		const asking = parseDiscovery(message);
		if (asking !== undefined) {
			this.#discover(asking, from);
			return 'discoveries';
		}
		if (message.length === KEEPALIVE_BYTES) return 'keepalives';
		const header = parseRtpHeader(message);
		if (header === undefined) return 'malformed';
		const sender = this.#clients.get(header.ssrc);
		return sender === undefined ? 'unknownSsrc' : this.#forward(message, header, sender, from);
	}

	#discover(ssrc: number, { address, port }: Pick<RemoteInfo, 'address' | 'port'>): void {
		const client = this.#clients.get(ssrc);
		if (client === undefined || this.#options.ignoresDiscovery(client)) return;
		client.remote = { address, port };
		this.send(discoveryReply(ssrc, address, port), client);
	}

	#forward(
		message: Buffer,
		header: RtpHeader,
		sender: VoiceClient,
		from: Pick<RemoteInfo, 'address' | 'port'>,
	): 'rtp' | 'rejected' {
		const tally = this.#tallyOf(sender.userId);
		const isFromSender = sender.remote?.port === from.port && sender.remote.address === from.address;
		const payload = isFromSender ? sender.transport?.cipher.open(message, header.clearBytes) : undefined;
		if (payload === undefined) {
			tally.rejected++;
			return 'rejected';
		}
		tally.received++;
		this.#spread(sender.shape.apply(message, header, payload), sender);
		return 'rtp';
	}

	#spread(packet: OutgoingPacket, sender: VoiceClient): void {
		const tally = this.#tallyOf(sender.userId);
		for (const receiver of this.#options.audience(sender)) {
			if (receiver.transport === undefined || receiver.remote === undefined) continue;
			const deliveries = this.#options.network()(packetInfo(packet, sender, receiver));
			if (deliveries.length === 0) tally.lost++;
			else tally.duplicated += deliveries.length - 1;
			for (const delivery of deliveries) {
				if (delivery.delayMs > 0) tally.delayed++;
				if (delivery.corrupt !== undefined) tally.corrupted++;
				tally.relayed++;
				this.#deliver(packet, delivery, sender, receiver);
			}
		}
	}

	#deliver(packet: OutgoingPacket, { delayMs, corrupt }: Delivery, sender: VoiceClient, receiver: VoiceClient): void {
		const cipher = receiver.transport?.cipher;
		if (cipher === undefined) return;
		const { clear, payload } = packet;
		const datagram = cipher.seal(clear, corrupt === 'payload' ? flipBit(payload, payload.length >> 1) : payload);
		const arriving = corrupt === 'datagram' ? flipBit(datagram, clear.length) : datagram;
		const send = () => this.send(arriving, receiver);
		if (delayMs <= 0) {
			if (!this.#options.stalls.hold(sender.userId, receiver.userId, send)) send();
			return;
		}
		const timer = setTimeout(() => {
			this.#inFlight.delete(timer);
			if (!this.#options.stalls.hold(sender.userId, receiver.userId, send)) send();
		}, delayMs);
		this.#inFlight.add(timer);
	}

	#tallyOf(userId: string): Tally {
		let tally = this.#tallies.get(userId);
		if (tally === undefined) {
			tally = noPackets();
			this.#tallies.set(userId, tally);
		}
		return tally;
	}
}

function packetInfo({ header, payload }: OutgoingPacket, sender: VoiceClient, receiver: VoiceClient): PacketInfo {
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
