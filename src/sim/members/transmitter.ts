import { NetworkingStatusCode, type VoiceConnection, VoiceConnectionStatus } from '@discordjs/voice';
import { opusPacketMs } from '../../audio/index.ts';
import type { PacketClock } from './packet-clock.ts';

/** Discord's clients end a burst with five of these, so that the receiver does not extrapolate the last word. */
export const SILENCE_FRAME = Buffer.of(0xf8, 0xff, 0xfe);
const SILENCE_FRAMES = 5;

const FRAME_MS = 20;
const RTP_CLOCK_PER_MS = 48;
const FRAME_TICKS = FRAME_MS * RTP_CLOCK_PER_MS;
const TIMESTAMP_MODULUS = 2 ** 32;

/** An asynchronous source that falls this far behind has paused; it is not made up for. */
const SOURCE_LAG_MS = 60;

export interface Speech {
	/** Packets sent, without the closing silence. */
	readonly packets: number;
	/** Of the packets sent, by their tables of contents. */
	readonly durationMs: number;
	/** Packets that could not be sent because the connection was down at their time. */
	readonly dropped: number;
}

/**
 * Speaks through a real voice connection, in real time.
 *
 * @discordjs/voice advances the RTP timestamp by 20 ms for every packet and stands still between
 * bursts; Discord's own clients count the pauses and true durations, so this sets the timestamp.
 */
export class Transmitter {
	readonly #connection: VoiceConnection;
	readonly #announce: () => Promise<void>;
	readonly #clock: PacketClock;
	#timestamp = 0;
	#endedAtMs: number | undefined;
	#session: object | undefined;
	#isStopped = false;

	/** @param link `announce` tells the call that its member begins to speak */
	constructor(link: { connection: VoiceConnection; announce(): Promise<void> }, clock: PacketClock) {
		this.#connection = link.connection;
		this.#announce = () => link.announce();
		this.#clock = clock;
	}

	/** Falls silent for good, within a frame; what is being said resolves with what was sent. */
	stop(): void {
		this.#isStopped = true;
	}

	/** @throws the signal's reason when it aborts; the burst is closed properly first */
	async speak(packets: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<Speech> {
		signal?.throwIfAborted();
		if (!this.#isStopped) await this.#announce();
		let dueMs = this.#clock.now();
		let sent = 0;
		let dropped = 0;
		let durationMs = 0;
		this.#countPause(dueMs);
		const isLive = Symbol.asyncIterator in packets;
		for await (const packet of packets) {
			if (signal?.aborted || this.#isStopped) break;
			const now = this.#clock.now();
			if (isLive && now - dueMs > SOURCE_LAG_MS) {
				this.#endedAtMs = dueMs;
				this.#countPause(now);
				dueMs = now;
			}
			await this.#clock.until(dueMs);
			if (signal?.aborted || this.#isStopped) break;
			const packetMs = opusPacketMs(packet) ?? FRAME_MS;
			if (this.#send(packet, packetMs)) sent++;
			else dropped++;
			durationMs += packetMs;
			dueMs += packetMs;
		}
		for (let count = 0; count < SILENCE_FRAMES && !this.#isStopped; count++) {
			await this.#clock.until(dueMs);
			this.#send(SILENCE_FRAME, FRAME_MS);
			dueMs += FRAME_MS;
		}
		await this.#clock.until(dueMs);
		this.#endedAtMs = dueMs;
		this.#connection.setSpeaking(false);
		signal?.throwIfAborted();
		return { packets: sent, durationMs, dropped };
	}

	#countPause(startMs: number): void {
		if (this.#endedAtMs === undefined) return;
		const frames = Math.max(0, Math.round((startMs - this.#endedAtMs) / FRAME_MS));
		this.#timestamp = (this.#timestamp + frames * FRAME_TICKS) % TIMESTAMP_MODULUS;
	}

	#send(packet: Buffer, packetMs: number): boolean {
		const { state } = this.#connection;
		if (state.status !== VoiceConnectionStatus.Ready) return false;
		const { state: network } = state.networking;
		if (network.code !== NetworkingStatusCode.Ready) return false;
		const { connectionData } = network;
		if (this.#session !== connectionData) {
			this.#session = connectionData;
			this.#timestamp = connectionData.timestamp;
		}
		connectionData.timestamp = this.#timestamp;
		this.#timestamp = (this.#timestamp + packetMs * RTP_CLOCK_PER_MS) % TIMESTAMP_MODULUS;
		return this.#connection.playOpusPacket(packet) === true;
	}
}
