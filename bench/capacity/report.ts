import { z } from 'zod';
import { machineSchema } from '../harness/machine.ts';
import { STAGES } from './stages.ts';

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });
/** `share`: what of the variance the straight line explains (R²). */
const line = z.object({ slope: z.number(), intercept: z.number(), share: z.number() });

const stepSchema = z.object({
	speakers: z.int(),
	/** Seconds of speech that were sent, all speakers together. */
	speechS: z.number(),
	/** Turns, and those of which an effect was seen. */
	turns: z.int(),
	answered: z.int(),
	/** From the end of a turn's speech to its effect, the hangover included. */
	latencyMs: percentiles.nullable(),
	/** Cores that bot and model took. */
	cores: z.number(),
	/** Processor time for each second of speech, what an idle bot takes included. */
	msPerSpeechS: z.object({ total: z.number(), main: z.number(), model: z.number(), helpers: z.number() }),
	residentMiB: z.number(),
	partials: z.int(),
	/** Of the simulated Discord and its speakers: packets that left this late, and cores that they took. */
	measuring: z.object({ lateP95Ms: z.number(), cores: z.number() }),
});
export type Step = z.infer<typeof stepSchema>;

/** What `npm run bench -- capacity --json` prints. */
export const capacityReport = z.object({
	schemaVersion: z.literal(1),
	at: z.string(),
	machine: machineSchema,
	limitMs: z.number(),
	steps: z.array(stepSchema),
	/** `limit`: the latency; `measuring`: the simulated Discord could not keep real time; `most`: all that were asked for. */
	endedBy: z.enum(['limit', 'measuring', 'most']),
	/** Cores against seconds of speech in a second; what the slope is in milliseconds for each second of speech. */
	cost: line,
	/** Speakers at once, that is seconds of speech in a second, that one core has room for by the slope. */
	speakersPerCore: z.number(),
	/** MiB resident against speakers. */
	memory: line,
	/** Shares of the event loop's time by stage for some of the steps, from a run under the profiler. */
	stages: z.array(z.object({ speakers: z.int(), shares: z.record(z.enum(STAGES), z.number()) })),
	/** The same speakers in so many channels. */
	channels: z.array(
		z.object({ channels: z.int(), speakers: z.int(), msPerSpeechS: z.number(), residentMiB: z.number() }),
	),
	/** What one channel more costs the same speakers: milliseconds for each second of speech, and MiB. */
	perChannel: z.object({ ms: z.number(), mib: z.number() }),
	/** The same speakers with and without partial results. */
	partials: z
		.object({ speakers: z.int(), withMs: z.number(), withoutMs: z.number(), extraShare: z.number() })
		.nullable(),
	/** A long run cut into parts: cores and memory against hours. */
	hours: z.object({ minutes: z.number(), coresPerHour: z.number(), mibPerHour: z.number() }).nullable(),
	/** In this run: AEAD, DAVE and Opus for 50 packets, and ONNX Runtime for a second of an utterance of 3 s. */
	floors: z.object({ packetsMs: z.number(), modelMs: z.number(), ratio: z.number() }).nullable(),
});
export type CapacityReport = z.infer<typeof capacityReport>;
