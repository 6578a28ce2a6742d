import { describe, expect, it } from 'vitest';
import type { ReplyEvent, SesEvent } from '../../src/domain/index.ts';
import { draftOf, type FeedDraft, SessionBook, type View } from '../../src/web/feed/index.ts';
import { ADA, emotion, HOME, health, heat, LOUNGE, OTHER, started, withdrawn } from './support.ts';

describe('what events mean on the feed', () => {
	const told = (events: SesEvent[]): { drafts: FeedDraft[]; book: SessionBook } => {
		const book = new SessionBook();
		const drafts = events.flatMap((event) => {
			book.see(event);
			return draftOf(event, book) ?? [];
		});
		return { drafts, book };
	};

	it('has no user id but in the view that may', () => {
		const consent: SesEvent = { type: 'consent', at: 1, guildId: HOME, speakerId: ADA, action: 'given', version: 1 };
		const { drafts } = told([
			started('a'),
			consent,
			emotion('a', ADA),
			heat('a'),
			health('a', ADA, { deaf: 'encryption' }),
			withdrawn(ADA),
		]);
		const shown = (view: View): string => JSON.stringify(drafts.map(({ data }) => data(view)));
		expect(drafts.map(({ type }) => type)).toEqual(['session', 'consent', 'emotion', 'heat', 'health', 'consent']);
		expect(shown('pseudonymous')).not.toContain(ADA);
		expect(shown('named').split(ADA)).toHaveLength(5);
	});

	it('calls a speaker the same within a session, and otherwise in every session and after each consent', () => {
		const { drafts, book } = told([
			started('a'),
			started('b'),
			emotion('a', ADA),
			emotion('a', ADA),
			emotion('b', ADA),
		]);
		const names = drafts.flatMap(({ type, data }) => (type === 'emotion' ? [data('pseudonymous').speaker] : []));
		expect(names[0]).toMatch(/^v-[a-z0-9]{10}$/);
		expect(names[1]).toBe(names[0]);
		expect(names[2]).not.toBe(names[0]);
		const leaving = draftOf(withdrawn(ADA), book) as Extract<FeedDraft, { type: 'consent' }>;
		expect(leaving.data('pseudonymous').speakers.toSorted()).toEqual([names[0], names[2]].toSorted());
		book.forget(HOME, ADA);
		expect(book.pseudonym('a', ADA)).not.toBe(names[0]);
	});

	it('tells which rule fired and what the bot did, in the session of its channel, and not what it said', () => {
		const reply = (more: Partial<ReplyEvent>): SesEvent => ({
			...{ type: 'reply', at: 1, channelId: LOUNGE, text: 'Ada, take a breath', action: 'message', cause: 'easy' },
			ephemeral: false,
			...more,
		});
		const { drafts } = told([
			reply({}),
			started('a'),
			reply({}),
			reply({ text: '', action: 'slowMode' }),
			reply({ channelId: OTHER }),
			reply({ ephemeral: true }),
		]);
		expect(drafts.slice(1).map(({ type, guildId, data }) => ({ type, guildId, data: data('named') }))).toEqual(
			['message', 'slowMode'].map((action) => ({
				type: 'reply',
				guildId: HOME,
				data: { sessionId: 'a', channelId: LOUNGE, rule: 'easy', action },
			})),
		);
	});

	it('tells nothing of sessions that nobody knows, nor what is nobody else’s business', () => {
		const reply: SesEvent = { type: 'reply', at: 1, channelId: LOUNGE, text: 'psst', cause: 'mood', ephemeral: true };
		const { type: _, ...said } = emotion('a', ADA);
		const { sessionId, speakerId, utteranceId, startMs, endMs, quality } = said;
		const utterance: SesEvent = {
			type: 'utterance',
			at: 1,
			sessionId,
			speakerId,
			utteranceId,
			startMs,
			endMs,
			quality,
		};
		expect(told([emotion('a', ADA), heat('a'), reply]).drafts).toEqual([]);
		expect(told([started('a'), reply, utterance]).drafts.map(({ type }) => type)).toEqual(['session']);
	});
});
