import { z } from 'zod';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `5m`, `1.5h`, to milliseconds. */
export const duration = z
	.string({ error: 'must be a duration such as 90s, 5m or 1.5h' })
	.regex(/^\d+(?:\.\d+)?[smh]$/, 'must be a duration such as 90s, 5m or 1.5h')
	.transform((text) => Number.parseFloat(text) * (UNITS_MS[text.at(-1) as string] as number));

/** Looking further back would need too much memory for what a reply is worth. */
const LONGEST_WINDOW_MS = 2 * 3_600_000;

/** How far back a condition looks. */
export const window = (usual: string) =>
	duration
		.refine((ms) => ms > 0 && ms <= LONGEST_WINDOW_MS, 'must be more than nothing and at most 2h')
		.prefault(usual);

/** Bounds of a figure; `slack` is how far it may move back over a bound while the rule holds. */
export interface Bounds {
	readonly atLeast?: number | undefined;
	readonly atMost?: number | undefined;
	readonly slack?: number | undefined;
}

/** The fields of {@link Bounds} for a figure of one kind. */
export const boundsOf = (figure: z.ZodNumber) => ({
	atLeast: figure.optional(),
	atMost: figure.optional(),
	slack: z.number().min(0).optional(),
});

/** That a condition on a figure has bounds, and that they leave room. */
export const bounded = <T extends z.ZodType<Bounds>>(schema: T): T =>
	schema
		.refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, 'needs atLeast or atMost')
		.refine(({ atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }) => atLeast <= atMost, {
			path: ['atMost'],
			error: 'must not be below atLeast',
		});

/** Whether a figure lies within bounds. @param held whether it did a moment ago: the slack counts then */
export function within({ atLeast, atMost, slack = 0 }: Bounds, figure: number, held: boolean): boolean {
	const leeway = held ? slack : 0;
	return (atLeast === undefined || figure >= atLeast - leeway) && (atMost === undefined || figure <= atMost + leeway);
}

/** One value or several of them. */
export const oneOrMore = <T extends z.ZodType>(value: T) =>
	z.union([z.array(value).min(1), value.transform((one) => [one])]);
