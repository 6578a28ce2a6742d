import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import prism from 'prism-media';
import { SimulationError } from '../service/index.ts';

/**
 * The Opus packets of an Ogg file (RFC 7845), untouched and in order: what a member can speak.
 * They keep their own duration; a member plays each for as long as its table of contents says.
 *
 * @throws SimulationError when the file holds no Opus stream
 */
export async function readOggOpus(path: string): Promise<Buffer[]> {
	const packets: Buffer[] = [];
	const demuxer = new prism.opus.OggDemuxer();
	demuxer.on('data', (packet: Buffer) => packets.push(Buffer.from(packet)));
	try {
		await pipeline(createReadStream(path), demuxer);
	} catch (cause) {
		throw new SimulationError(`${path} cannot be read as Ogg/Opus`, { cause });
	}
	if (packets.length === 0) throw new SimulationError(`${path} holds no Opus packets`);
	return packets;
}
