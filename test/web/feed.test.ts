import { describe, expect, it } from 'vitest';
import {
	type ControlMessage,
	type EncodedEvent,
	Feed,
	type FeedDraft,
	type Sink,
	type View,
} from '../../src/web/feed/index.ts';
import { type FeedData, type FeedEvent, feedEventSchema } from '../../src/web/feed/schemas.ts';
import { until } from '../support/until.ts';
import { ADA, BEN, HOME, LOUNGE, OTHER } from './support.ts';

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
