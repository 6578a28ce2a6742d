import type { FileHandle } from 'node:fs/promises';
import { SAMPLE_RATE_HZ } from '../../domain/index.ts';
import { type OggPage, oggPages } from './ogg.ts';
import { isOpusHead, type OpusHead, parseOpusHead } from './opus-head.ts';
import { GRANULE_RATE_HZ, OpusLink } from './opus-link.ts';
import { type SampleSource, UnreadableError } from './source.ts';

const TAIL_BYTES = 256 * 1024;

/**
 * Opens an Ogg/Opus recording and reads its header. Decodes to 16 kHz directly.
 *
 * @param bytes the whole file from its beginning
 * @throws {UnreadableError} when no Opus stream begins in it
 */
export async function openOggOpus(
	bytes: AsyncIterable<Buffer>,
	durationOf: (serial: number, head: OpusHead) => Promise<number | undefined>,
): Promise<SampleSource> {
	const pages = oggPages(bytes);
	for await (const page of keepOpen(pages)) {
		const packet = page.pieces[0];
		if (!page.begins || !packet || !isOpusHead(packet)) continue;
		const head = parseOpusHead(packet);
		let isComplete = true;
		return {
			format: 'Ogg/Opus',
			channels: head.channels,
			rateHz: SAMPLE_RATE_HZ,
			durationMs: await durationOf(page.serial, head),
			samples: async function* () {
				isComplete = yield* decodePages(pages, page.serial, head);
			},
			cutOff: () => (isComplete ? undefined : 'the last page of its stream is missing'),
			[Symbol.asyncDispose]: async () => void (await pages.return(undefined)),
		};
	}
	throw new UnreadableError('no Opus stream begins in it');
}

/** Lets `for await` leave a generator without ending it. */
const keepOpen = <T>(generator: AsyncGenerator<T>): AsyncIterable<T> => ({
	[Symbol.asyncIterator]: () => ({ next: () => generator.next() }),
});

/** @returns whether the last stream came to its end (RFC 3533 §6: a flag of its last page) */
async function* decodePages(
	pages: AsyncGenerator<OggPage>,
	firstSerial: number,
	firstHead: OpusHead,
): AsyncGenerator<Float32Array[], boolean> {
	let link = await OpusLink.open(firstSerial, firstHead, firstHead.channels);
	let heard = 0;
	try {
		for await (const page of pages) {
			const packet = page.pieces[0];
			// Streams side by side all begin before any audio; one that begins later is the next of a chain.
			if (page.begins && packet && isOpusHead(packet) && (link.hasAudio || link.hasEnded)) {
				link[Symbol.dispose]();
				link = await OpusLink.open(page.serial, parseOpusHead(packet), firstHead.channels);
			} else if (page.serial === link.serial) {
				for (const planes of link.push(page)) {
					heard += planes[0]?.length ?? 0;
					yield planes;
				}
			}
		}
	} finally {
		link[Symbol.dispose]();
	}
	if (heard === 0) throw new UnreadableError('no audio in it can be decoded');
	return link.hasEnded;
}

/**
 * Length of an Ogg/Opus file by the last position in it, in milliseconds; `undefined` for a chain,
 * or when the end is missing. A stream that began in the middle of another reads too long.
 */
export async function oggOpusDurationMs(
	handle: FileHandle,
	fileBytes: number,
	serial: number,
	head: OpusHead,
): Promise<number | undefined> {
	const start = Math.max(0, fileBytes - TAIL_BYTES);
	const tail = Buffer.alloc(fileBytes - start);
	const { bytesRead } = await handle.read(tail, 0, tail.length, start);
	let last: OggPage | undefined;
	for await (const page of oggPages([tail.subarray(0, bytesRead)])) {
		if (page.granule !== undefined) last = page;
	}
	if (last?.granule === undefined || last.serial !== serial) return undefined;
	return Math.max(0, last.granule - head.preSkip) / (GRANULE_RATE_HZ / 1000);
}
