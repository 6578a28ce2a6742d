import { z } from 'zod';

export const noticeOptions = z.strictObject({
	joinCue: z
		.enum(['tone', 'off'])
		.default('tone')
		.describe(
			'Two notes that the bot plays when it begins to listen; it makes no other sound unless a rule plays one.',
		),
	nickname: z.boolean().default(true).describe('Whether its nickname shows that it listens.'),
	voiceStatus: z.boolean().default(true).describe("Whether the voice channel's status line shows that it listens."),
	repeatMs: z
		.number()
		.min(0)
		.default(30_000)
		.describe('At least this long between two notices for those who come later.'),
});
export type NoticeOptions = z.infer<typeof noticeOptions>;
