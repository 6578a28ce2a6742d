import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Classification, EMOTIONS, type Emotion, SAMPLE_RATE_HZ } from '../../domain/index.ts';

/** Raise with every change that an older worker or bot would misread; both sides refuse other versions. */
export const JOB_VERSION = 1;

/** Ten minutes: no utterance is near it, and no worker can be made to load more. */
const MAX_SAMPLES = 600 * SAMPLE_RATE_HZ;

const producer = z.string().regex(/^[\w-]{1,64}$/);

/** The part that every version keeps: it tells where to say that a job was not understood. */
export const envelopeSchema = z.object({ v: z.int(), producer });

/** What stands in Redis of an utterance beside its audio: nothing of who spoke, where or what. */
export const jobSchema = envelopeSchema.extend({
	v: z.literal(JOB_VERSION),
	/** Signed 16 bit, little endian, 16 kHz mono, under its own key with an expiry. */
	codec: z.literal('s16le'),
	samples: z.int().positive().max(MAX_SAMPLES),
});

export type InferenceJob = z.infer<typeof jobSchema>;

/** The answer of a worker, as it stands in the producer's result stream. */
export const resultSchema = z.discriminatedUnion('status', [
	z.object({
		v: z.literal(JOB_VERSION),
		id: z.string(),
		status: z.literal('classified'),
		model: z.string(),
		/** In the order of EMOTIONS. */
		p: z.array(z.number().min(0).max(1)).length(EMOTIONS.length),
	}),
	/** The audio was gone when a worker came to it: it had expired or was withdrawn. */
	z.object({ v: z.literal(JOB_VERSION), id: z.string(), status: z.literal('expired') }),
	z.object({ v: z.literal(JOB_VERSION), id: z.string(), status: z.literal('failed'), reason: z.string() }),
]);

export type JobResult = z.infer<typeof resultSchema>;

/**
 * The id of a job: the same for every retry of an utterance by its producer, so that BullMQ adds it
 * once. A hash, since utterance ids may hold what BullMQ does not allow, or name a session.
 */
export function jobIdOf(producerId: string, utteranceId: string): string {
	return `${producerId}-${createHash('sha256').update(utteranceId).digest('base64url').slice(0, 22)}`;
}

export const packProbabilities = ({ probabilities }: Classification): number[] =>
	EMOTIONS.map((emotion) => probabilities[emotion]);

export function unpackClassification({ model, p }: Extract<JobResult, { status: 'classified' }>): Classification {
	const probabilities = {} as Record<Emotion, number>;
	for (const [index, emotion] of EMOTIONS.entries()) probabilities[emotion] = p[index] as number;
	return { model, probabilities };
}
