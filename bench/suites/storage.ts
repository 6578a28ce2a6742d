import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MoodEntry } from '../../src/domain/index.ts';
import { openStore, type Store } from '../../src/storage/index.ts';
import type { Suite } from '../harness/index.ts';
import { DeletionBench, fillMonth, HEAVIEST } from '../support/million-moods.ts';
import { RawMoodReader, RawMoodWriter } from '../support/raw-moods.ts';
import { newUtterance, resultOf } from '../support/utterance.ts';

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

/** Moods in SQLite on disk, encrypted, beside the same rows through node:sqlite alone. */
export const storage: Suite = {
	name: 'storage',
	about: 'moods recorded, a month of them listed among a million, a heavy member erased, beside raw node:sqlite',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const directory = await mkdtemp(join(tmpdir(), 'ses-bench-'));
		stack.defer(() => rm(directory, { recursive: true, force: true }));
		const fresh = (name: string): Promise<Store> =>
			openStore({ file: join(directory, name), key: randomBytes(32).toString('hex') });

		const months = stack.use(await fresh('month.sqlite'));
		const monthEntries = scale === 'full' ? 1500 : 50;
		const { from, to } = await fillMonth(months, monthEntries, (at) => entry(at, MEMBER));
		const reader = stack.use(new RawMoodReader(join(directory, 'month.sqlite')));

		const written = stack.use(await fresh('written.sqlite'));
		const writer = stack.use(new RawMoodWriter(join(directory, 'raw.sqlite'), reader.tableSql, reader.entryBytes));
		let at = Date.now();

		const { members, each } = scale === 'full' ? { members: 100, each: 10_000 } : { members: 10, each: 10 };
		const million = stack.use(await fresh('million.sqlite'));
		const month = await fillMonth(million, members * each, (time, index) =>
			entry(time, index % members === 0 ? MEMBER : `member-${index % members}`),
		);
		const millionReader = stack.use(new RawMoodReader(join(directory, 'million.sqlite')));

		const heavyEntries = scale === 'full' ? 100_000 : 100;
		// Every eleventh entry is somebody else's.
		const heavyRows = Math.round(heavyEntries * 1.1);
		const heavyKey = randomBytes(32).toString('hex');
		const heavyFile = join(directory, 'heavy.sqlite');
		{
			await using heavy = await openStore({ file: heavyFile, key: heavyKey });
			await fillMonth(heavy, heavyRows, (time, index) => entry(time, index % 11 === 0 ? 'other' : MEMBER));
		}
		const deletion = new DeletionBench(directory, heavyFile, heavyKey);

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
				{
					id: 'storage/month-of-million',
					per: 'month',
					// How long the member waits; the processor's time has V8's collector in it, which runs beside.
					clock: 'wall',
					units: 1,
					ours: {
						name: 'MoodStore listForChart',
						asyncWork: async () => {
							const listed = await million.moods.listForChart({ guildId: 'guild', userId: MEMBER, ...month });
							if (listed.length !== each) throw new Error(`${listed.length} entries were listed.`);
						},
					},
					reference: {
						name: 'node:sqlite select, still sealed',
						kind: 'floor',
						work: () => {
							const listed = millionReader.list(month.from, month.to);
							if (listed !== each) throw new Error(`${listed} rows were selected.`);
						},
					},
				},
				{
					id: 'storage/erase-heavy',
					per: 'member',
					clock: 'cpu',
					units: 1,
					ours: {
						name: 'MoodStore erase',
						clocked: () => deletion.ours(heavyEntries, (store) => store.moods.erase('guild', MEMBER)),
					},
					reference: {
						name: 'node:sqlite delete, one statement',
						kind: 'floor',
						clocked: () => deletion.bare(heavyEntries, HEAVIEST),
					},
				},
				{
					id: 'storage/purge',
					per: 'entry',
					clock: 'cpu',
					units: heavyRows,
					ours: {
						name: 'MoodStore purge',
						clocked: () => deletion.ours(heavyRows, (store) => store.moods.purge(Date.now())),
					},
					reference: {
						name: 'node:sqlite delete, one statement',
						kind: 'floor',
						clocked: () => deletion.bare(heavyRows, 'at > 0'),
					},
				},
			],
			skipped: [],
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
