import type { Measured } from './trial.ts';

/** Nothing said longer ago is what was told of just now. */
const LONGEST_MS = 5_000;
/** The hangover, less what the clocks may differ by: what is cut earlier is a part in the middle of a long turn. */
const HANGOVER_MS = 400;

/**
 * From the end of each turn's speech to its effect, the emotion event as a reader of the bot's feed has it, in
 * milliseconds: hangover, transport, queue, model and middleware.
 */
export function latenciesMs({ conversation, emotions }: Pick<Measured, 'conversation' | 'emotions'>): number[] {
	const bySpeaker = Map.groupBy(emotions, ({ speakerId }) => speakerId);
	return conversation.turns.flatMap(({ speakerId, endMs }) => {
		const told = (bySpeaker.get(speakerId) ?? []).find(
			({ cutMs, seenMs }) => cutMs >= endMs + HANGOVER_MS && seenMs - endMs < LONGEST_MS,
		);
		return told ? [told.seenMs - endMs] : [];
	});
}

/** `share`: what of the variance of `y` the line explains; 1 where all points lie on it. */
export interface Line {
	readonly slope: number;
	readonly intercept: number;
	readonly share: number;
}

/** Least squares: how `y` grows with `x`, and what it is where `x` is 0. */
export function fitted(points: readonly (readonly [x: number, y: number])[]): Line {
	const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
	const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
	const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
	const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
	const slope = variance === 0 ? 0 : covariance / variance;
	const intercept = meanY - slope * meanX;
	const left = points.reduce((sum, [x, y]) => sum + (y - intercept - slope * x) ** 2, 0);
	const whole = points.reduce((sum, [, y]) => sum + (y - meanY) ** 2, 0);
	return { slope, intercept, share: whole === 0 ? 1 : 1 - left / whole };
}
