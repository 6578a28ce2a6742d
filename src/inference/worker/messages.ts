import { z } from 'zod';
import { EMOTIONS, PROSODY_COLUMNS, SOUND_EVENTS } from '../../domain/index.ts';
import { EXECUTION_PROVIDERS } from '../model/execution-providers.ts';
import { manifestSchema } from '../model/manifest.ts';

/** All that passes between the engine and an inference thread or process, in both directions. */

export const threadDataSchema = z.object({
	model: z.object({ manifest: manifestSchema, bytes: z.instanceof(Uint8Array) }),
	provider: z.enum(EXECUTION_PROVIDERS),
	maxRows: z.int().positive(),
	threads: z.int().positive(),
});

/** What a thread is started with, and a process is told first. */
export type ThreadData = z.infer<typeof threadDataSchema>;

export const startSchema = z.object({ type: z.literal('start'), data: threadDataSchema });

/** Engine → process, once. */
export type Start = z.infer<typeof startSchema>;

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
/** An object with exactly these keys, each of the same kind. */
const record = <Name extends string, Value extends z.ZodType>(names: readonly Name[], value: Value) =>
	z.object(Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>);

const classification = z.object({
	model: z.string(),
	probabilities: record(EMOTIONS, probability),
	events: record(SOUND_EVENTS, probability).exactOptional(),
	prosody: record(PROSODY_COLUMNS, z.number()).exactOptional(),
});

export const responseSchema = z.discriminatedUnion('type', [
	/** The model is loaded, has passed its self-test and is warm. */
	z.object({ type: z.literal('ready'), runtime: z.string(), selfTestDifference: z.number() }),
	/** The model does not compute here what it computed where it was trained; the thread ends. */
	z.object({ type: z.literal('self-test-failed'), difference: z.number() }),
	/** The runtime or the provider cannot load the model; the thread ends. */
	z.object({ type: z.literal('unusable'), reason: z.string() }),
	z.object({
		type: z.literal('classified'),
		id: z.int(),
		classifications: z.array(classification),
		/** Resident memory of the process; a thread has none of its own. */
		rssBytes: z.number().positive().exactOptional(),
	}),
	/** This request failed; the thread goes on. */
	z.object({ type: z.literal('failed'), id: z.int(), reason: z.string() }),
]);

/** Thread → engine. */
export type Response = z.infer<typeof responseSchema>;
