import { z } from 'zod';
import { type EmotionResult, JUDGEMENT_DEFAULTS, type JudgementRules, qualityFault } from '../../domain/index.ts';
import { abstained } from '../abstain.ts';
import type { EmotionStep } from '../context.ts';
import { median } from '../median.ts';
import { PerSpeaker } from '../per-speaker.ts';
import { SpreadSample } from '../spread-sample.ts';

export const qualityGateOptions = z.strictObject({
	maxOverlapShare: z
		.number()
		.min(0)
		.max(1)
		.default(0.8)
		.describe('Speech during more of which others spoke is unsure, unless it is as loud as the speaker usually is.'),
	echoDb: z
		.number()
		.min(0)
		.default(6)
		.describe(
			'This far below the usual level of a speaker, what others spoke into may be their voices from loudspeakers.',
		),
});

/** Most utterances whose level is remembered of a speaker. */
const MOST_LEVELS = 16;

const overlapShare = ({ overlapMs = 0, startMs, endMs }: EmotionResult): number =>
	endMs > startMs ? overlapMs / (endMs - startMs) : 0;

/**
 * Makes unsure what cannot be judged fairly: short, quiet, noisy, clipped or patchy audio (as `judge` has
 * done already, if it was asked) and speech under which others spoke nearly all the while. The last may be
 * their voices out of the speaker's loudspeakers; who is as loud as when speaking alone is speaking, though,
 * and in a shouting match everyone is.
 *
 * @param rules as those of `judge`
 */
export function qualityGate(
	rules: Partial<JudgementRules> = {},
	options: z.input<typeof qualityGateOptions> = {},
): EmotionStep {
	const { maxOverlapShare, echoDb } = qualityGateOptions.parse(options);
	const bounds = { ...JUDGEMENT_DEFAULTS, ...rules };
	const levels = new PerSpeaker(() => new SpreadSample<number>(MOST_LEVELS));
	const mayBeEcho = (result: EmotionResult): boolean => {
		const { sessionId, speakerId, quality } = result;
		const usual = levels.of(sessionId, speakerId);
		if (overlapShare(result) <= maxOverlapShare) {
			usual.add(quality.levelDb);
			return false;
		}
		return usual.seen === 0 || quality.levelDb < median(usual.items) - echoDb;
	};
	return {
		name: 'quality-gate',
		run: async (context, next) => {
			const { result } = context;
			const fault = qualityFault(result.quality, bounds);
			if (fault) context.result = abstained(result, fault);
			else if (mayBeEcho(result)) context.result = abstained(result, 'overlapped');
			await next();
		},
		forget: levels.forget,
	};
}
