import type { VoiceConnection } from '@discordjs/voice';
import { type DaveGroup, looksSealed, openFrame } from './dave-frame.ts';
import type { RecoveryStep } from './dave-recovery.ts';
import { FrameOpener, type TappedPacket } from './frame-opener.ts';
import { onNewServer } from './new-server.ts';
import { RecentSequences } from './recent-sequences.ts';
import { OPUS_PAYLOAD_TYPE, parseRtp, type RtpHeader, rtpPayload } from './rtp.ts';
import { Speakers } from './speakers.ts';
import { parseSpeakerMessage } from './speaking-message.ts';
import { Strangers } from './strangers.ts';
import { openTransport } from './transport-cipher.ts';

export type { TappedPacket } from './frame-opener.ts';

/** On which layer a packet could not be opened. */
export type SealedLayer = 'transport' | 'encryption';

export interface ReceiverTapHandlers {
	/** Whether this member may be heard now. Asked for each packet, before anything of it is decrypted. */
	mayHear(userId: string): boolean;
	/** All who may be heard now. */
	heard(): readonly string[];
	/** An opened packet of a member who may be heard. */
	packet(packet: TappedPacket): void;
	/** A copy of a packet of such a member. */
	duplicate(userId: string): void;
	/** A packet of such a member that could not be decrypted. */
	undecryptable(userId: string, layer: SealedLayer): void;
	/** The server says that such a member begins or ceases to speak. */
	speaking(userId: string, isSpeaking: boolean): void;
	/** A packet of anyone else; it stays encrypted. */
	ignored(): void;
	/** A datagram that is no packet of a voice call. */
	malformed(): void;
	/** For tests; `performance.now()` otherwise. */
	now?(): number;
	/**
	 * Whether packets wait to be opened until the next {@link ReceiverTap.read} or tick. Code and tables of decryption
	 * and decoding have left the processor's caches from one packet to the next, and are fetched once for all that wait.
	 */
	readonly inLumps?: boolean;
}

/** A packet of somebody who might be heard when it came. */
interface Arrived {
	readonly userId: string;
	readonly message: Buffer;
	readonly header: RtpHeader;
	readonly atMs: number;
}

/** A tenth of a second of 200 speakers; when more wait they are opened at once. */
const MOST_ARRIVED = 1000;

/** The parts of the receiver that are public in JavaScript, though not in its types. */
interface ReceiverInternals {
	onUdpMessage(message: Buffer): void;
	onWsPacket(message: unknown): void;
	readonly connectionData: { readonly encryptionMode?: string; readonly secretKey?: Uint8Array };
}

/** The keep-alives that the server echoes; IP discovery takes 74 bytes and begins with its type, 2. */
const KEEP_ALIVE_BYTES = 8;
const DISCOVERY_BYTES = 74;
const DISCOVERY_REPLY = 2;

const isHousekeeping = (message: Buffer): boolean =>
	message.length === KEEP_ALIVE_BYTES ||
	(message.length === DISCOVERY_BYTES && message.readUInt16BE(0) === DISCOVERY_REPLY);

const daveOf = (connection: VoiceConnection): DaveGroup | undefined => {
	const state = 'networking' in connection.state ? connection.state.networking.state : undefined;
	return state && 'dave' in state ? (state.dave as unknown as DaveGroup | undefined) : undefined;
};

/**
 * The receiving end of a voice connection, in place of the library's: packets are parsed and decrypted
 * here, each with its sequence number, and only those of members who may be heard. For everyone else
 * the way ends at the RTP header.
 *
 * The receiver of @discordjs/voice 0.19 strips extensions of one kind only, takes ciphertext for such an
 * extension now and then, knows no contributing sources, counts padding as failed decryption, hands out
 * ciphertext while DAVE is not ready or the socket resumes, gives up on a member's stream after a run of
 * failures, and buffers without bound.
 */
export class ReceiverTap {
	readonly #connection: VoiceConnection;
	readonly #handlers: ReceiverTapHandlers;
	readonly #now: () => number;
	readonly #speakers = new Speakers();
	readonly #strangers = new Strangers();
	readonly #taken = new RecentSequences();
	readonly #frames: FrameOpener;
	#arrived: Arrived[] = [];

