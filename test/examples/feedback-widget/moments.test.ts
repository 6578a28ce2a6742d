import { describe, expect, it } from 'vitest';
import type { EmotionLabel } from '../../../client/index.ts';
import { type Answers, feedbackOf } from '../../../examples/feedback-widget/feedback.ts';
import { OwnMoments } from '../../../examples/feedback-widget/moments.ts';
import { ENGLISH, fill } from '../../../examples/feedback-widget/texts.ts';
import { sessionEnds, sounds, withdraws } from '../feed-events.ts';

const said = (utteranceId: string, label: EmotionLabel, startMs: number, ms = 1000, confidence = 0.6) =>
	sounds('me', { utteranceId, label, startMs, endMs: startMs + ms, confidence });
const telling = (moments: OwnMoments): string[] => moments.telling(3).map(({ utteranceId }) => utteranceId);
const answers = (more: Partial<Answers> = {}): Answers => ({
	rating: 4,
	comment: '  ',
	said: new Map(),
	shareSounded: false,
	...more,
});

describe('what was heard of a person', () => {
	it('is theirs alone where the page says which voice is', () => {
		const moments = new OwnMoments('me');
		moments.see(sounds('other', { utteranceId: 'x' }));
		moments.see(said('a', 'calm', 0));
		expect(moments.all.map(({ utteranceId }) => utteranceId)).toEqual(['a']);
		expect(moments.isForeign).toBe(false);
	});

	it('is nothing at all where the feed turns out to tell of several', () => {
		const moments = new OwnMoments();
		moments.see(said('a', 'calm', 0));
		moments.see(sounds('other', { utteranceId: 'x' }));
		moments.see(said('b', 'calm', 5000));
		expect([moments.isForeign, moments.all]).toEqual([true, []]);
	});

	it('is shares of the time that they spoke, corrected where they say so', () => {
		const moments = new OwnMoments();
		moments.see(said('a', 'calm', 0, 3000));
		moments.see(said('b', 'anger', 4000, 1000));
		moments.see(said('b', 'anger', 4000, 1000));
		expect(moments.shares()).toEqual([
			{ label: 'calm', share: 0.75 },
			{ label: 'anger', share: 0.25 },
		]);
		expect(moments.shares(new Map([['b', 'calm']]))).toEqual([{ label: 'calm', share: 1 }]);
	});

	it('asks about what tells most: never the unsure, the neutral last, in the order in which it was said', () => {
		const moments = new OwnMoments();
		for (const [at, [id, label, confidence]] of (
			[
				['a', 'neutral', 0.99],
				['b', 'anger', 0.5],
				['c', 'unsure', 0.9],
				['d', 'happiness', 0.8],
				['e', 'calm', 0.6],
			] as const
		).entries()) {
			moments.see(said(id, label, at * 1000, 1000, confidence));
		}
		expect(telling(moments)).toEqual(['b', 'd', 'e']);
	});

	it('is over with the conversation, gone with a withdrawal, and begins anew with the next', () => {
		const moments = new OwnMoments();
		expect(moments.see(sessionEnds())).toBeUndefined();
		moments.see(said('a', 'calm', 0));
		expect(moments.see(sessionEnds('another'))).toBeUndefined();
		expect(moments.see(sessionEnds())).toBe('ended');
		expect(moments.see(withdraws('other'))).toBeUndefined();
		expect(moments.see(withdraws('me'))).toBe('withdrawn');
		expect(moments.all).toEqual([]);
		moments.see(sounds('me-again', { utteranceId: 'z', sessionId: 'next' }));
		expect([moments.sessionId, moments.all.length, moments.isForeign]).toEqual(['next', 1, false]);
	});
});

describe('what is sent', () => {
	const moments = new OwnMoments();
	moments.see(said('a', 'calm', 0, 3000));
	moments.see(said('b', 'anger', 4000, 1000));

	it('is what the person said, and how they sounded only if they want to', () => {
		expect(feedbackOf(answers(), moments)).toEqual({ rating: 4, corrections: [], sessionId: 's' });
		expect(feedbackOf(answers({ comment: ' fine ' }), new OwnMoments())).toEqual({
			rating: 4,
			comment: 'fine',
			corrections: [],
		});
	});

	it('has their corrections, and nowhere what they corrected as if it were so', () => {
		const corrected = feedbackOf(
			answers({
				shareSounded: true,
				said: new Map([
					['b', 'surprise'],
					['a', 'calm'],
				] as const),
			}),
			moments,
		);
		expect(corrected.corrections).toEqual([{ utteranceId: 'b', heard: 'anger', said: 'surprise' }]);
		expect(corrected.sounded?.map(({ label }) => label)).toEqual(['calm', 'surprise']);
	});
});

it('fills in texts, and leaves what it does not know', () => {
	expect(fill(ENGLISH.sounded, { label: 'happy' })).toBe('sounded happy');
	expect(fill('{a} {b}', { a: 1 })).toBe('1 {b}');
});
