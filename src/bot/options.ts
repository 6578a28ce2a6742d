import { z } from 'zod';
import { LOCALES } from './i18n/index.ts';

export const botOptions = z.strictObject({
	apiBase: z
		.url()
		.optional()
		.describe('Another Discord-compatible REST endpoint, without the version (DISCORD_API_BASE).'),
	locale: z
		.enum(LOCALES, { error: `must be one of the languages that the bot speaks: ${LOCALES.join(', ')}` })
		.optional()
		.describe("Language of public messages; the server's own when it is not set."),
	connectDeadlineMs: z.number().positive().default(20_000).describe('How long joining a voice channel may take.'),
	loginDeadlineMs: z.number().positive().default(30_000).describe('How long logging in may take.'),
});
export type BotOptions = z.infer<typeof botOptions>;
