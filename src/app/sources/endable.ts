import type { AudioChunk, AudioSource } from '../../domain/index.ts';

interface Reading {
	readonly chunks: AsyncGenerator<AudioChunk>;
	/** Lets go of what is read. Whoever waits for a chunk sees the end. */
	end(): void;
}

/**
 * A source that can be ended while it waits for more. A generator alone cannot: its `return` stands in line behind
 * the chunk that may never come, and so a microphone or a program would stay open.
 *
 * @param open begins to read, anew for each that iterates
 */
export const endable = (open: () => Reading): AudioSource => ({
	[Symbol.asyncIterator]() {
		const { chunks, end } = open();
		return {
			next: () => chunks.next(),
			return: async () => {
				end();
				await chunks.return(undefined);
				return { done: true, value: undefined };
			},
		};
	},
});