	/** Must be called right after `joinVoiceChannel`, before there are sockets. */
	constructor(connection: VoiceConnection, handlers: ReceiverTapHandlers) {
		this.#connection = connection;
		this.#handlers = handlers;
		this.#now = handlers.now ?? (() => performance.now());
		this.#frames = new FrameOpener(() => daveOf(connection), {
			packet: (packet) => {
				// What waited for its keys may have waited through a withdrawal.
				if (handlers.mayHear(packet.userId)) handlers.packet(packet);
			},
			sealed: (userId) => handlers.undecryptable(userId, 'encryption'),
		});
		const internals = connection.receiver as unknown as ReceiverInternals;
		// The library binds these to its sockets by name.
		internals.onUdpMessage = (message) => this.#receive(message);
		internals.onWsPacket = (message) => this.#follow(message);
		onNewServer(connection, () => {
			this.#speakers.clear();
			this.#strangers.clear();
			this.#taken.clear();
			this.#frames.clear();
			// Their keys are gone.
			this.#arrived = [];
		});
	}

	/** Opens what has arrived. */
	read(): void {
		const arrived = this.#arrived;
		this.#arrived = [];
		for (const packet of arrived) this.#open(packet);
	}

	/** Lets time pass; call it several times a second. @returns what was done about encryption that fails */
	tick(): RecoveryStep {
		this.read();
		return this.#frames.tick(this.#now());
	}

	/** A member is no longer heard: lets go of all that is held for them. */
	forget(userId: string): void {
		this.#arrived = this.#arrived.filter((packet) => packet.userId !== userId);
		this.#frames.forget(userId);
		this.#strangers.forget(userId);
		for (const ssrc of this.#speakers.ssrcsOf(userId)) this.#taken.delete(ssrc);
	}

	/** Frames that wait to be opened, for their time or their keys, and streams that are remembered. */
	get held(): { readonly frames: number; readonly streams: number } {
		return { frames: this.#arrived.length + this.#frames.size, streams: this.#taken.size };
	}

	#follow(message: unknown): void {
		// What came before it is of those whose it was then.
		this.read();
		const parsed = parseSpeakerMessage(message);
		if (parsed.kind === 'speaking' || parsed.kind === 'ssrc') this.#announce(parsed.userId, parsed.ssrc);
		else if (parsed.kind === 'gone') this.#release(this.#speakers.leave(parsed.userId));
		else if (parsed.kind === 'nonsense') this.#handlers.malformed();
		if (parsed.kind !== 'speaking' || !this.#handlers.mayHear(parsed.userId)) return;
		this.#handlers.speaking(parsed.userId, parsed.isSpeaking);
	}

	#announce(userId: string, ssrc: number): void {
		this.#release(this.#speakers.announce(userId, ssrc));
		this.#strangers.found(ssrc);
	}

	#release(ssrcs: readonly number[]): void {
		for (const ssrc of ssrcs) this.#taken.delete(ssrc);
	}

	#receive(message: Buffer): void {
		const header = parseRtp(message);
		if (!header) {
			if (!isHousekeeping(message)) this.#handlers.malformed();
			return;
		}
		// Video, and RTCP, whose types lie in the same place.
		if (header.payloadType !== OPUS_PAYLOAD_TYPE) return;
		const userId = this.#speakers.userOf(header.ssrc);
		if (userId === undefined || !this.#handlers.mayHear(userId)) {
			this.#handlers.ignored();
			if (userId === undefined) this.#identify(message, header);
			return;
		}
		const atMs = this.#now();
		this.#strangers.known(userId, atMs);
		this.#arrived.push({ userId, message, header, atMs });
		if (!this.#handlers.inLumps || this.#arrived.length >= MOST_ARRIVED) this.read();
	}

	#open({ userId, message, header, atMs }: Arrived): void {
		// It may have waited through the end of consent.
		if (!this.#handlers.mayHear(userId)) {
			this.#handlers.ignored();
			return;
		}
		const { ssrc, sequence, timestamp } = header;
		if (this.#taken.has(ssrc, sequence)) {
			this.#handlers.duplicate(userId);
			return;
		}
		const payload = this.#payloadOf(message, header);
		if (!payload) {
			this.#handlers.undecryptable(userId, 'transport');
			return;
		}
		this.#taken.add(ssrc, sequence);
		this.#frames.take({ userId, ssrc, sequence, timestamp, payload, atMs });
	}

	/**
	 * Finds whose a stream is that the server has not said it of, by whose key opens it: in an encrypted
	 * call only the key of a member who may be heard is tried, and it opens nothing of anybody else's.
	 */
	#identify(message: Buffer, header: RtpHeader): void {
		const dave = daveOf(this.#connection);
		if (!dave?.session?.ready || dave.protocolVersion === 0) return;
		const candidates = this.#strangers.candidates(header.ssrc, this.#handlers.heard(), this.#now());
		const frame = candidates.length > 0 ? this.#payloadOf(message, header) : undefined;
		if (!frame || !looksSealed(frame)) return;
		const owner = candidates.find((userId) => openFrame(dave, userId, frame, false).status === 'plain');
		// The packet itself is spent: a frame opens once. The next one is 20 ms away.
		if (owner === undefined) return;
		this.read();
		this.#announce(owner, header.ssrc);
	}

	#payloadOf(message: Buffer, header: RtpHeader): Buffer | undefined {
		const { encryptionMode, secretKey } = (this.#connection.receiver as unknown as ReceiverInternals).connectionData;
		if (!encryptionMode || !secretKey) return undefined;
		const plain = openTransport(message, header.clearBytes, encryptionMode, secretKey);
		return plain && rtpPayload(plain, header);
	}
}
