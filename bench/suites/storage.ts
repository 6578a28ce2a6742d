import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MoodEntry } from '../../src/domain/index.ts';
import { openStore, type Store } from '../../src/storage/index.ts';
import type { Suite } from '../harness/index.ts';
import { RawMoodReader, RawMoodWriter } from '../support/raw-moods.ts';
import { newUtterance, resultOf } from '../support/utterance.ts';

const DAY_MS = 86_400_000;
const SPEAKERS = 8;
/** The size at which the store's writer goes to the disk by itself. */
const BATCH = 100;
const MEMBER = 'reader';

/** Only its length matters: what is stored holds no audio. */
const PCM = new Int16Array(48_000);

const entry = (at: number, speakerId: string): MoodEntry => {
	const { model: _, ...kept } = resultOf(newUtterance(PCM, SPEAKERS), 0.3);
	return { ...kept, speakerId, guildId: 'guild', channelId: 'channel', at };
};

/** A month of one member. @returns where it begins and ends */
async function fillMonth(store: Store, entries: number): Promise<{ readonly from: number; readonly to: number }> {
	const to = Date.now();
	const from = to - 29 * DAY_MS;
	for (let index = 0; index < entries; index++) {
		await store.moods.record(entry(Math.floor(from + ((to - from) * index) / entries), MEMBER));
	}
	await store.flush();
	return { from, to };
}

/** Moods in SQLite on disk, encrypted, beside the same rows through node:sqlite alone. */
export const storage: Suite = {
	name: 'storage',
	about: 'a mood recorded and a month of moods listed, beside raw node:sqlite',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const directory = await mkdtemp(join(tmpdir(), 'ses-bench-'));
		stack.defer(() => rm(directory, { recursive: true, force: true }));
		const fresh = (name: string): Promise<Store> =>
			openStore({ file: join(directory, name), key: randomBytes(32).toString('hex') });

		const months = stack.use(await fresh('month.sqlite'));
		const monthEntries = scale === 'full' ? 1500 : 50;
		const { from, to } = await fillMonth(months, monthEntries);
		const reader = stack.use(new RawMoodReader(join(directory, 'month.sqlite')));

		const written = stack.use(await fresh('written.sqlite'));
		const writer = stack.use(new RawMoodWriter(join(directory, 'raw.sqlite'), reader.tableSql, reader.entryBytes));
		let at = Date.now();

		const running = stack.move();
		return {
			comparisons: [
				{
					id: 'storage/record',
					per: 'entry',
					// Both wait for the disk once a batch; how long is the disk's affair.
					clock: 'cpu',
					units: BATCH,
					ours: {
						name: 'MoodStore record and flush',
						asyncWork: async () => {
							for (let index = 0; index < BATCH; index++) {
								at += 1000;
								await written.moods.record(entry(at, `speaker-${index % SPEAKERS}`));
							}
							await written.flush();
						},
					},
					reference: {
						name: 'node:sqlite insert, one transaction',
						kind: 'floor',
						work: () => writer.insert(BATCH, SPEAKERS),
					},
				},
				{
					id: 'storage/list-month',
					per: 'entry',
					clock: 'cpu',
					units: monthEntries,
					ours: {
						name: 'MoodStore list',
						asyncWork: async () => {
							const listed = await months.moods.list({ guildId: 'guild', userId: MEMBER, from, to });
							if (listed.length !== monthEntries) throw new Error(`${listed.length} entries were listed.`);
						},
					},
					reference: {
						name: 'node:sqlite select, still sealed',
						kind: 'floor',
						work: () => {
							const listed = reader.list(from, to);
							if (listed !== monthEntries) throw new Error(`${listed} rows were selected.`);
						},
					},
				},
			],
			skipped: [],
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
