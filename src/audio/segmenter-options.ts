import { z } from 'zod';
import { FRAME_MS } from './frame.ts';

export const segmenterOptions = z
	.strictObject({
		startMs: z.number().min(FRAME_MS).default(200).describe('Speech this long opens an utterance.'),
		endMs: z.number().min(FRAME_MS).default(500).describe('Silence this long closes it (hangover).'),
		minDurationMs: z.number().min(0).default(600).describe('Shorter utterances are left out.'),
		maxDurationMs: z.number().min(1000).default(6000).describe('Longer ones are split here.'),
		overlapMs: z.number().min(0).default(500).describe('What the parts of a split utterance share.'),
		padMs: z
			.number()
			.min(0)
			.max(500)
			.default(60)
			.describe('Counts as speech before its first and after its last frame.'),
		contextMs: z
			.number()
			.min(0)
			.max(2000)
			.default(300)
			.describe('Audio on either side of the speech that the model hears, too.'),
		enterSnrDb: z.number().default(9).describe('Level above the noise floor at which speech begins.'),
		minSnrDb: z.number().default(6).describe('Level above the noise floor at which speech goes on.'),
		partialEveryMs: z
			.number()
			.min(0)
			.max(60_000)
			.default(2000)
			.describe(
				'How often somebody who is still speaking is listened to for a first impression, in live calls; 0 for never.',
			),
		minLevelDb: z.number().max(0).default(-58).describe('Quieter than this is never speech (dBFS).'),
	})
	.refine((options) => options.overlapMs < options.maxDurationMs / 2, {
		path: ['overlapMs'],
		message: 'must be less than half of maxDurationMs',
	})
	.refine((options) => options.startMs < options.maxDurationMs, {
		path: ['startMs'],
		message: 'must be less than maxDurationMs, or no utterance would ever begin',
	});
export type SegmenterOptions = z.infer<typeof segmenterOptions>;
