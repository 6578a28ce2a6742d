import { describe, expect, it } from 'vitest';
import { parseChannels, parseDuration, parseLabels } from '../../../src/app/terminal/option-parsers.ts';
import { bar, clockTime, duration, meter, printable, signed, table } from '../../../src/app/terminal/text.ts';

describe('text', () => {
	it.each([
		[0, '0:00.0'],
		[7449, '0:07.4'],
		[59_960, '1:00.0'],
		[3_723_000, '1:02:03.0'],
	])('tells the time %i ms', (ms, expected) => expect(clockTime(ms)).toBe(expected));

	it.each([
		[900, '0.9 s'],
		[9960, '10 s'],
		[192_400, '3 min 12 s'],
		[7_500_000, '2 h 5 min'],
	])('tells how long %i ms are', (ms, expected) => expect(duration(ms)).toBe(expected));

	it('signs numbers, but not nothing', () => {
		expect([0.416, -0.416, 0.004, -0.004].map(signed)).toEqual(['+0.42', '−0.42', '0.00', '0.00']);
	});

	it('draws bars to an eighth and meters to a half', () => {
		expect(bar(0.5, 3)).toBe('█▌');
		expect(bar(7, 3)).toBe('███');
		expect(meter(0.5, 3)).toEqual({ filled: '━╸', rest: '─' });
		expect(meter(-1, 2)).toEqual({ filled: '', rest: '──' });
	});

	it('aligns by what is seen, not by colour codes', () => {
		expect(
			table(
				[{ title: 'a' }, { title: 'n', align: 'right' }],
				[
					['\u001b[31mred\u001b[39m', '7'],
					['b', '12'],
				],
			),
		).toEqual(['a     n', '\u001b[31mred\u001b[39m   7', 'b    12']);
	});

	it('defuses names that would steer the terminal', () => {
		expect(printable('a\u001b[2Jb\n\u009bc')).toBe('a\ufffd[2Jb\ufffd\ufffdc');
	});
});

describe('options', () => {
	it.each([
		['90', 90_000],
		['250ms', 250],
		['1.5m', 90_000],
		['2h', 7_200_000],
	])('takes the duration %s', (text, expected) => expect(parseDuration(text)).toBe(expected));

	it.each(['', '-1', '0', '5 days', '1e3'])('refuses the duration %j', (text) => {
		expect(() => parseDuration(text)).toThrow(/90s/);
	});

	it('takes channels by number and by side', () => {
		expect(parseChannels('right, 0,1')).toEqual([0, 1]);
		expect(() => parseChannels('middle')).toThrow(/left or right/);
		expect(() => parseChannels('-1')).toThrow();
		expect(() => parseChannels('')).toThrow();
	});

	it('takes labels and names the one that is none', () => {
		expect(parseLabels('calm, anger,calm')).toEqual(['calm', 'anger']);
		expect(() => parseLabels('calm,angry')).toThrow('"angry"');
	});
});
