import { type Prng, seededPrng } from './prng.ts';

/** One RTP packet on its way from the voice server to one receiver. */
export interface PacketInfo {
	readonly guildId: string;
	readonly channelId: string;
	readonly senderId: string;
	readonly receiverId: string;
	readonly ssrc: number;
	/** RTP sequence number, 16 bit. */
	readonly sequence: number;
	/** RTP timestamp, 48 kHz. */
	readonly timestamp: number;
	/** Of the payload inside the transport encryption. */
	readonly bytes: number;
}

/** One copy of a packet that reaches the receiver. */
export interface Delivery {
	readonly delayMs: number;
	/**
	 * `datagram` breaks the transport's authentication tag, as a faulty link would; `payload` passes
	 * transport and breaks the end-to-end layer (or, without DAVE, the Opus packet).
	 */
	readonly corrupt?: 'datagram' | 'payload';
}

/**
 * What the network does to a packet: one {@link Delivery} for each copy that arrives, none for a
 * packet that is lost. Called once for each packet and receiver, in the order of sending.
 */
export type NetworkPolicy = (packet: PacketInfo) => readonly Delivery[];

const AT_ONCE: readonly Delivery[] = [{ delayMs: 0 }];

export const cleanNetwork: NetworkPolicy = () => AT_ONCE;

export interface FaultOptions {
	/** The same seed gives the same faults for the same packets on each link. */
	readonly seed: number;
	/** Shares of packets, 0…1. */
	readonly loss?: number;
	readonly duplicate?: number;
	/** Held back by `reorderMs`, so that those behind overtake it. */
	readonly reorder?: number;
	readonly corrupt?: number;
	/** More than the 20 ms between two packets; 50 lets two or three overtake. */
	readonly reorderMs?: number;
	/** Uniform extra delay of every packet, from 0 to this. Beyond 20 it reorders by itself. */
	readonly jitterMs?: number;
	readonly corruptLayer?: 'datagram' | 'payload';
}

/**
 * Random independent faults, drawn separately for each sender and receiver, so that one member's
 * traffic does not change another's luck.
 */
export function faultyNetwork(options: FaultOptions): NetworkPolicy {
	const { seed, loss = 0, duplicate = 0, reorder = 0, corrupt = 0 } = options;
	const { reorderMs = 50, jitterMs = 0, corruptLayer = 'datagram' } = options;
	for (const [name, share] of Object.entries({ loss, duplicate, reorder, corrupt })) {
		if (!(share >= 0 && share <= 1)) throw new RangeError(`${name} is a share from 0 to 1, got ${share}`);
	}
	const links = new Map<string, Prng>();
	return (packet) => {
		const link = `${packet.senderId}>${packet.receiverId}`;
		let draw = links.get(link);
		if (draw === undefined) {
			draw = seededPrng(seed ^ fnv1a(link));
			links.set(link, draw);
		}
		// Every packet draws the same number of times, so that one kind of fault does not shift the others.
		const [lost, twice, late, broken, jitter] = [draw(), draw(), draw(), draw(), draw()] as const;
		if (lost < loss) return [];
		const delivery: Delivery = {
			delayMs: jitter * jitterMs + (late < reorder ? reorderMs : 0),
			...(broken < corrupt && { corrupt: corruptLayer }),
		};
		return twice < duplicate ? [delivery, delivery] : [delivery];
	};
}

/** FNV-1a, 32 bit: spreads link names over seeds. */
function fnv1a(text: string): number {
	let digest = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193);
	}
	return digest >>> 0;
}
