/** Where the first frame of a packet with a count of them begins (code 3, RFC 6716 §3.2.5). */
function behindLengths(packet: Uint8Array): number {
	const flags = packet[1] ?? 0;
	let at = 2;
	if (flags & 0x40) while (packet[at++] === 255);
	// Lengths of all frames but the last, of one byte or two each.
	if (flags & 0x80) for (let left = (flags & 0x3f) - 1; left > 0; left--) at += (packet[at] ?? 0) < 252 ? 1 : 2;
	return at;
}

function firstFrameAt(packet: Uint8Array): number {
	switch ((packet[0] as number) & 3) {
		case 2:
			return (packet[1] ?? 0) < 252 ? 2 : 3;
		case 3:
			return behindLengths(packet);
		default:
			return 1;
	}
}

/** Configurations from 16 on are CELT alone (RFC 6716, table 2). */
export const isCelt = (toc: number): boolean => toc >> 3 >= 16;

/**
 * Whether a sound packet carries a coarse copy of what was said right before it (LBRR, "in-band FEC").
 * Only SILK and hybrid frames may (RFC 6716 §4.2.3): their first bits are one of voice activity for each
 * SILK frame and then the LBRR flag, for the mid channel and then for the side channel. Each is coded as
 * equally likely, so that they stand in the first byte as they are.
 */
export function carriesLbrr(packet: Uint8Array): boolean {
	const toc = packet[0];
	if (toc === undefined || isCelt(toc)) return false;
	const first = packet[firstFrameAt(packet)];
	if (first === undefined) return false;
	// 10 and 20 ms hold one SILK frame, 40 and 60 ms two and three; hybrid frames are never longer than 20 ms.
	const silkFrames = toc >> 3 >= 12 ? 1 : Math.max(1, (toc >> 3) & 3);
	const mid = (first >> (7 - silkFrames)) & 1;
	const side = toc & 4 ? (first >> (6 - 2 * silkFrames)) & 1 : 0;
	return mid === 1 || side === 1;
}
