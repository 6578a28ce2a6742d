import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workplace extends AsyncDisposable {
	readonly folder: string;
	readonly file: string;
	readonly keyFile: string;
	/** Everything that lies on the disk for the database: tables, log, index of the log. */
	rawBytes(): Promise<Buffer>;
}

/** A folder of its own for one store, gone afterwards. */
export async function workplace(): Promise<Workplace> {
	const folder = await mkdtemp(join(tmpdir(), 'ses-storage-'));
	const file = join(folder, 'ses.sqlite');
	return {
		folder,
		file,
		keyFile: join(folder, 'ses.key'),
		async rawBytes() {
			const names = (await readdir(folder)).filter((name) => name.startsWith('ses.sqlite'));
			return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))));
		},
		[Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
	};
}

/** Every form in which an id could stand in a file. */
export const formsOf = (id: string): Buffer[] => {
	const asInteger = Buffer.alloc(8);
	asInteger.writeBigUInt64BE(BigInt(id));
	return [
		Buffer.from(id),
		Buffer.from(id, 'utf16le'),
		Buffer.from(Buffer.from(id).toString('hex')),
		Buffer.from(Buffer.from(id).toString('base64').slice(0, 20)),
		asInteger,
		Buffer.from(asInteger).reverse(),
	];
};
