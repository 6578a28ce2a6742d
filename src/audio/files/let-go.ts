import { Readable } from 'node:stream';

/** Ends a reading that may be waiting for more at this very moment: the iterator of a Node stream would wait along. */
export function letGo(bytes: AsyncIterable<Uint8Array>, reading: AsyncIterator<Uint8Array>): void {
	if (bytes instanceof Readable) bytes.destroy();
	else reading.return?.().catch(() => {});
}
