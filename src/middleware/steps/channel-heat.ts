import { z } from 'zod';
import type { HeatState, Publish } from '../../domain/index.ts';
import { Baseline } from '../baseline.ts';
import type { EmotionContext, EmotionStep, Heat } from '../context.ts';
import { type HeatScore, keptBelow, scoreHeat } from '../heat-score.ts';
import { Turns } from '../turns.ts';

export const heatOptions = z
	.strictObject({
		windowMs: z.number().positive().default(60_000).describe('How far back the score looks.'),
		warmAt: z.number().min(0).max(1).default(0.3).describe('Score at which a calm channel becomes warm.'),
		hotAt: z.number().positive().max(1).default(0.55).describe('Score at which it becomes hot.'),
		coolBelow: z.number().min(0).max(1).default(0.4).describe('Score below which a hot channel starts cooling.'),
		calmBelow: z.number().min(0).max(1).default(0.2).describe('Score below which it is calm again.'),
	})
	.refine(({ warmAt, hotAt }) => warmAt <= hotAt, { path: ['warmAt'], message: 'must not be above hotAt' })
	.refine(({ coolBelow, hotAt }) => coolBelow <= hotAt, { path: ['coolBelow'], message: 'must not be above hotAt' })
	.refine(({ calmBelow, warmAt }) => calmBelow <= warmAt, { path: ['calmBelow'], message: 'must not be above warmAt' });
export type HeatOptions = z.infer<typeof heatOptions>;

interface Channel {
	readonly turns: Turns;
	readonly baseline: Baseline;
	state: HeatState;
	/** When it was heard last. */
	at: number;
}

/** Moves between the states with hysteresis, so that a score at a threshold does not flicker. */
function nextState(state: HeatState, score: number, options: HeatOptions): HeatState {
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

	/** How heated it is at this moment; never hot without what an alert needs. */
	const measure = ({ turns, baseline, at }: Channel): HeatScore => {
		const found = scoreHeat(turns.all, baseline.anger, at);
		if (found.evident) return found;
		return keptBelow(found, found.elevated ? bounds.hotAt : bounds.coolBelow);
	};

	const follow = ({ result, at, anger }: EmotionContext): Heat => {
		const { sessionId, speakerId, startMs, endMs, valence, probabilities } = result;
		const channel = channels.get(sessionId) ?? {
			turns: new Turns(bounds.windowMs),
			baseline: new Baseline(),
			state: 'calm',
			at,
		};
		channels.set(sessionId, channel);
		channel.at = at;
		const counts = result.label !== 'unsure';
		const durationMs = endMs - startMs;
		// An outburst by itself counts half; one of several counts in full.
		const impression = (probabilities.anger + (anger ?? probabilities.anger)) / 2;
		channel.turns.add({ at, speakerId, startMs, endMs, durationMs, valence, anger: impression, counts });
		const { score, contributors, reasons } = measure(channel);
		if (counts) channel.baseline.add(speakerId, probabilities.anger, durationMs / 1000);
		const previous = channel.state;
		channel.state = nextState(previous, score, bounds);
		return { state: channel.state, previous, score, contributors, reasons, evident: score >= bounds.hotAt };
	};

	/** What was there because of the speaker goes, the state of the channel included. */
	const forgetSpeaker = (channel: Channel, speakerId: string): void => {
		channel.turns.forget(speakerId);
		channel.baseline.forget(speakerId);
		const { score } = measure(channel);
		// What others keep hot stays so, but a channel does not heat up because somebody is forgotten.
		if (score < bounds.calmBelow) channel.state = 'calm';
		else if (channel.state === 'hot' && score < bounds.coolBelow) channel.state = 'cooling';
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
			else if (channel) forgetSpeaker(channel, speakerId);
		},
	};
}
