import { z } from 'zod';
import type { EmotionResult, HeatState, Publish } from '../../domain/index.ts';
import { Baseline } from '../baseline.ts';
import type { EmotionContext, EmotionStep, Heat } from '../context.ts';
import { type HeatScore, keptBelow, scoreHeat } from '../heat-score.ts';
import { NO_SETTINGS, type SettingsOf } from '../settings.ts';
import { Turns } from '../turns.ts';
import { angerAgainst } from '../usual-voice.ts';

export const heatOptions = z
	.strictObject({
		windowMs: z.number().positive().default(60_000).describe('How far back the score looks.'),
		warmAt: z.number().min(0).max(1).default(0.3).describe('Score at which a calm channel becomes warm.'),
		hotAt: z.number().positive().max(1).default(0.55).describe('Score at which it becomes hot.'),
		coolBelow: z.number().min(0).max(1).default(0.4).describe('Score below which a hot channel starts cooling.'),
		calmBelow: z.number().min(0).max(1).default(0.2).describe('Score below which it is calm again.'),
		coolingMs: z.number().min(0).default(5000).describe('A channel that was hot cools for at least this long.'),
	})
	.refine(({ warmAt, hotAt }) => warmAt <= hotAt, { path: ['warmAt'], message: 'must not be above hotAt' })
	.refine(({ coolBelow, hotAt }) => coolBelow <= hotAt, { path: ['coolBelow'], message: 'must not be above hotAt' })
	.refine(({ calmBelow, warmAt }) => calmBelow <= warmAt, { path: ['calmBelow'], message: 'must not be above warmAt' });
export type HeatOptions = z.infer<typeof heatOptions>;

/** Before anyone has spoken a session is taken to be calm, with little said at the same time. */
const ASSUMED = { anger: 0.1, overlap: 0.1 } as const;
/**
 * Between these likelihoods laughter grows from none to certain. AudioSet's classes are rare and their figures
 * low: of 289 clips of acted speech none reaches 0.05, of 16 recordings of stage laughter nine do.
 */
const LAUGHTER = { from: 0.05, to: 0.2 } as const;
/** A laugh of this length is a whole one. */
const LAUGH_MS = 1500;
/** Nothing shifts a threshold beyond these: at 0 every channel would be hot, at 1 none. */
const THRESHOLDS = { least: 0.05, most: 0.95 } as const;

interface Channel {
	readonly turns: Turns;
	readonly anger: Baseline;
	readonly overlap: Baseline;
	/** The thresholds that went for it last. */
	bounds: HeatOptions;
	state: HeatState;
	/** When it was heard last. */
	at: number;
	/** Since when it has been cooling, while it is. */
	coolingSince: number;
}

/** The thresholds of a community: all moved by the same. */
function shiftedBy(options: HeatOptions, shift: number): HeatOptions {
	if (shift === 0) return options;
	const moved = (value: number): number => Math.min(THRESHOLDS.most, Math.max(THRESHOLDS.least, value + shift));
	const { warmAt, hotAt, coolBelow, calmBelow } = options;
	return {
		...options,
		warmAt: moved(warmAt),
		hotAt: moved(hotAt),
		coolBelow: moved(coolBelow),
		calmBelow: moved(calmBelow),
	};
}

/** Moves between the states with hysteresis, so that a score at a threshold does not flicker. */
function nextState({ state, at, coolingSince, bounds }: Channel, score: number): HeatState {
	if (score >= bounds.hotAt) return 'hot';
	switch (state) {
		case 'calm':
			return score >= bounds.warmAt ? 'warm' : 'calm';
		case 'warm':
			return score < bounds.calmBelow ? 'calm' : 'warm';
		case 'hot':
			return score < bounds.coolBelow ? 'cooling' : 'hot';
		case 'cooling':
			return score < bounds.calmBelow && at - coolingSince >= bounds.coolingMs ? 'calm' : 'cooling';
	}
}

/** How playful: happiness is, surprise may be. */
const joyOf = ({ probabilities }: EmotionResult): number => probabilities.happiness + probabilities.surprise / 2;

