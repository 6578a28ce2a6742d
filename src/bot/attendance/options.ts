import { z } from 'zod';
import { DAYS, isTimeZone } from '../../domain/index.ts';

/** YAML reads a bare id as a number and rounds it. */
const snowflake = z.string({ error: 'must be an id in quotes' }).regex(/^\d{15,20}$/, 'must be an id of Discord');
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:30');

/** One entry of the schedule. */
export const weeklyWindow = z
	.strictObject({
		guild: snowflake,
		channel: snowflake,
		days: z.array(z.enum(DAYS)).min(1),
		from: time,
		/** Earlier than `from`: on the day after. */
		to: z.union([time, z.literal('24:00')]),
		timeZone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin').default('UTC'),
	})
	.refine(({ from, to }) => from !== to, {
		path: ['to'],
		error: 'must differ from `from`; a whole day is 00:00 to 24:00',
	});

export const followOptions = z.strictObject({
	enabled: z
		.boolean()
		.default(false)
		.describe(
			'Whether the bot follows members into voice channels by itself, wherever nobody chose with `/emotion follow`.',
		),
	guilds: z
		.array(snowflake)
		.default([])
		.describe('Servers in which it does so though it does not elsewhere: a list of ids in quotes.'),
	minMembers: z
		.int()
		.min(1)
		.default(1)
		.describe('How many members who agreed must be in a channel; `/emotion follow` stands over it.'),
	joinDelayMs: z.number().min(0).default(3000).describe('How long they must have been there.'),
	leaveDelayMs: z
		.number()
		.min(0)
		.default(30_000)
		.describe('How long none of them may be there any more before the bot leaves.'),
});
export type FollowOptions = z.infer<typeof followOptions>;
