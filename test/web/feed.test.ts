import { describe, expect, it } from 'vitest';
import type { ReplyEvent, SesEvent } from '../../src/domain/index.ts';
import { GroupMoods } from '../../src/web/feed/group-moods.ts';
import {
	type ControlMessage,
	draftOf,
	type EncodedEvent,
	Feed,
	type FeedDraft,
	SessionBook,
	type Sink,
	type View,
} from '../../src/web/feed/index.ts';
import { type FeedData, type FeedEvent, feedEventSchema } from '../../src/web/feed/schemas.ts';
import { until } from '../support/until.ts';
import {
	ADA,
	BEN,
	emotion,
	ended,
	HOME,
	health,
	heat,
	LOUNGE,
	OTHER,
	SILENT_LOG,
	started,
	withdrawn,
} from './support.ts';

/** Keeps what it is handed; how much waits is set by hand. */
class Notepad implements Sink {
	bufferedBytes = 0;
	readonly events: FeedEvent[] = [];
	readonly controls: ControlMessage[] = [];
	readonly #drained: (() => void)[] = [];

	event(event: EncodedEvent, view: View): void {
		this.events.push(feedEventSchema.parse(JSON.parse(event.json(view))));
	}
	together(work: () => void): void {
		work();
	}
	control(message: ControlMessage): void {
		this.controls.push(message);
	}
	beat(): void {}
	close(message: ControlMessage): void {
		this.controls.push(message);
	}
	onDrain(callback: () => void): void {
		this.#drained.push(callback);
	}
	drain(): void {
		this.bufferedBytes = 0;
		for (const callback of this.#drained.splice(0)) callback();
	}
	get kinds(): string[] {
		return this.controls.map((message) => (message.type === 'gap' ? `gap ${message.data.reason}` : message.type));
	}
}

const LIMITS = { maxSubscribers: 10, resumeMs: 60_000, maxBufferedBytes: 262_144, heartbeatMs: 60_000 };
const ALL = { view: 'pseudonymous', stillGood: () => true } as const;

const draft = (score: number, guildId = HOME, about: string[] = []): FeedDraft => ({
	type: 'heat',
	at: 1,
	guildId,
	about,
	data: () => ({ sessionId: 's', channelId: LOUNGE, state: 'calm', score, contributors: 1, reasons: [] }),
});
const scores = ({ events }: Notepad): number[] => events.map(({ data }) => (data as FeedData['heat']).score);

describe('the feed', () => {
	it('hands each event to everyone who may and wants to see it, once and in order', () => {
		using feed = new Feed(LIMITS);
		const [all, home, alerts] = [new Notepad(), new Notepad(), new Notepad()];
		feed.subscribe(all, ALL);
		feed.subscribe(home, { ...ALL, guilds: new Set([HOME]) });
		feed.subscribe(alerts, { ...ALL, types: new Set(['alert']) });
		for (const score of [0.1, 0.2]) feed.publish(draft(score));
		feed.publish(draft(0.3, OTHER));
		expect([scores(all), scores(home), scores(alerts)]).toEqual([[0.1, 0.2, 0.3], [0.1, 0.2], []]);
		expect(new Set(all.events.map(({ id }) => id)).size).toBe(3);
		expect(all.kinds).toEqual(['hello']);
	});

	it('serialises an event once for each view, however many read it', () => {
		using feed = new Feed(LIMITS);
		const asked: View[] = [];
		for (const view of ['pseudonymous', 'named', 'pseudonymous', 'named'] as const) {
			feed.subscribe(new Notepad(), { ...ALL, view });
		}
		const { data } = draft(0.1) as Extract<FeedDraft, { type: 'heat' }>;
		feed.publish({
			...(draft(0.1) as Extract<FeedDraft, { type: 'heat' }>),
			data: (view) => {
				asked.push(view);
				return data(view);
			},
		});
		expect(asked.sort()).toEqual(['named', 'pseudonymous']);
	});

	it('carries on from the last event that somebody had', () => {
		using feed = new Feed(LIMITS);
		const before = new Notepad();
		const leave = feed.subscribe(before, ALL);
		feed.publish(draft(0.1));
		leave();
		for (const score of [0.2, 0.3]) feed.publish(draft(score));
		const after = new Notepad();
		feed.subscribe(after, { ...ALL, lastEventId: before.events[0]?.id });
		feed.publish(draft(0.4));
		expect(scores(before)).toEqual([0.1]);
		expect(scores(after)).toEqual([0.2, 0.3, 0.4]);
		expect(after.controls).toMatchObject([{ type: 'hello', data: { resumed: true } }]);
	});

	it('carries on from the greeting, when nothing had happened yet', () => {
		using feed = new Feed(LIMITS);
		feed.publish(draft(0.1));
		const before = new Notepad();
		feed.subscribe(before, ALL)();
		feed.publish(draft(0.2));
		const after = new Notepad();
		const [hello] = before.controls;
		feed.subscribe(after, { ...ALL, lastEventId: hello?.type === 'hello' ? hello.id : '' });
		expect(scores(after)).toEqual([0.2]);
	});

	it('tells of a gap when ids are too old, of another run, or nonsense, and goes on with what there is', () => {
		using feed = new Feed({ ...LIMITS, resumeMs: 0 });
		using another = new Feed(LIMITS);
		const { id: old } = feed.publish(draft(0.1));
		// What is older than no time at all goes once the clock has moved on.
		const begun = performance.now();
		while (performance.now() <= begun + 1);
		feed.publish(draft(0.2));
		while (performance.now() <= begun + 3);
		feed.publish(draft(0.3));
		const other = another.publish(draft(0.9)).id;
		const future = old.replace(/-1$/, '-999');
		const seen = [old, other, future, 'x', ''].map((lastEventId) => {
			const pad = new Notepad();
			feed.subscribe(pad, { ...ALL, lastEventId });
			return pad.kinds;
		});
		expect(seen).toEqual([['hello', 'gap expired'], ...Array(4).fill(['hello', 'gap restarted'])]);
	});

	it('does not hand out again what a member said who withdrew', () => {
		using feed = new Feed(LIMITS);
		const { id } = feed.publish(draft(0.1));
		feed.publish(draft(0.2, HOME, [ADA]));
		feed.publish(draft(0.3, OTHER, [ADA]));
		feed.publish(draft(0.4, HOME, [BEN]));
		feed.withdraw(HOME, ADA);
		const pad = new Notepad();
		feed.subscribe(pad, { ...ALL, lastEventId: id });
		expect(scores(pad)).toEqual([0.3, 0.4]);
		expect(pad.kinds).toEqual(['hello']);
	});

	it('closes who is too slow, and nobody else', () => {
		using feed = new Feed(LIMITS);
		const [slow, quick] = [new Notepad(), new Notepad()];
		feed.subscribe(slow, ALL);
		feed.subscribe(quick, ALL);
		slow.bufferedBytes = LIMITS.maxBufferedBytes + 1;
		for (const score of [0.1, 0.2, 0.3]) feed.publish(draft(score));
		expect(slow.controls.at(-1)).toMatchObject({ type: 'close', data: { code: 4008, reason: 'too-slow' } });
		expect([scores(slow), scores(quick)]).toEqual([[0.1], [0.1, 0.2, 0.3]]);
		expect(feed.stats).toEqual({ subscribers: 1, shed: 1 });
	});

	it('hands out what was missed as fast as it is taken, and what happens meanwhile in its turn', () => {
		using feed = new Feed(LIMITS);
		const { id } = feed.publish(draft(0));
		for (let index = 1; index <= 4; index++) feed.publish(draft(index / 10));
		const pad = new Notepad();
		pad.bufferedBytes = 65_536;
		feed.subscribe(pad, { ...ALL, lastEventId: id });
		feed.publish(draft(0.5));
		expect(scores(pad)).toEqual([]);
		pad.drain();
		feed.publish(draft(0.6));
		expect(scores(pad)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
	});

	it('hands out in lots to a crowd: late ones and those who carry on get each event once, too', async () => {
		using feed = new Feed(LIMITS);
		const crowd = Array.from({ length: 100 }, () => new Notepad());
		for (const pad of crowd) feed.subscribe(pad, ALL);
		const { id } = feed.publish(draft(0.1));
		await until(() => crowd.every((pad) => pad.events.length === 1));
		feed.publish(draft(0.2));
		const gone = feed.publish(draft(0.3, HOME, [ADA]));
		const [late, again] = [new Notepad(), new Notepad()];
		feed.subscribe(late, ALL);
		feed.subscribe(again, { ...ALL, lastEventId: id });
		feed.publish(draft(0.4));
		feed.withdraw(HOME, ADA);
		await until(() => crowd.every((pad) => pad.events.length === 3));
		expect(gone.about).toEqual([ADA]);
		for (const pad of crowd) expect(scores(pad)).toEqual([0.1, 0.2, 0.4]);
		expect(scores(late)).toEqual([0.4]);
		expect(scores(again)).toEqual([0.2, 0.3, 0.4]);
	});

	it('closes connections whose token is not good any more', () => {
		using feed = new Feed(LIMITS);
		let good = true;
		const pad = new Notepad();
		feed.subscribe(pad, { ...ALL, stillGood: () => good });
		feed.review();
		good = false;
		feed.review();
		feed.publish(draft(0.1));
		expect(pad.controls.at(-1)).toMatchObject({ type: 'close', data: { code: 4001 } });
		expect(scores(pad)).toEqual([]);
	});
});

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

describe('the mood of a group', () => {
	const WINDOW_MS = 60_000;
	const FROM = 1_700_000_040_000 - (1_700_000_040_000 % WINDOW_MS);

	const moodOf = async (events: SesEvent[], atLeast = 3): Promise<FeedData['mood'][]> => {
		const book = new SessionBook();
		const told: FeedData['mood'][] = [];
		const options = { windowMs: WINDOW_MS, atLeast: async () => atLeast, log: SILENT_LOG };
		using moods = new GroupMoods(book, { ...options, tell: (_, mood) => void told.push(mood) });
		for (const event of [{ ...started('a'), at: FROM - 1 } as SesEvent, ...events]) {
			book.see(event);
			moods.see(event);
		}
		await moods.tellAll(FROM + WINDOW_MS + 5_000);
		return told;
	};
	const people = (count: number): SesEvent[] =>
		Array.from({ length: count }, (_, index) => emotion('a', `1000000000000000${index}0`, { at: FROM + index }));

	it('is shown when enough contribute', async () => {
		expect(await moodOf(people(3))).toMatchObject([
			{
				status: 'shown',
				contributorsAtLeast: 3,
				labels: { anger: 1 },
				valence: -0.4,
				from: FROM,
				to: FROM + WINDOW_MS,
			},
		]);
	});

	it('is suppressed when too few do, and looks the same when nobody does', async () => {
		const [two, none, five] = [await moodOf(people(2)), await moodOf([]), await moodOf(people(4), 5)];
		expect(two).toEqual(none);
		expect(two).toMatchObject([{ status: 'suppressed', reason: 'too-few-contributors', atLeast: 3 }]);
		expect(five).toMatchObject([{ status: 'suppressed', atLeast: 5 }]);
		expect(JSON.stringify([two, five])).not.toMatch(/valence|labels|contributorsAtLeast/);
	});

	it('counts nobody who withdrew, nor what was said at another time', async () => {
		const late = people(3).map((event) => ({ ...event, at: FROM + WINDOW_MS }) as SesEvent);
		expect(await moodOf([...people(3), withdrawn(ADA)])).toMatchObject([{ status: 'shown' }]);
		expect(await moodOf([...people(3), withdrawn('100000000000000010')])).toMatchObject([{ status: 'suppressed' }]);
		expect(await moodOf(late)).toMatchObject([{ status: 'suppressed' }]);
	});

	it('is gone with the session', async () => {
		expect(await moodOf([...people(3), ended('a')])).toMatchObject([{ status: 'suppressed' }]);
	});
});