/** How much of a laugh there was, 0…1. */
function laughterOf({ events, dominantSound, startMs, endMs }: EmotionResult): number {
	const likely = dominantSound === 'laughter' ? LAUGHTER.to : (events?.laughter ?? 0);
	const certain = Math.min(1, Math.max(0, (likely - LAUGHTER.from) / (LAUGHTER.to - LAUGHTER.from)));
	return certain * Math.min(1, (endMs - startMs) / LAUGH_MS);
}

/**
 * Follows how tense a channel is, from all who may be heard there, and says so on the feed.
 *
 * @param settingsOf for the community's own shift of the thresholds
 */
export function channelHeat(
	publish: Publish,
	options: z.input<typeof heatOptions> = {},
	settingsOf: SettingsOf = NO_SETTINGS,
): EmotionStep {
	const general = heatOptions.parse(options);
	const channels = new Map<string, Channel>();

	/** How heated it is at this moment; never hot without what an alert needs. */
	const measure = ({ turns, anger, overlap, at, bounds }: Channel): HeatScore => {
		const said = { turns: turns.all, laughs: turns.laughs, usualAnger: anger.mean, usualOverlap: overlap.mean };
		const found = scoreHeat(said, at);
		if (found.evident) return found;
		return keptBelow(found, found.elevated ? bounds.hotAt : bounds.coolBelow);
	};

	/** Takes what was said into account. */
	const hear = (channel: Channel, { result, at, anger, usual }: EmotionContext): void => {
		const { speakerId, startMs, endMs, valence, probabilities, overlapMs = 0 } = result;
		const sure = result.label !== 'unsure';
		const speech = sure || result.unsureReason === 'low-confidence';
		const own = angerAgainst(probabilities.anger, usual);
		const overlap = endMs > startMs ? Math.min(1, overlapMs / (endMs - startMs)) : 0;
		// An outburst by itself counts half; one of several counts in full.
		const impression = (own + (anger ?? own)) / 2;
		const said = {
			at,
			speakerId,
			startMs,
			endMs,
			valence,
			overlap,
			joy: joyOf(result),
			anger: impression,
			sure,
			speech,
		};
		channel.turns.add(said);
		const laughter = laughterOf(result);
		if (laughter > 0) channel.turns.laughed({ at, speakerId, weight: laughter });
	};

	const follow = (context: EmotionContext, bounds: HeatOptions): Heat => {
		const { result, at } = context;
		const channel = channels.get(result.sessionId) ?? {
			turns: new Turns(bounds.windowMs),
			anger: new Baseline(ASSUMED.anger),
			overlap: new Baseline(ASSUMED.overlap),
			bounds,
			state: 'calm',
			at,
			coolingSince: at,
		};
		channels.set(result.sessionId, channel);
		channel.at = at;
		channel.bounds = bounds;
		hear(channel, context);
		const { score, speakers, reasons } = measure(channel);
		const said = channel.turns.all.at(-1);
		if (said && result.label !== 'unsure') {
			const seconds = (result.endMs - result.startMs) / 1000;
			channel.anger.add(result.speakerId, result.probabilities.anger, seconds);
			channel.overlap.add(result.speakerId, said.overlap, seconds);
		}
		const previous = channel.state;
		channel.state = nextState(channel, score);
		if (channel.state === 'cooling' && previous !== 'cooling') channel.coolingSince = at;
		const thresholds = { warm: bounds.warmAt, hot: bounds.hotAt };
		const evident = score >= bounds.hotAt;
		return {
			state: channel.state,
			previous,
			score,
			contributors: speakers.length,
			speakers,
			reasons,
			evident,
			thresholds,
		};
	};

	/** What was there because of the speaker goes, the state of the channel included. */
	const forgetSpeaker = (channel: Channel, speakerId: string): void => {
		channel.turns.forget(speakerId);
		channel.anger.forget(speakerId);
		channel.overlap.forget(speakerId);
		const { score } = measure(channel);
		// What others keep hot stays so, but a channel does not heat up because somebody is forgotten.
		const { calmBelow, coolBelow } = channel.bounds;
		if (score < calmBelow) channel.state = 'calm';
		else if (channel.state === 'hot' && score < coolBelow) channel.state = 'cooling';
	};

	return {
		name: 'channel-heat',
		run: async (context, next) => {
			const { alerts } = await settingsOf(context.guildId);
			const heat = follow(context, shiftedBy(general, alerts?.thresholdShift ?? 0));
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
