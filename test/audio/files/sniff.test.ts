import { describe, expect, it } from 'vitest';
import { sniff } from '../../../src/audio/files/sniff.ts';

const bytes = (...parts: (string | number[])[]): Buffer =>
	Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

describe('sniff', () => {
	it.each([
		['RIFF', bytes('RIFF', [0, 0, 0, 0], 'WAVEfmt '), { kind: 'wav' }],
		['RF64', bytes('RF64', [255, 255, 255, 255], 'WAVEds64'), { kind: 'wav' }],
		['AVI is RIFF too', bytes('RIFF', [0, 0, 0, 0], 'AVI LIST'), { kind: 'foreign', format: 'AVI' }],
		['Ogg/Opus', bytes('OggS', new Array(24).fill(0), 'OpusHead'), { kind: 'ogg-opus' }],
		[
			'Ogg/Opus beside another stream',
			bytes('OggS', new Array(60).fill(0), 'fishead', new Array(90).fill(0), 'OpusHead'),
			{ kind: 'ogg-opus' },
		],
		['Ogg/Vorbis', bytes('OggS', new Array(24).fill(0), '\x01vorbis'), { kind: 'foreign', format: 'Ogg/Vorbis' }],
		['Ogg/FLAC', bytes('OggS', new Array(24).fill(0), '\x7fFLAC'), { kind: 'foreign', format: 'Ogg/FLAC' }],
		['Ogg/Speex', bytes('OggS', new Array(24).fill(0), 'Speex   1.2'), { kind: 'foreign', format: 'Ogg/Speex' }],
		[
			'Ogg with a stream that nobody knows',
			bytes('OggS', new Array(24).fill(0), 'CELT'),
			{ kind: 'foreign', format: 'Ogg' },
		],
		['BW64', bytes('BW64', [255, 255, 255, 255], 'WAVEds64'), { kind: 'wav' }],
		['FLAC', bytes('fLaC'), { kind: 'foreign', format: 'FLAC' }],
		['MP3 with a tag', bytes('ID3', [4, 0, 0]), { kind: 'foreign', format: 'MP3' }],
		['MP3 without', bytes([0xff, 0xfb, 0x90, 0x64]), { kind: 'foreign', format: 'MP3' }],
		['AAC', bytes([0xff, 0xf1, 0x50, 0x80]), { kind: 'foreign', format: 'AAC' }],
		['M4A', bytes([0, 0, 0, 32], 'ftypM4A '), { kind: 'foreign', format: 'MP4/M4A' }],
		['MPEG of a version that there is not', bytes([0xff, 0xeb, 0x90, 0x64]), undefined],
		['MPEG of a rate that there is not', bytes([0xff, 0xfb, 0x9c, 0x64]), undefined],
		['MPEG of a bitrate that there is not', bytes([0xff, 0xfb, 0xf0, 0x64]), undefined],
		['UTF-16 text', bytes([0xff, 0xfe, 0x41, 0x00]), undefined],
		['text', bytes('Dear diary'), undefined],
		['hardly anything', bytes([0xff]), undefined],
	] as const)('%s', (_, head, expected) => {
		expect(sniff(head)).toEqual(expected);
	});
});
