import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type AsyncZippable, strToU8, zip } from 'fflate';
import type { AlertRecord, AuditEntry, ConsentRecord, MoodEntry } from '../../../domain/index.ts';
import { MOOD_CSV_HEADER, moodCsvLine } from './csv.ts';

/** All that is kept of a member in a community. */
export interface PersonalData {
	readonly consent: ConsentRecord | undefined;
	/** Oldest first. */
	readonly moods: readonly MoodEntry[];
	/** Alerts that rest on the member's speech among others'. */
	readonly alerts: readonly AlertRecord[];
	/** What the member did as a moderator. */
	readonly audit: readonly AuditEntry[];
}

export interface ArchiveOptions {
	/** What the files are, in the member's language. */
	readonly readme: string;
	/** Of one file. */
	readonly mostBytes: number;
	/** At most so many in one file. */
	readonly entriesPerPart?: number;
	channelName(channelId: string): string | undefined;
}

export interface Archive {
	readonly name: string;
	readonly bytes: Buffer;
}

/** Some 330 bytes an entry once compressed, so that a part stays well below Discord's 10 MiB. */
export const ENTRIES_PER_PART = 20_000;
/** Written in one go; the event loop that receives voice is not held up for longer. */
const ENTRIES_AT_ONCE = 250;
const NAME = 'speech-emotion-sense';
/** Compresses in a thread of its own. */
const zipped = promisify<AsyncZippable, Uint8Array>(zip);

/** Writes all of it as zip archives of JSON and CSV, in as many parts as it takes; the first holds what is not moods. */
export async function archivesOf(data: PersonalData, options: ArchiveOptions): Promise<Archive[]> {
	const general = {
		'README.txt': strToU8(options.readme),
		'consent.json': json(data.consent ?? null),
		// Who else took part is theirs to know.
		'alerts.json': json(data.alerts.map(({ speakers: _, heat: __, ...alert }) => alert)),
		'moderation.json': json(data.audit),
	};
	const parts: Buffer[] = [];
	const add = async (moods: readonly MoodEntry[]): Promise<void> => {
		const bytes = await zipOf(moods, parts.length === 0 ? general : {}, options);
		const middle = Math.ceil(moods.length / 2);
		if (bytes.length <= options.mostBytes || moods.length < 2) {
			parts.push(bytes);
			return;
		}
		await add(moods.slice(0, middle));
		await add(moods.slice(middle));
	};
	const { entriesPerPart = ENTRIES_PER_PART } = options;
	for (let from = 0; from === 0 || from < data.moods.length; from += entriesPerPart) {
		await add(data.moods.slice(from, from + entriesPerPart));
	}
	return parts.map((bytes, index) => ({
		name: parts.length > 1 ? `${NAME}-${index + 1}-of-${parts.length}.zip` : `${NAME}.zip`,
		bytes,
	}));
}

const json = (value: unknown): Uint8Array => strToU8(`${JSON.stringify(value, undefined, '\t')}\n`);

async function zipOf(moods: readonly MoodEntry[], general: AsyncZippable, options: ArchiveOptions): Promise<Buffer> {
	const [jsonPieces, csvPieces]: [string[], string[]] = [[], [MOOD_CSV_HEADER]];
	for (let from = 0; from < moods.length; from += ENTRIES_AT_ONCE) {
		const some = moods.slice(from, from + ENTRIES_AT_ONCE);
		jsonPieces.push(some.map((entry) => JSON.stringify(entry)).join(',\n'));
		csvPieces.push(some.map((entry) => moodCsvLine(entry, options.channelName(entry.channelId))).join(''));
		await nextTurn();
	}
	const files: AsyncZippable = {
		...general,
		'moods.json': strToU8(`[\n${jsonPieces.join(',\n')}\n]\n`),
		// Spreadsheets take a file for UTF-8 by its byte order mark.
		'moods.csv': strToU8(`\uFEFF${csvPieces.join('')}`),
	};
	return Buffer.from(await zipped(files));
}
