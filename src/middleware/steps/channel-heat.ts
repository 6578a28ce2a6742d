import { z } from 'zod';
import type { HeatState, Publish } from '../../domain/index.ts';
import type { EmotionContext, EmotionStep, Heat } from '../context.ts';
import { scoreHeat, type Turn } from '../heat-score.ts';

export const heatOptions = z.strictObject({
	windowMs: z.number().positive().default(60_000).describe('How far back the score looks.'),
	warmAt: z.number().min(0).max(1).default(0.3).describe('Score at which a calm channel becomes warm.'),
	hotAt: z.number().min(0).max(1).default(0.55).describe('Score at which it becomes hot.'),
	coolBelow: z.number().min(0).max(1).default(0.4).describe('Score below which a hot channel starts cooling.'),
	calmBelow: z.number().min(0).max(1).default(0.2).describe('Score below which it is calm again.'),
});
export type HeatOptions = z.infer<typeof heatOptions>;

interface Channel {
	turns: Turn[];
	/** Slow mean of anger over the whole session: what is normal here. */
	baseline: number;
	counted: number;
	state: HeatState;
}

/** Moves between the states with hysteresis, so that a score at a threshold does not flicker. */
export function nextState(state: HeatState, score: number, options: HeatOptions): HeatState {
	if (score >= options.hotAt) return 'hot';
	switch (state) {
		case 'calm':
			return score >= options.warmAt ? 'warm' : 'calm';
		case 'warm':
			return score < options.calmBelow ? 'calm' : 'warm';
		case 'hot':
			return score < options.coolBelow ? 'cooling' : 'hot';
		case 'cooling':
			return score < options.calmBelow ? 'calm' : 'cooling';
	}
}

/** Follows how tense a channel is, from all who may be heard there, and says so on the feed. */
export function channelHeat(publish: Publish, options: z.input<typeof heatOptions> = {}): EmotionStep {
	const bounds = heatOptions.parse(options);
	const channels = new Map<string, Channel>();

	const follow = (context: EmotionContext): Heat => {
		const { result, at } = context;
		const channel = channels.get(result.sessionId) ?? { turns: [], baseline: 0, counted: 0, state: 'calm' };
		channels.set(result.sessionId, channel);
		if (result.label !== 'unsure') {
			channel.turns.push({
				at,
				speakerId: result.speakerId,
				// An outburst by itself counts half; one of several counts in full.
				anger: (result.probabilities.anger + (context.anger ?? result.probabilities.anger)) / 2,
				valence: result.valence,
				durationMs: result.endMs - result.startMs,
			});
		}
		channel.turns = channel.turns.filter((turn) => at - turn.at <= bounds.windowMs);
		const { score, contributors, reasons } = scoreHeat(channel.turns, channel.baseline, at);
		if (result.label !== 'unsure') {
			channel.counted++;
			// The first turns set the baseline quickly, later ones hardly move it.
			channel.baseline += (result.probabilities.anger - channel.baseline) / Math.min(channel.counted, 100);
		}
		const previous = channel.state;
		channel.state = nextState(previous, score, bounds);
		return { state: channel.state, previous, score, contributors, reasons };
	};

	return {
		name: 'channel-heat',
		run: async (context, next) => {
			const heat = follow(context);
			context.heat = heat;
			const { state, score, contributors, reasons } = heat;
			const { sessionId } = context.result;
			publish({ type: 'heat', at: context.at, sessionId, state, score, contributors, reasons });
			await next();
		},
		forget: (sessionId, speakerId) => {
			const channel = channels.get(sessionId);
			if (speakerId === undefined) channels.delete(sessionId);
			else if (channel) channel.turns = channel.turns.filter((turn) => turn.speakerId !== speakerId);
		},
	};
}
