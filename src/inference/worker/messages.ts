import { z } from 'zod';
import { EMOTIONS } from '../../domain/index.ts';
import { manifestSchema } from '../model/manifest.ts';

/** All that passes between the engine and an inference thread, in both directions. */

export const threadDataSchema = z.object({
	model: z.object({ manifest: manifestSchema, bytes: z.instanceof(Uint8Array) }),
	provider: z.enum(['cpu', 'cuda', 'tensorrt', 'webgpu', 'coreml', 'dml']),
	maxRows: z.int().positive(),
});

/** What a thread is started with. */
export type ThreadData = z.infer<typeof threadDataSchema>;

export const requestSchema = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('classify'),
		id: z.int(),
		/** The clips one after the other in one buffer, which is transferred. */
		pcm: z.instanceof(Int16Array),
		/** Samples of each clip. */
		lengths: z.array(z.int().nonnegative()),
	}),
	/** Finish what was asked, release the model, end. */
	z.object({ type: z.literal('stop') }),
]);

/** Engine → thread. */
export type Request = z.infer<typeof requestSchema>;

const probability = z.number().min(0).max(1);
const classification = z.object({
	model: z.string(),
	probabilities: z.object(
		Object.fromEntries(EMOTIONS.map((emotion) => [emotion, probability])) as Record<
			(typeof EMOTIONS)[number],
			typeof probability
		>,
	),
});

export const responseSchema = z.discriminatedUnion('type', [
	/** The model is loaded, has passed its self-test and is warm. */
	z.object({ type: z.literal('ready'), runtime: z.string(), selfTestDifference: z.number() }),
	/** The model does not compute here what it computed where it was trained; the thread ends. */
	z.object({ type: z.literal('self-test-failed'), difference: z.number() }),
	/** The runtime or the provider cannot load the model; the thread ends. */
	z.object({ type: z.literal('unusable'), reason: z.string() }),
	z.object({ type: z.literal('classified'), id: z.int(), classifications: z.array(classification) }),
	/** This request failed; the thread goes on. */
	z.object({ type: z.literal('failed'), id: z.int(), reason: z.string() }),
]);

/** Thread → engine. */
export type Response = z.infer<typeof responseSchema>;
