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

export const noPackets = (): Record<keyof PacketCounts, number> => ({
	received: 0,
	rejected: 0,
	relayed: 0,
	lost: 0,
	duplicated: 0,
	delayed: 0,
	corrupted: 0,
});

/** Every datagram that reached a voice server is one of these. */
export interface DatagramCounts {
	/** Requests for IP discovery, answered or not. */
	readonly discoveries: number;
	/** Keepalives: 8 bytes, of which nothing is expected. */
	readonly keepalives: number;
	/** Authentic RTP. */
	readonly rtp: number;
	/** RTP of a known SSRC from the wrong address or under the wrong key. */
	readonly rejected: number;
	readonly unknownSsrc: number;
	/** Anything else. */
	readonly malformed: number;
}

export type DatagramKind = keyof DatagramCounts;

export const noDatagrams = (): Record<DatagramKind, number> => ({
	discoveries: 0,
	keepalives: 0,
	rtp: 0,
	rejected: 0,
	unknownSsrc: 0,
	malformed: 0,
});

/** Adds up counts of one kind. @param none all zeros */
export function sumCounts<Name extends string>(
	all: readonly Readonly<Record<Name, number>>[],
	none: Record<Name, number>,
): Record<Name, number> {
	for (const counts of all) for (const name of Object.keys(none) as Name[]) none[name] += counts[name];
	return none;
}
