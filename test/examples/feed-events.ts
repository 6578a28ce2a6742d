import type { FeedData, FeedEvent } from '../../client/index.ts';

const PLACE = { sessionId: 's', channelId: '1456074443984994400' };
const PROBABILITIES = {
	...{ anger: 0, boredom: 0, calm: 0, disgust: 0, fear: 0 },
	...{ happiness: 0, neutral: 1, sadness: 0, surprise: 0 },
};

let events = 0;
const envelope = <Type extends FeedEvent['type']>(type: Type, data: FeedData[Type]) =>
	({ v: 1, id: `a-${++events}`, type, at: 0, guildId: '1456074443984994304', data }) as unknown as FeedEvent;

export const sounds = (speaker: string, more: Partial<FeedData['emotion']> = {}): FeedEvent =>
	envelope('emotion', {
		...PLACE,
		speaker,
		utteranceId: `u-${++events}`,
		startMs: 0,
		endMs: 2000,
		label: 'neutral',
		confidence: 0.7,
		valence: 0,
		arousal: 0,
		probabilities: PROBABILITIES,
		...more,
	});

export const groupMood = (more: Partial<FeedData['mood']>): FeedEvent =>
	envelope('mood', { ...PLACE, from: 0, to: 60_000, status: 'shown', atLeast: 5, ...more });

export const heats = (score: number, sessionId = 's'): FeedEvent =>
	envelope('heat', { ...PLACE, sessionId, state: 'hot', score, contributors: 3, reasons: [] });

export const withdraws = (...speakers: string[]): FeedEvent =>
	envelope('consent', { action: 'withdrawn', version: 1, speakers });

export const sessionEnds = (sessionId = 's'): FeedEvent =>
	envelope('session', { ...PLACE, sessionId, status: 'ended' });
