import { describe, expect, it } from 'vitest';
import { explained, tooLong } from '../../../src/audio/files/faults.ts';
import { shortfall, UnreadableError } from '../../../src/audio/files/source.ts';

describe('what goes wrong with a recording', () => {
	it('is its own fault where it cannot be read, and the disk’s where that cannot', () => {
		const damaged = new UnreadableError('it ends amid a page');
		expect(explained(damaged, 'talk.ogg', 'Ogg/Opus')).toMatchObject({
			code: 'SES_AUDIO_CORRUPT',
			message: expect.stringMatching(/talk\.ogg.*Ogg\/Opus.*it ends amid a page/),
			cause: damaged,
		});
		const disk = Object.assign(new Error('EIO: i/o error, read'), { syscall: 'read', code: 'EIO' });
		expect(explained(disk, 'talk.ogg', 'Ogg/Opus')).toMatchObject({
			code: 'SES_AUDIO_UNREADABLE',
			message: expect.stringContaining('EIO'),
			cause: disk,
		});
	});

	it('is handed on as it is where nobody knows of it', () => {
		const bug = new TypeError('undefined is not a function');
		expect(explained(bug, 'talk.ogg', 'Ogg/Opus')).toBe(bug);
		expect(explained('text', 'talk.ogg', 'Ogg/Opus')).toBe('text');
	});

	it.each([
		[1500, '1.5 s'],
		[59_900, '59.9 s'],
		[60_000, '1 min'],
		[3_599_000, '60 min'],
		[3_600_000, '1 h'],
		[5_400_000, '1.5 h'],
	])('is told of a limit of %i ms as of %s', (ms, limit) => {
		expect(tooLong('talk.ogg', ms)).toMatchObject({
			code: 'SES_AUDIO_TOO_LONG',
			message: expect.stringContaining(limit),
		});
	});

	it('is a word on what is missing, unless that is hardly anything', () => {
		expect(shortfall(9000, 9199)).toBeUndefined();
		expect(shortfall(9000, 9200)).toBe('9.0 s of 9.2 s are there');
	});
});
