import type { SesEvent } from '../../domain/index.ts';
import type { FeedData } from './schemas.ts';
import type { SessionBook, SessionPlace } from './session-book.ts';
import type { FeedType, View } from './types.ts';

/** Something to be told, before it has an id. */
export type FeedDraft = {
	readonly [Type in FeedType]: {
		readonly type: Type;
		/** Milliseconds since the Unix epoch. */
		readonly at: number;
		readonly guildId: string;
		/** User ids of those whom it must not outlive their consent. */
		readonly about: readonly string[];
		/** User id of the one whom it is of alone: nobody else's token of a member shows it. */
		readonly of?: string;
		/** What is told in each view. Called at most once for each. */
		readonly data: (view: View) => FeedData[Type];
	};
}[FeedType];

/** The user id, for those who may see it. */
const named = (view: View, speakerId: string) => (view === 'named' ? { speakerId } : {});

/**
 * What an event of the engine means on the feed. Everything is picked field by field: what a later version of
 * an event carries is not told before somebody decided so.
 *
 * @returns `undefined` for what is not told: what belongs to no running session, and what is nobody else's business
 */
export function draftOf(event: SesEvent, book: SessionBook): FeedDraft | undefined {
	if (event.type === 'consent') return consentDraft(event, book);
	if (event.type === 'reply') return replyDraft(event, book);
	if (!('sessionId' in event)) return undefined;
	const place = book.place(event.sessionId);
	return place && placedDraft(event, place, book);
}

function consentDraft(event: Extract<SesEvent, { type: 'consent' }>, book: SessionBook): FeedDraft {
	const { at, guildId, action, version, speakerId } = event;
	// Drawn up now: afterwards the book knows them no more.
	const speakers = action === 'withdrawn' ? book.known(guildId, speakerId) : [];
	// A withdrawal has to reach whoever must forget, so it stays; consent that was withdrawn since does not.
	const about = action === 'given' ? [speakerId] : [];
	return {
		type: 'consent',
		at,
		guildId,
		about,
		of: speakerId,
		data: (view) => ({ action, version, speakers, ...named(view, speakerId) }),
	};
}

/** Which rule fired and what it did, not what was said; an answer to a command is its asker's alone. */
function replyDraft(event: Extract<SesEvent, { type: 'reply' }>, book: SessionBook): FeedDraft | undefined {
	const { at, cause: rule, action, ephemeral } = event;
	const place = book.in(event.channelId);
	if (ephemeral || !action || !place) return undefined;
	const { guildId, sessionId, channelId } = place;
	return { type: 'reply', at, guildId, about: [], data: () => ({ sessionId, channelId, rule, action }) };
}

function placedDraft(
	event: Extract<SesEvent, { sessionId: string }>,
	{ sessionId, guildId, channelId }: SessionPlace,
	book: SessionBook,
): FeedDraft | undefined {
	const base = { at: event.at, guildId, about: [] };
	switch (event.type) {
		case 'session': {
			const { status } = event;
			return { ...base, type: 'session', data: () => ({ status, sessionId, channelId }) };
		}
		case 'emotion':
		case 'partial': {
			const { speakerId, utteranceId, startMs, endMs, label, unsureReason, confidence, valence, arousal } = event;
			const { probabilities, dominantSound } = event;
			const speaker = book.pseudonym(sessionId, speakerId);
			const data = {
				sessionId,
				channelId,
				speaker,
				utteranceId,
				startMs,
				endMs,
				label,
				...(unsureReason && { unsureReason }),
				confidence,
				valence,
				arousal,
				probabilities: { ...probabilities },
				...(dominantSound && { dominantSound }),
			};
			const theirs = { ...base, about: [speakerId], of: speakerId };
			if (event.type === 'emotion') {
				return { ...theirs, type: 'emotion', data: (view) => ({ ...data, ...named(view, speakerId) }) };
			}
			const { sequence } = event;
			return { ...theirs, type: 'partial', data: (view) => ({ ...data, sequence, ...named(view, speakerId) }) };
		}
		case 'heat': {
			const { state, score, contributors } = event;
			const reasons = event.reasons.map(({ code, points, text }) => ({ code, points, text }));
			return { ...base, type: 'heat', data: () => ({ sessionId, channelId, state, score, contributors, reasons }) };
		}
		case 'alert': {
			const { alertId, mode, held, score, contributors } = event;
			const reasons = event.reasons.map(({ code, points, text }) => ({ code, points, text }));
			const data = { alertId, sessionId, channelId, mode, ...(held && { held }), score, contributors, reasons };
			return { ...base, type: 'alert', data: () => data };
		}
		case 'health': {
			const { ignoredPackets, malformedPackets, queueDepth, droppedUtterances } = event;
			const members = event.members.map((member) => ({
				...member,
				speaker: book.pseudonym(sessionId, member.speakerId),
			}));
			const rest = { total: { ...event.total }, ignoredPackets, malformedPackets, queueDepth };
			return {
				...base,
				type: 'health',
				about: members.map(({ speakerId }) => speakerId),
				data: (view) => ({
					sessionId,
					channelId,
					speakers: members.map(({ speakerId, ...member }) => ({ ...member, ...named(view, speakerId) })),
					...rest,
					droppedUtterances: { ...droppedUtterances },
				}),
			};
		}
		default:
			return undefined;
	}
}
