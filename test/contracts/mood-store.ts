import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMOTIONS, type MoodEntry, type MoodStore, type Probabilities } from '../../src/domain/index.ts';

export interface MoodStoreUnderTest extends AsyncDisposable {
	readonly moods: MoodStore;
}

/** Recent, so that no retention stands in the way. */
const NOON = Date.now() - 60 * 60 * 1000;

/** An entry whose every field differs from its neighbours'. */
export function moodEntry(index: number, changes: Partial<MoodEntry> = {}): MoodEntry {
	const weights = EMOTIONS.map((_, position) => 1 + ((index * 7 + position * 3) % 11));
	const sum = weights.reduce((total, weight) => total + weight, 0);
	const probabilities = Object.fromEntries(
		EMOTIONS.map((emotion, position) => [emotion, (weights[position] ?? 0) / sum]),
	) as Probabilities;
	return {
		guildId: 'guild-a',
		channelId: `channel-${index % 3}`,
		sessionId: `session-${index % 2}`,
		speakerId: 'user-1',
		utteranceId: `utterance-${index}`,
		at: NOON + index * 1000,
		startMs: index * 1000,
		endMs: index * 1000 + 1234.5,
		label: index % 5 === 0 ? 'unsure' : (EMOTIONS[index % EMOTIONS.length] ?? 'calm'),
		confidence: Math.max(...Object.values(probabilities)),
		probabilities,
		valence: Math.sin(index),
		arousal: Math.cos(index),
		quality: { durationMs: 1234.5, levelDb: -20.25 - index, clippedShare: 0.001, lossShare: 1 / 3, snrDb: 17 },
		...changes,
	};
}

