import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Classification, EMOTIONS, PROSODY_COLUMNS, SOUND_EVENTS, TRACEPARENT } from '../../domain/index.ts';

/** Raise with every change that an older worker or bot would misread; both sides refuse other versions. */
export const JOB_VERSION = 2;

const producer = z.string().regex(/^[\w-]{1,64}$/);

/** The part that every version keeps: it tells where to say that a job was not understood. */
export const envelopeSchema = z.object({ v: z.int(), producer });

/**
 * What stands in Redis of an utterance beside its audio: nothing of who spoke, where or what. The audio has
 * a key of its own with an expiry (payload.ts).
 */
export const jobSchema = envelopeSchema.extend({
	v: z.literal(JOB_VERSION),
	/** The trace that it belongs to: random digits; absent where nobody traces. */
	traceparent: z.string().regex(TRACEPARENT).exactOptional(),
});

export type InferenceJob = z.infer<typeof jobSchema>;

/**
 * A classification as figures without names. What may be absent is skipped by older bots and missing from
 * older workers, which both do well without.
 */
const packedSchema = z.object({
	model: z.string(),
	/** Probabilities, in the order of EMOTIONS. */
	p: z.array(z.number().min(0).max(1)).length(EMOTIONS.length),
	/** Sound events, in the order of SOUND_EVENTS. */
	e: z.array(z.number().min(0).max(1)).length(SOUND_EVENTS.length).exactOptional(),
	/** Prosody, in the order of PROSODY_COLUMNS. */
	s: z.array(z.number()).length(PROSODY_COLUMNS.length).exactOptional(),
});

/** The answer of a worker, as it stands in the producer's result stream. */
export const resultSchema = z.discriminatedUnion('status', [
	packedSchema.extend({ v: z.literal(JOB_VERSION), id: z.string(), status: z.literal('classified') }),
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

const pack = <Name extends string>(names: readonly Name[], values: Readonly<Record<Name, number>>): number[] =>
	names.map((name) => values[name]);

const unpack = <Name extends string>(names: readonly Name[], values: readonly number[]): Record<Name, number> =>
	Object.fromEntries(names.map((name, index) => [name, values[index]])) as Record<Name, number>;

export const packClassification = ({
	model,
	probabilities,
	events,
	prosody,
}: Classification): z.infer<typeof packedSchema> => ({
	model,
	p: pack(EMOTIONS, probabilities),
	...(events && { e: pack(SOUND_EVENTS, events) }),
	...(prosody && { s: pack(PROSODY_COLUMNS, prosody) }),
});

export const unpackClassification = ({ model, p, e, s }: z.infer<typeof packedSchema>): Classification => ({
	model,
	probabilities: unpack(EMOTIONS, p),
	...(e && { events: unpack(SOUND_EVENTS, e) }),
	...(s && { prosody: unpack(PROSODY_COLUMNS, s) }),
});
