/** What a file's first bytes say it is. `foreign`: a format that is left to ffmpeg. */
export type Sniffed =
	| { readonly kind: 'wav' }
	| { readonly kind: 'ogg-opus' }
	| { readonly kind: 'foreign'; readonly format: string };

/** How much of a file's beginning {@link sniff} wants to see. */
export const SNIFF_BYTES = 4096;

interface Magic {
	readonly format: string;
	readonly at: number;
	readonly bytes: string;
}

const MAGICS: readonly Magic[] = [
	{ format: 'FLAC', at: 0, bytes: 'fLaC' },
	{ format: 'MP3', at: 0, bytes: 'ID3' },
	{ format: 'MP4/M4A', at: 4, bytes: 'ftyp' },
	{ format: 'AIFF', at: 0, bytes: 'FORM' },
	{ format: 'big-endian WAV', at: 0, bytes: 'RIFX' },
	{ format: 'Wave64', at: 0, bytes: 'riff' },
	{ format: 'AU', at: 0, bytes: '.snd' },
	{ format: 'CAF', at: 0, bytes: 'caff' },
	{ format: 'WebM/Matroska', at: 0, bytes: '\x1a\x45\xdf\xa3' },
	{ format: 'WMA', at: 0, bytes: '\x30\x26\xb2\x75' },
	{ format: 'AMR', at: 0, bytes: '#!AMR' },
	{ format: 'WavPack', at: 0, bytes: 'wvpk' },
	{ format: "Monkey's Audio", at: 0, bytes: 'MAC ' },
	{ format: 'AVI', at: 8, bytes: 'AVI ' },
];

/** Tells a recording's format by its content: endings lie, and voice messages often have none. */
export function sniff(head: Buffer): Sniffed | undefined {
	const has = (at: number, bytes: string): boolean => head.toString('latin1', at, at + bytes.length) === bytes;
	if ((has(0, 'RIFF') || has(0, 'RF64') || has(0, 'BW64')) && has(8, 'WAVE')) return { kind: 'wav' };
	if (has(0, 'OggS')) return sniffOgg(head);
	const magic = MAGICS.find(({ at, bytes }) => has(at, bytes));
	if (magic) return { kind: 'foreign', format: magic.format };
	return sniffMpeg(head);
}

/** The first packet of each logical stream names its codec; all of these pages stand at the front. */
function sniffOgg(head: Buffer): Sniffed {
	if (head.includes('OpusHead')) return { kind: 'ogg-opus' };
	if (head.includes('\x01vorbis', 0, 'latin1')) return { kind: 'foreign', format: 'Ogg/Vorbis' };
	if (head.includes('\x7fFLAC', 0, 'latin1')) return { kind: 'foreign', format: 'Ogg/FLAC' };
	if (head.includes('Speex   ')) return { kind: 'foreign', format: 'Ogg/Speex' };
	return { kind: 'foreign', format: 'Ogg' };
}

/** MPEG audio without a tag begins with its frame header: 11 set bits, then version and layer. */
function sniffMpeg(head: Buffer): Sniffed | undefined {
	if (head.length < 4 || head[0] !== 0xff || ((head[1] as number) & 0xe0) !== 0xe0) return undefined;
	const version = ((head[1] as number) >> 3) & 3;
	const layer = ((head[1] as number) >> 1) & 3;
	// Version 1 is reserved; layer 3 is Layer I, which nobody has, but UTF-16 text begins like it.
	if (version === 1 || layer === 3) return undefined;
	if (layer === 0) return ((head[1] as number) & 0xf0) === 0xf0 ? { kind: 'foreign', format: 'AAC' } : undefined;
	const bitrateIndex = (head[2] as number) >> 4;
	const rateIndex = ((head[2] as number) >> 2) & 3;
	return bitrateIndex === 15 || rateIndex === 3 ? undefined : { kind: 'foreign', format: 'MP3' };
}
