import { z } from 'zod';
import { COVERING_SOUNDS, DAYS, EMOTIONS, type HeatState } from '../../domain/index.ts';
import { bounded, boundsOf, duration, oneOrMore, window } from './values.ts';

/** Figures of a group say something of fewer people than this. */
const FEWEST_CONTRIBUTORS = 3;

const HEAT_STATES = ['calm', 'warm', 'hot', 'cooling'] as const satisfies HeatState[];
const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "09:30"');
const contributors = z
	.int()
	.min(FEWEST_CONTRIBUTORS, `figures of a group need at least ${FEWEST_CONTRIBUTORS} members`)
	.default(FEWEST_CONTRIBUTORS);

const atLeastOneOf = <T extends z.ZodType<object>>(schema: T): T =>
	schema.refine((value) => Object.values(value).some((each) => each !== undefined), 'says nothing');

/** Tension of the channel: its state, a change of state at this very moment, its score. */
const heat = atLeastOneOf(
	z
		.strictObject({
			state: oneOrMore(z.enum(HEAT_STATES)).optional(),
			from: oneOrMore(z.enum(HEAT_STATES)).optional(),
			to: oneOrMore(z.enum(HEAT_STATES)).optional(),
			...boundsOf(share),
		})
		.refine(({ atLeast, atMost, slack }) => slack === undefined || (atLeast ?? atMost) !== undefined, {
			path: ['slack'],
			error: 'needs atLeast or atMost',
		}),
);

/** Share of some emotions in what was judged lately, each member counting the same. */
const mood = bounded(
	z.strictObject({ of: oneOrMore(z.enum(EMOTIONS)), within: window('10m'), contributors, ...boundsOf(share) }),
);

/** Share of utterances of which the answer was that it is not clear. */
const unsure = bounded(
	z.strictObject({ within: window('5m'), utterances: z.int().min(1).default(8), ...boundsOf(share) }),
);

/** How often a sound stood before speech lately. */
const sound = bounded(
	z.strictObject({ of: oneOrMore(z.enum(COVERING_SOUNDS)), within: window('1m'), ...boundsOf(count) }),
);

/** How many members were heard lately. */
const members = bounded(z.strictObject({ within: window('10m'), ...boundsOf(count) }));

/** The fatigue hint, mean over the members and over a long time. */
const fatigue = bounded(z.strictObject({ within: window('30m'), contributors, ...boundsOf(share) }));

/** That a session begins or ends at this very moment, or how long it has lasted. */
const session = atLeastOneOf(
	z.strictObject({
		event: z.enum(['start', 'end']).optional(),
		atLeast: duration.optional(),
		atMost: duration.optional(),
	}),
);

/** Time of day and day of the week, by the clock on the community's wall. */
const hours = z
	.strictObject({
		days: z
			.array(z.enum(DAYS))
			.min(1)
			.default([...DAYS]),
		from: time.default('00:00'),
		to: z.union([time, z.literal('24:00')]).default('24:00'),
	})
	.refine(({ from, to }) => from !== to, {
		path: ['to'],
		error: 'must differ from `from`; a whole day is 00:00 to 24:00',
	});

/** What has to be so for a rule to hold: all that is named. */
export interface Condition {
	readonly all?: readonly Condition[] | undefined;
	readonly any?: readonly Condition[] | undefined;
	readonly not?: Condition | undefined;
	readonly heat?: z.output<typeof heat> | undefined;
	readonly mood?: z.output<typeof mood> | undefined;
	readonly unsure?: z.output<typeof unsure> | undefined;
	readonly sound?: z.output<typeof sound> | undefined;
	readonly members?: z.output<typeof members> | undefined;
	readonly fatigue?: z.output<typeof fatigue> | undefined;
	readonly session?: z.output<typeof session> | undefined;
	readonly time?: z.output<typeof hours> | undefined;
}

const part: z.ZodType<Condition> = z.lazy(() => condition);
export const condition: z.ZodType<Condition> = atLeastOneOf(
	z.strictObject({
		all: z.array(part).min(1).optional(),
		any: z.array(part).min(1).optional(),
		not: part.optional(),
		heat: heat.optional(),
		mood: mood.optional(),
		unsure: unsure.optional(),
		sound: sound.optional(),
		members: members.optional(),
		fatigue: fatigue.optional(),
		session: session.optional(),
		time: hours.optional(),
	}),
);

/** A condition and all that it is made of. */
export function* partsOf(of: Condition): Generator<Condition> {
	yield of;
	for (const each of [...(of.all ?? []), ...(of.any ?? []), ...(of.not ? [of.not] : [])]) yield* partsOf(each);
}

/** Whether a condition can hold for a moment only, since something has to happen for it. */
export function isMomentary({ all = [], any, heat, session }: Condition): boolean {
	if (heat?.from || heat?.to || session?.event) return true;
	return all.some(isMomentary) || (any?.every(isMomentary) ?? false);
}

/** How far back conditions look, in milliseconds, each length once. */
export const windowsOf = (conditions: readonly Condition[]): number[] => [
	...new Set(
		conditions
			.flatMap((each) => [...partsOf(each)])
			.flatMap(({ mood, unsure, sound, members, fatigue }) => [mood, unsure, sound, members, fatigue])
			.flatMap((each) => (each ? [each.within] : [])),
	),
];

/** What a condition asks about, as in `heat+time`. */
export const kindsOf = (of: Condition): string =>
	[...new Set([...partsOf(of)].flatMap((each) => Object.keys(each)))]
		.filter((kind) => kind !== 'all' && kind !== 'any' && kind !== 'not')
		.join('+');
