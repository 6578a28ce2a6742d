import { type InferenceSession, Tensor } from 'onnxruntime-node';

/** The session options of the engine (src/inference/model/session.ts): the graph is to cost the same on both sides. */
export const BARE_SESSION: InferenceSession.SessionOptions = {
	executionProviders: ['cpu'],
	intraOpNumThreads: 1,
	interOpNumThreads: 1,
	executionMode: 'sequential',
	graphOptimizationLevel: 'all',
	enableMemPattern: false,
	logSeverityLevel: 3,
};

/** Clips as the graph takes them: one row each, padded with zeros to the longest. */
export function tensorsOf(clips: readonly Int16Array[]): Record<string, Tensor> {
	const longest = Math.max(...clips.map(({ length }) => length));
	const pcm = new Float32Array(clips.length * longest);
	for (const [row, clip] of clips.entries())
		pcm.set(
			Float32Array.from(clip, (sample) => sample / 32_768),
			row * longest,
		);
	const lengths = BigInt64Array.from(clips, ({ length }) => BigInt(length));
	return {
		pcm: new Tensor('float32', pcm, [clips.length, longest]),
		lengths: new Tensor('int64', lengths, [clips.length]),
	};
}
