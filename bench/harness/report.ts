import { z } from 'zod';
import { machineSchema } from './machine.ts';
import type { Measurement } from './measure.ts';

const milliseconds = z.number().nonnegative();
const spread = z.object({ median: milliseconds, low: milliseconds, high: milliseconds });

export const rowSchema = z.object({
	id: z.string(),
	per: z.string(),
	clock: z.enum(['cpu', 'wall']),
	/** Name of what was measured. */
	ours: z.string(),
	reference: z.string(),
	kind: z.enum(['floor', 'alternative']),
	rounds: z.int().positive(),
	/** Milliseconds a unit: median of the rounds' medians, with quartiles. */
	oursMs: spread,
	referenceMs: spread,
	/** Ours through reference, round by round. */
	ratio: spread,
});

export type Row = z.infer<typeof rowSchema>;

export const skippedSchema = z.object({ what: z.string(), reason: z.string() });

const findingSchema = z.object({ what: z.string(), value: z.number(), unit: z.string() });

/** What `--json` prints and `--compare` reads. */
export const reportSchema = z.object({
	schemaVersion: z.literal(1),
	/** Whether the figures mean anything: a smoke run only shows that everything runs. */
	scale: z.enum(['full', 'smoke']),
	/** ISO 8601. */
	at: z.iso.datetime(),
	machine: machineSchema,
	rows: z.array(rowSchema),
	skipped: z.array(skippedSchema),
	/** Figures that are no times. Absent in reports of earlier versions. */
	findings: z.array(findingSchema).default([]),
});

export type Report = z.infer<typeof reportSchema>;

/** Five digits are far more than the clock is good for. */
const rounded = ({ median, low, high }: z.infer<typeof spread>) => {
	const round = (value: number): number => Number(value.toPrecision(5));
	return { median: round(median), low: round(low), high: round(high) };
};

export const rowOf = ({ comparison, rounds, oursMs, referenceMs, ratio }: Measurement): Row => ({
	id: comparison.id,
	per: comparison.per,
	clock: comparison.clock,
	ours: comparison.ours.name,
	reference: comparison.reference.name,
	kind: comparison.reference.kind,
	rounds,
	oursMs: rounded(oursMs),
	referenceMs: rounded(referenceMs),
	ratio: rounded(ratio),
});
