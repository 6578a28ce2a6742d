import { describe, expect, it } from 'vitest';
import type { SesEvent } from '../../src/domain/index.ts';
import { GroupMoods } from '../../src/web/feed/group-moods.ts';
import { SessionBook } from '../../src/web/feed/index.ts';
import type { FeedData } from '../../src/web/feed/schemas.ts';
import { ADA, emotion, ended, SILENT_LOG, started, withdrawn } from './support.ts';

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
