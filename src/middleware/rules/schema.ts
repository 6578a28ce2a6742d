import { z } from 'zod';
import { isTimeZone } from '../../domain/index.ts';
import { action, snowflake } from './actions.ts';
import { type Condition, condition, isMomentary } from './conditions.ts';
import { duration } from './values.ts';

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "23:00"');
const timeZone = z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin');

/** In the time zone of the community, unless it names its own. */
const quietHours = z
	.strictObject({ from: time, to: time, timeZone: timeZone.optional() })
	.refine(({ from, to }) => from !== to, { path: ['to'], error: 'must differ from `from`' });

const perHour = z.int().min(0);

const rule = z
	.strictObject({
		/** The `cause` of what it says, on the event feed. */
		name: z.string().regex(/^[a-z][a-z\d-]{0,39}$/, 'must be a short name such as calm-again: a-z, 0-9 and hyphens'),
		/** For whoever reads the file. */
		about: z.string().optional(),
		when: condition,
		/** How long it must have been so. */
		for: duration.prefault('0s'),
		// biome-ignore lint/suspicious/noThenProperty: a list is no function, so nothing takes a rule for a promise.
		then: z.array(action).min(1).max(5),
		/** Whether it fires again, after its cooldown, while it is still so. */
		repeat: z.boolean().default(false),
		cooldown: z
			.union([
				duration.transform((channel) => ({ channel, guild: 0 })),
				z.strictObject({ channel: duration.prefault('10m'), guild: duration.prefault('0s') }),
			])
			.prefault('10m'),
		perHour: z
			.union([
				perHour.transform((channel) => ({ channel, guild: Number.POSITIVE_INFINITY })),
				z.strictObject({
					channel: perHour.default(Number.POSITIVE_INFINITY),
					guild: perHour.default(Number.POSITIVE_INFINITY),
				}),
			])
			.default({ channel: Number.POSITIVE_INFINITY, guild: Number.POSITIVE_INFINITY }),
		quietHours: z.union([quietHours, z.literal('none').transform(() => undefined)]).optional(),
		where: z
			.strictObject({ guilds: z.array(snowflake).min(1).optional(), channels: z.array(snowflake).min(1).optional() })
			.optional(),
		/** It is only said in the log that it would have fired. */
		dryRun: z.boolean().default(false),
	})
	.superRefine(({ when, for: held, repeat }, context) => {
		if (!isMomentary(when)) return;
		const advice = 'what happens at a moment does not last; ask for a state instead';
		if (held > 0) context.addIssue({ code: 'custom', path: ['for'], message: advice });
		if (repeat) context.addIssue({ code: 'custom', path: ['repeat'], message: advice });
	});

/** While this holds, nothing is said: who is mostly unsure should keep quiet. */
const SILENT_WHILE = { unsure: { within: '5m', atLeast: 0.6, slack: 0.1 } };

export const rulesFile = z
	.strictObject({
		version: z.literal(1, { error: 'must be 1' }),
		/** For communities that chose none. */
		timeZone: timeZone.optional(),
		silentWhile: (condition as z.ZodType<Condition, unknown>).prefault(SILENT_WHILE),
		/** For rules that have none of their own. */
		quietHours: quietHours.optional(),
		rules: z.array(rule).max(200),
	})
	.superRefine(({ rules }, context) => {
		const names = rules.map(({ name }) => name);
		for (const [index, name] of names.entries()) {
			if (names.indexOf(name) < index) {
				context.addIssue({
					code: 'custom',
					path: ['rules', index, 'name'],
					message: `another rule is called ${name}, too`,
				});
			}
		}
	})
	.transform(({ rules, quietHours: usual, ...rest }) => ({
		...rest,
		rules: rules.map((each) => ({ ...each, quietHours: 'quietHours' in each ? each.quietHours : usual })),
	}));

/** All rules of a file, durations in milliseconds. */
export type Rules = z.output<typeof rulesFile>;
export type Rule = Rules['rules'][number];