/** What every {@link MoodStore} must do; each adapter runs it. */
export function moodStoreContract(adapter: string, open: () => Promise<MoodStoreUnderTest>): void {
	describe(`MoodStore contract: ${adapter}`, () => {
		let store: MoodStoreUnderTest;
		let moods: MoodStore;
		const all = (guildId = 'guild-a', userId = 'user-1') =>
			moods.list({ guildId, userId, from: 0, to: Number.MAX_SAFE_INTEGER });
		const recordAll = (entries: readonly MoodEntry[]) => Promise.all(entries.map((entry) => moods.record(entry)));
		const entries = (count: number, changes: Partial<MoodEntry> = {}) =>
			Array.from({ length: count }, (_, index) => moodEntry(index, changes));

		beforeEach(async () => {
			store = await open();
			moods = store.moods;
		});
		afterEach(() => store[Symbol.asyncDispose]());

		it('gives back what was recorded, to the last digit', async () => {
			const recorded = entries(12);
			await recordAll(recorded);
			expect(await all()).toEqual(recorded);
		});

		it('gives back for a chart what a chart shows, contested or not', async () => {
			await recordAll(entries(12).toReversed());
			await moods.contest('guild-a', 'user-1', 'utterance-4', 'calm');
			const query = { guildId: 'guild-a', userId: 'user-1', from: NOON + 2000, to: NOON + 9000 };
			const listed = await moods.list(query);
			const charted = (await moods.listForChart?.(query)) ?? [];
			expect(charted).toHaveLength(7);
			for (const [index, entry] of charted.entries()) expect(listed[index]).toMatchObject(entry);
			expect(charted[2]?.contested).toBe('calm');
			const shown = ['at', 'channelId', 'label', 'startMs', 'endMs', 'confidence', 'valence', 'arousal'];
			for (const entry of charted) expect(Object.keys(entry)).toEqual(expect.arrayContaining(shown));
		});

		it('gives back the oldest first, in whatever order it was recorded', async () => {
			const recorded = entries(30);
			await recordAll(recorded.toReversed());
			expect(await all()).toEqual(recorded);
		});

		it('keeps ids of any length and script', async () => {
			const odd = moodEntry(1, { channelId: '', sessionId: 'Gespräch 🎙', utteranceId: 'x'.repeat(500) });
			await moods.record(odd);
			expect(await all()).toEqual([odd]);
		});

		it('keeps a silent level of −∞ dB', async () => {
			const silent = moodEntry(1, {
				quality: { durationMs: 600, levelDb: Number.NEGATIVE_INFINITY, clippedShare: 0, lossShare: 1, snrDb: 0 },
			});
			await moods.record(silent);
			expect(await all()).toEqual([silent]);
		});

		it('includes `from` and excludes `to`', async () => {
			await recordAll(entries(5));
			const some = await moods.list({ guildId: 'guild-a', userId: 'user-1', from: NOON + 1000, to: NOON + 3000 });
			expect(some.map((entry) => entry.utteranceId)).toEqual(['utterance-1', 'utterance-2']);
		});

		it('counts an utterance once, its last reading', async () => {
			const [first, corrected] = [moodEntry(3), moodEntry(3, { label: 'calm', confidence: 1 })];
			await moods.record(first);
			await moods.record(corrected);
			expect(await all()).toEqual([corrected]);
			await moods.record(first);
			expect(await all()).toEqual([first]);
		});

		it('keeps utterances of one moment apart', async () => {
			await recordAll([0, 1, 2, 3].map((index) => moodEntry(index, { at: NOON })));
			expect(await all()).toHaveLength(4);
		});

		it('keeps communities and members apart', async () => {
			await recordAll([moodEntry(1), moodEntry(2, { speakerId: 'user-2' }), moodEntry(3, { guildId: 'guild-b' })]);
			expect((await all()).map((entry) => entry.utteranceId)).toEqual(['utterance-1']);
			expect((await all('guild-a', 'user-2')).map((entry) => entry.utteranceId)).toEqual(['utterance-2']);
			expect((await all('guild-b')).map((entry) => entry.utteranceId)).toEqual(['utterance-3']);
			expect(await all('guild-b', 'user-2')).toEqual([]);
		});

		it('erases a member, written or not, and nobody else', async () => {
			await recordAll(entries(150));
			await all();
			await recordAll(entries(3, { sessionId: 'later' }));
			await recordAll(entries(4, { speakerId: 'user-2' }));
			await recordAll(entries(5, { guildId: 'guild-b' }));

			expect(await moods.erase('guild-a', 'user-1')).toBe(153);
			expect(await all()).toEqual([]);
			expect(await all('guild-a', 'user-2')).toHaveLength(4);
			expect(await all('guild-b')).toHaveLength(5);
			expect(await moods.erase('guild-a', 'user-1')).toBe(0);
		});

		it('never brings an erased entry back, and keeps what is recorded after', async () => {
			// Enough for a batch to be under way when the erasure comes.
			const recording = recordAll(entries(250));
			const erasing = moods.erase('guild-a', 'user-1');
			const after = moodEntry(1000);
			await Promise.all([recording, moods.record(after), erasing]);
			expect(await all()).toEqual([after]);
			await new Promise((resolve) => setTimeout(resolve, 400));
			expect(await all()).toEqual([after]);
		});

		it('purges what is older than a moment, whoever it belongs to', async () => {
			await recordAll(entries(10));
			await recordAll(entries(10, { speakerId: 'user-2' }));
			expect(await moods.purge(NOON + 4000)).toBe(8);
			expect(await moods.purge(NOON + 4000)).toBe(0);
			expect((await all()).map((entry) => entry.at)).toEqual([4, 5, 6, 7, 8, 9].map((index) => NOON + index * 1000));
			expect(await all('guild-a', 'user-2')).toHaveLength(6);
		});

		it('purges one community of what is older than a moment, and no other', async () => {
			await recordAll(entries(6));
			await recordAll(entries(6, { guildId: 'guild-b' }));
			expect(await moods.purgeGuild('guild-a', NOON + 4000)).toBe(4);
			expect(await moods.purgeGuild('guild-c', NOON + 4000)).toBe(0);
			expect((await all()).map((entry) => entry.at)).toEqual([NOON + 4000, NOON + 5000]);
			expect(await all('guild-b')).toHaveLength(6);
		});

		it('takes a member in again after everything of theirs was purged', async () => {
			await recordAll(entries(2));
			expect(await moods.purge(NOON + 60_000)).toBe(2);
			const later = moodEntry(90);
			await moods.record(later);
			expect(await all()).toEqual([later]);
		});

		it('keeps what a member says that it was, beside what was read', async () => {
			await recordAll(entries(3));
			expect(await moods.contest('guild-a', 'user-1', 'utterance-1', 'calm')).toBe(true);
			expect(await all()).toEqual([moodEntry(0), { ...moodEntry(1), contested: 'calm' }, moodEntry(2)]);

			expect(await moods.contest('guild-a', 'user-1', 'utterance-1', 'sadness')).toBe(true);
			expect((await all())[1]).toEqual({ ...moodEntry(1), contested: 'sadness' });

			expect(await moods.contest('guild-a', 'user-1', 'utterance-1', undefined)).toBe(true);
			expect(await all()).toEqual(entries(3));
		});

		it("contests nobody else's entry, and none that is not there", async () => {
			await recordAll([moodEntry(1), moodEntry(2, { speakerId: 'user-2' }), moodEntry(3, { guildId: 'guild-b' })]);
			for (const utterance of ['utterance-2', 'utterance-3', 'utterance-4']) {
				expect(await moods.contest('guild-a', 'user-1', utterance, 'calm')).toBe(false);
			}
			expect(await moods.contest('guild-a', 'user-3', 'utterance-1', 'calm')).toBe(false);
			expect(await all('guild-a', 'user-2')).toEqual([moodEntry(2, { speakerId: 'user-2' })]);
		});

		it('keeps what a member said of an entry that is recorded again', async () => {
			await moods.record(moodEntry(3));
			await moods.contest('guild-a', 'user-1', 'utterance-3', 'calm');
			await moods.record(moodEntry(3, { confidence: 1 }));
			expect(await all()).toEqual([moodEntry(3, { confidence: 1, contested: 'calm' })]);
		});

		it('keeps a label that came contested', async () => {
			const contested = moodEntry(3, { contested: 'unsure' });
			await moods.record(contested);
			expect(await all()).toEqual([contested]);
		});

		it('finds a contested entry among very many', async () => {
			await recordAll(entries(2500));
			for (const utterance of ['utterance-0', 'utterance-1234', 'utterance-2499']) {
				expect(await moods.contest('guild-a', 'user-1', utterance, 'fear')).toBe(true);
			}
			const contested = (await all()).filter((entry) => entry.contested !== undefined);
			expect(contested.map((entry) => entry.utteranceId)).toEqual(['utterance-0', 'utterance-1234', 'utterance-2499']);
		});

		it('gives what a community contributed, without saying whose it is', async () => {
			await recordAll([0, 1, 2, 3, 4, 5].map((index) => moodEntry(index, { speakerId: `user-${index % 3}` })));
			await recordAll([moodEntry(6, { guildId: 'guild-b' })]);
			await moods.contest('guild-a', 'user-1', 'utterance-4', 'calm');

			const group = await moods.group({ guildId: 'guild-a', from: 0, to: Number.MAX_SAFE_INTEGER });
			expect(group.map((entry) => entry.utteranceId)).toEqual([0, 1, 2, 3, 4, 5].map((index) => `utterance-${index}`));
			const { guildId: _, speakerId: __, ...expected } = moodEntry(4, { contested: 'calm' });
			expect(group[4]).toEqual({ ...expected, contributor: group[1]?.contributor });
			expect(new Set(group.map((entry) => entry.contributor))).toEqual(new Set([0, 1, 2]));
			for (const [index, entry] of group.entries()) expect(entry.contributor).toBe(group[index % 3]?.contributor);
			expect(JSON.stringify(group)).not.toMatch(/user-|guild-/);
		});

		it('numbers contributors anew each time, and only those who contributed', async () => {
			await recordAll(Array.from({ length: 8 }, (_, index) => moodEntry(index, { speakerId: `user-${index}` })));
			await recordAll([moodEntry(9, { speakerId: 'elsewhere', channelId: 'channel-9' })]);
			const query = { guildId: 'guild-a', from: 0, to: NOON + 8000 };
			const orders = new Set<string>();
			for (let time = 0; time < 20; time++) {
				const numbers = (await moods.group(query)).map((entry) => entry.contributor);
				expect(numbers.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
				orders.add(numbers.join());
			}
			// 8! orders: that all twenty are alike by chance is out of the question.
			expect(orders.size).toBeGreaterThan(1);
		});

		it('gives one channel, from a moment up to another', async () => {
			await recordAll(Array.from({ length: 12 }, (_, index) => moodEntry(index, { speakerId: `user-${index % 2}` })));
			const query = { guildId: 'guild-a', channelId: 'channel-1', from: NOON + 4000, to: NOON + 10_000 };
			const group = await moods.group(query);
			expect(group.map((entry) => entry.utteranceId)).toEqual(['utterance-4', 'utterance-7']);
			expect(new Set(group.map((entry) => entry.contributor))).toEqual(new Set([0, 1]));
			expect(await moods.group({ ...query, guildId: 'guild-b' })).toEqual([]);
			expect(await moods.group({ ...query, channelId: 'channel-9' })).toEqual([]);
		});

		it('leaves nothing of an erased member in the group', async () => {
			await recordAll([moodEntry(1), moodEntry(2, { speakerId: 'user-2' })]);
			await moods.erase('guild-a', 'user-1');
			const group = await moods.group({ guildId: 'guild-a', from: 0, to: Number.MAX_SAFE_INTEGER });
			expect(group.map((entry) => entry.utteranceId)).toEqual(['utterance-2']);
		});
	});
}
