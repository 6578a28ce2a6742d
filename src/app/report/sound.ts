import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { extname, relative, resolve, sep } from 'node:path';
import { SesError } from '../../domain/index.ts';
import type { Sound } from './html/call-page.ts';

/** What browsers play as it is, small enough to be put into a page. */
const PLAYABLE: Readonly<Record<string, string>> = {
	'.opus': 'audio/ogg',
	'.ogg': 'audio/ogg',
	'.mp3': 'audio/mpeg',
	'.m4a': 'audio/mp4',
	'.wav': 'audio/wav',
};
const SMALL_BYTES = 8 * 2 ** 20;
/** Above this a page is too large for most browsers to open. */
const LARGEST_BYTES = 96 * 2 ** 20;
const KBITS = '24k';

/** The recording where it lies, as a path from the folder of the page. */
export function linkedSound(file: string, folder: string): Sound {
	const path = relative(folder, resolve(file)).split(sep).map(encodeURIComponent).join('/');
	return { source: path, isEmbedded: false };
}

/**
 * The recording as part of the page: as it is when it is small, else as Opus, which ffmpeg makes without any file.
 *
 * @throws {SesError} `SES_USAGE` when it is too large and there is no ffmpeg
 */
export async function embeddedSound(file: string, signal?: AbortSignal): Promise<Sound> {
	const { size } = await stat(file);
	const type = PLAYABLE[extname(file).toLowerCase()];
	const isSmall = type !== undefined && size <= SMALL_BYTES;
	const bytes = isSmall ? await readFile(file) : await toOpus(file, signal);
	if (!bytes || bytes.length > LARGEST_BYTES) {
		const reason = bytes ? 'it is too long to be part of a page' : 'it takes ffmpeg to make it small enough';
		throw new SesError('SES_USAGE', { reason: `${file}: --embed-audio: ${reason}.` });
	}
	return { source: `data:${isSmall ? type : 'audio/ogg'};base64,${bytes.toString('base64')}`, isEmbedded: true };
}

/** @returns `undefined` where ffmpeg is missing or fails */
async function toOpus(file: string, signal: AbortSignal | undefined): Promise<Buffer | undefined> {
	const input = ['-protocol_whitelist', 'file', '-i', `file:${resolve(file)}`];
	const output = ['-map', '0:a:0', '-vn', '-c:a', 'libopus', '-b:a', KBITS, '-f', 'ogg', 'pipe:1'];
	const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...input, ...output], {
		stdio: ['ignore', 'pipe', 'ignore'],
		...(signal && { signal }),
	});
	const parts: Buffer[] = [];
	child.stdout.on('data', (part: Buffer) => parts.push(part));
	try {
		const [code] = (await once(child, 'close')) as [number | null];
		return code === 0 ? Buffer.concat(parts) : undefined;
	} catch {
		signal?.throwIfAborted();
		return undefined;
	}
}
