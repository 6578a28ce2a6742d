import { UnreadableError } from './source.ts';

/** The identification header of an Ogg/Opus stream (RFC 7845 §5.1). */
export interface OpusHead {
	readonly channels: number;
	/** Samples at 48 kHz to leave out at the beginning: the decoder's run-in. */
	readonly preSkip: number;
	/** Factor on the samples. */
	readonly gain: number;
	readonly streams: number;
	readonly coupledStreams: number;
	readonly channelMapping: readonly number[];
}

const MAGIC = 'OpusHead';

export const isOpusHead = (packet: Buffer): boolean => packet.toString('latin1', 0, 8) === MAGIC;

/** @throws {UnreadableError} when the header is of a later version or breaks the rules */
export function parseOpusHead(packet: Buffer): OpusHead {
	if (packet.length < 19) throw new UnreadableError('its Opus header is cut off');
	// A change of the upper half of the version is incompatible.
	if ((packet[8] as number) >> 4 !== 0) throw new UnreadableError('its Opus header is of an unknown version');
	const channels = packet[9] as number;
	const shared = { channels, preSkip: packet.readUInt16LE(10), gain: 10 ** (packet.readInt16LE(16) / 256 / 20) };
	const family = packet[18] as number;
	if (family === 0) {
		if (channels < 1 || channels > 2) throw new UnreadableError(`its Opus header claims ${channels} channels`);
		return { ...shared, streams: 1, coupledStreams: channels - 1, channelMapping: channels === 2 ? [0, 1] : [0] };
	}
	// Family 3 (ambisonics by matrix) carries no mapping table; nobody records voices so.
	if (family === 3 || packet.length < 21 + channels) throw new UnreadableError('its Opus channel layout is unknown');
	const streams = packet[19] as number;
	const coupledStreams = packet[20] as number;
	const channelMapping = [...packet.subarray(21, 21 + channels)];
	const decoded = streams + coupledStreams;
	const isSound =
		channels > 0 &&
		streams > 0 &&
		coupledStreams <= streams &&
		decoded <= 255 &&
		channelMapping.every((index) => index < decoded || index === 255);
	if (!isSound) throw new UnreadableError('its Opus channel layout makes no sense');
	return { ...shared, streams, coupledStreams, channelMapping };
}
