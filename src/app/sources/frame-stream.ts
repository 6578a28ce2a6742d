/** Frames as they come: an async iterable, or what has the reader of a web stream. */
export type FrameStream<Frame> = AsyncIterable<Frame> | ReadableFrames<Frame>;

/** As much of a `ReadableStream` as is needed, so that those of browsers and of Node fit alike. */
export interface ReadableFrames<Frame> {
	getReader(): FrameReader<Frame>;
}

interface FrameReader<Frame> {
	read(): Promise<{ readonly done: boolean; readonly value?: Frame | undefined }>;
	cancel(): Promise<unknown>;
}

interface Frames<Frame> {
	readonly frames: AsyncIterable<Frame>;
	/** Lets go of the stream; whoever waits for a frame sees the end. */
	end(): void;
}

/** The reader where there is one: cancelling it answers whoever waits, which the iterator of a stream does not. */
export function framesOf<Frame>(stream: FrameStream<Frame>): Frames<Frame> {
	if ('getReader' in stream) {
		const reader = stream.getReader();
		return { frames: readAll(reader), end: () => void reader.cancel().catch(() => {}) };
	}
	const iterator = stream[Symbol.asyncIterator]();
	return {
		frames: { [Symbol.asyncIterator]: () => iterator },
		end: () => void iterator.return?.().catch(() => {}),
	};
}

async function* readAll<Frame>(reader: FrameReader<Frame>): AsyncGenerator<Frame> {
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		yield value as Frame;
	}
}
