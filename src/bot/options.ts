import { z } from 'zod';
import { followOptions, weeklyWindow } from './attendance/options.ts';
import { LOCALES } from './i18n/index.ts';
import { noticeOptions } from './notice/options.ts';

export const botOptions = z
	.strictObject({
		apiBase: z
			.url()
			.optional()
			.describe('Another Discord-compatible REST endpoint, without the version (DISCORD_API_BASE).'),
		locale: z
			.enum(LOCALES, { error: `must be one of the languages that the bot speaks: ${LOCALES.join(', ')}` })
			.optional()
			.describe("Language of public messages; the server's own when it is not set."),
		attested: z
			.boolean()
			.default(false)
			.describe(
				'Whether you answer for it that no server of this bot is a workplace, a school or for people under age. Otherwise each is asked in `/emotion setup` before the bot listens there.',
			),
		connectDeadlineMs: z.number().positive().default(20_000).describe('How long joining a voice channel may take.'),
		leaveEmptyAfterMs: z
			.number()
			.min(0)
			.default(300_000)
			.describe(
				'How long after the last member has left that the bot leaves a channel into which a command brought it; 0: never.',
			),
		loginDeadlineMs: z
			.number()
			.positive()
			.default(30_000)
			.describe('How long logging in may take, and each further shard.'),
		shards: z
			.union([z.literal('auto'), z.int().min(1)])
			.default('auto')
			.describe('Shards of each account; `auto` asks Discord. More than 2,500 servers need more than one.'),
		shardIds: z
			.array(z.int().min(0))
			.min(1)
			.optional()
			.describe('Which of them this process runs, where several share the work; all when not set. Needs `shards`.'),
		notice: noticeOptions.prefault({}),
		follow: followOptions.prefault({}),
		schedule: z
			.array(weeklyWindow)
			.default([])
			.describe('When to be in which channel: a list of { guild, channel, days, from, to, timeZone }.'),
	})
	.refine(
		({ shards, shardIds }) => shardIds === undefined || (shards !== 'auto' && shardIds.every((id) => id < shards)),
		{
			path: ['shardIds'],
			error: 'needs `shards` as a number, and ids below it',
		},
	);
export type BotOptions = z.infer<typeof botOptions>;

/** The same before defaults are filled in. */
export type BotInput = z.input<typeof botOptions>;
