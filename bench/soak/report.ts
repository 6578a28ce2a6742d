import { z } from 'zod';

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() });
export type Percentiles = z.infer<typeof percentiles>;

/** What the soak prints with `--json`. Times in milliseconds. */
export const soakReport = z.object({
	schemaVersion: z.literal(1),
	minutes: z.number(),
	members: z.int(),
	faults: z.string(),
	seed: z.int(),
	/** Which classifier judged the utterances. */
	inference: z.string(),
	/** Utterances that members who had agreed said in full while the bot could be reached. */
	sent: z.int(),
	/** Of these, heard as one, both boundaries within 100 ms. */
	recovered: z.int(),
	recoveredShare: z.number(),
	/** Of these, heard at all. */
	found: z.int(),
	/** Utterances that the model judged, of all that were heard. */
	classified: z.int(),
	/** Absolute errors of the boundaries of those found. */
	boundaryErrorMs: z.object({ start: percentiles, end: percentiles }).nullable(),
	/** Utterances that fell into an outage, when nothing could reach the bot; they do not count as sent. */
	interrupted: z.object({ said: z.int(), found: z.int() }),
	/** Utterances that left more than a second late because the simulation was busy; they do not count as sent either. */
	stalled: z.object({ said: z.int(), found: z.int() }),
	/** Events about members who had not agreed, or had withdrawn. */
	wronglyHeard: z.int(),
	wrong: z.object({ utterances: z.int(), judgements: z.int(), counts: z.int() }),
	/** Utterances of members who had not agreed. */
	unconsented: z.int(),
	/** Members of whom three utterances in a row, or the last one, were sent and not found. */
	deadStreams: z.int(),
	/** Alarms that the bot itself raised: somebody speaks and cannot be heard; and heard again. */
	alarms: z.object({ deaf: z.int(), heard: z.int() }),
	/** Times that the bot was cut off, and how long until it was back in the group. */
	outages: z.array(z.object({ cause: z.string(), durationMs: z.number() })),
	transitions: z.int(),
	/** From the end of the hangover until the bot told of the utterance. */
	tellingDelayMs: percentiles.nullable(),
	/** How long the jitter buffer held packets back. */
	addedDelayMs: percentiles.nullable(),
	/** Packets, as the bot counted them. */
	packets: z.record(z.string(), z.number()),
	memory: z
		.object({
			startMiB: z.number(),
			atEndMiB: z.number(),
			peakMiB: z.number(),
			/** After the first five minutes; null in runs that are too short to tell. */
			at5MinMiB: z.number().nullable(),
			growthMiB: z.number().nullable(),
			slopeMiBPerMin: z.number().nullable(),
		})
		.nullable(),
	/** Of the bot's process. */
	cpu: z.object({ cores: z.number(), microsecondsPerPacket: z.number() }).nullable(),
	bars: z.array(z.object({ what: z.string(), bar: z.string(), met: z.boolean() })),
});
export type SoakReport = z.infer<typeof soakReport>;

const LEAST_RECOVERED = 0.99;
/** More than this, and the machine was too busy to tell anything. */
const MOST_STALLED = 0.1;
const MOST_BOUNDARY_ERROR_MS = 100;
const MOST_ADDED_DELAY_MS = 120;
const MOST_GROWTH_MIB = 20;

/** The bars of issue "Reception that never goes deaf", as far as this run can tell. */
export function barsOf(report: Omit<SoakReport, 'bars'>): SoakReport['bars'] {
	const { recoveredShare, boundaryErrorMs, wronglyHeard, deadStreams, memory, addedDelayMs } = report;
	const worst = boundaryErrorMs && Math.max(boundaryErrorMs.start.p99, boundaryErrorMs.end.p99);
	return [
		{ what: 'utterances sent', bar: '> 0', met: report.sent > 0 },
		{
			what: 'stalled',
			bar: `<= ${MOST_STALLED} of sent`,
			met: report.stalled.said <= MOST_STALLED * report.sent,
		},
		{ what: 'recoveredShare', bar: `>= ${LEAST_RECOVERED}`, met: recoveredShare >= LEAST_RECOVERED },
		{
			what: 'boundaryErrorMs p99',
			bar: `<= ${MOST_BOUNDARY_ERROR_MS}`,
			met: (worst ?? Infinity) <= MOST_BOUNDARY_ERROR_MS,
		},
		{ what: 'wronglyHeard', bar: '0', met: wronglyHeard === 0 },
		{ what: 'deadStreams', bar: '0', met: deadStreams === 0 },
		...(memory?.growthMiB == null
			? []
			: [{ what: 'memory.growthMiB', bar: `< ${MOST_GROWTH_MIB}`, met: memory.growthMiB < MOST_GROWTH_MIB }]),
		// The bar is for a clean link.
		...(addedDelayMs === null || report.faults !== 'none'
			? []
			: [{ what: 'addedDelayMs p95', bar: `< ${MOST_ADDED_DELAY_MS}`, met: addedDelayMs.p95 < MOST_ADDED_DELAY_MS }]),
	];
}
