import { describe, expect, it } from 'vitest';
import { parseRules, problemLine } from '../../../src/middleware/index.ts';

const problemsOf = (text: string): string[] => {
	const parsed = parseRules(text);
	return parsed.ok ? [] : parsed.problems.map(problemLine);
};

/** A rule with one line of it replaced. */
const withLine = (line: string, replaced?: string): string => {
	const lines = [
		'version: 1',
		'rules:',
		'  - name: tried',
		'    when: { heat: { to: hot } }',
		'    then:',
		'      - message: { en: Calm, de: Ruhig }',
	];
	if (replaced === undefined) return [...lines, line].join('\n');
	const index = lines.indexOf(replaced);
	if (index < 0) throw new Error(`no line ${replaced}`);
	return lines.with(index, line).join('\n');
};
const WHEN = '    when: { heat: { to: hot } }';
const THEN = '      - message: { en: Calm, de: Ruhig }';

describe('rules that are in order', () => {
	it('have their durations in milliseconds and their defaults', () => {
		const parsed = parseRules(withLine('    cooldown: 1.5h'));
		expect(parsed).toMatchObject({
			ok: true,
			rules: {
				silentWhile: { unsure: { within: 300_000, utterances: 8, atLeast: 0.6 } },
				rules: [{ for: 0, cooldown: { channel: 5_400_000, guild: 0 }, repeat: false, dryRun: false }],
			},
		});
	});

	it.each(['🌿', '❤️', '👍🏽', '👨‍👩‍👧', '🇵🇱', 'calm:100000000000000001'])('may react with %s', (emoji) => {
		expect(problemsOf(withLine(`      - reaction: "${emoji}"`, THEN))).toEqual([]);
	});

	it('may use anchors', () => {
		const text = withLine('      - message: &words { en: Calm }', THEN);
		expect(problemsOf(`${text}\n      - message: *words`)).toEqual([]);
	});
});

describe('rules that are not', () => {
	it.each<[string, string, string]>([
		[
			'YAML that is none',
			'version: 1\nrules: [',
			'2:9: Flow sequence in block collection must be sufficiently indented and end with a ]',
		],
		['nothing', '', '1:1: expected object, received null'],
		['no version', 'rules: []', '1:1: version: must be 1'],
		['a later version', 'version: 2\nrules: []', '1:10: version: must be 1'],
		['a key twice', 'version: 1\nversion: 1', '2:1: Map keys must be unique'],
		['an unknown setting', withLine('    colour: red'), '7:5: rules[0].colour: there is no such setting'],
		[
			'a rule without actions',
			withLine('    then: []', '    then:').replace(THEN, ''),
			'5:11: rules[0].then: Too small: expected array to have >=1 items',
		],
		[
			'an unknown condition',
			withLine('    when: { heath: { to: hot } }', WHEN),
			'4:13: rules[0].when.heath: there is no such setting',
		],
		[
			'an unknown state',
			withLine('    when: { heat: { to: boiling } }', WHEN),
			'4:25: rules[0].when.heat.to: Invalid option: expected one of "calm"|"warm"|"hot"|"cooling"',
		],
		['a condition that asks nothing', withLine('    when: {}', WHEN), '4:11: rules[0].when: says nothing'],
		[
			'a figure of two',
			withLine('    when: { mood: { of: anger, atLeast: 0.5, contributors: 2 } }', WHEN),
			'4:60: rules[0].when.mood.contributors: figures of a group need at least 3 members',
		],
		[
			'no bounds',
			withLine('    when: { members: { within: 5m } }', WHEN),
			'4:22: rules[0].when.members: needs atLeast or atMost',
		],
		[
			'bounds that cross',
			withLine('    when: { members: { atLeast: 3, atMost: 2 } }', WHEN),
			'4:44: rules[0].when.members.atMost: must not be below atLeast',
		],
		[
			'a look too far back',
			withLine('    when: { members: { within: 3h, atLeast: 2 } }', WHEN),
			'4:32: rules[0].when.members.within: must be more than nothing and at most 2h',
		],
		[
			'a number for a duration',
			withLine('    cooldown: 5'),
			'7:15: rules[0].cooldown: must be a duration such as 90s, 5m or 1.5h',
		],
		[
			'a moment that is to last',
			withLine('    for: 1m'),
			'7:10: rules[0].for: what happens at a moment does not last; ask for a state instead',
		],
		[
			'an unknown placeholder',
			withLine('      - message: { en: "In {channel}, {name} is loud" }', THEN),
			'6:39: rules[0].then[0].message.en: unknown placeholder {name}; there are {channel}, {minutes}, {hours}, {members}, {heat}',
		],
		['no English', withLine('      - message: { de: Ruhig }', THEN), '6:18: rules[0].then[0].message.en: is missing'],
		[
			'another language',
			withLine('      - message: { en: Calm, fr: Calme }', THEN),
			'6:30: rules[0].then[0].message.fr: there is no such setting',
		],
		[
			'two actions in one',
			withLine('      - { message: { en: Calm }, reaction: "🌿" }', THEN),
			'6:9: rules[0].then[0]: must be exactly one of message, embed, reaction, slowMode, soundboard, play, webhook',
		],
		[
			'a reaction of words',
			withLine('      - reaction: calm', THEN),
			'6:19: rules[0].then[0].reaction: must be one emoji, or name:id of your own',
		],
		[
			'an id that YAML rounds',
			withLine('      - soundboard: { sound: 100000000000000001 }', THEN),
			'6:30: rules[0].then[0].soundboard.sound: must be an id in quotes',
		],
		[
			'a weak secret',
			withLine('      - webhook: { url: https://example.org, secret: hush }', THEN),
			'6:54: rules[0].then[0].webhook.secret: must be whsec_ and at least 24 bytes as base64, or env:NAME',
		],
		[
			'another protocol',
			withLine('      - webhook: { url: "file:///etc/passwd", secret: env:A }', THEN),
			'6:25: rules[0].then[0].webhook.url: must be an address such as https://example.org/hook',
		],
		[
			'a time zone that is none',
			`timeZone: Mars/Olympus\n${withLine('')}`,
			'1:11: timeZone: must be a time zone such as Europe/Berlin',
		],
		[
			'a time that is none',
			withLine('    quietHours: { from: "25:00", to: "06:00" }'),
			'7:25: rules[0].quietHours.from: must be a time such as "23:00"',
		],
		[
			'a name with blanks',
			withLine('  - name: Not So', '  - name: tried'),
			'3:11: rules[0].name: must be a short name such as calm-again: a-z, 0-9 and hyphens',
		],
	])('%s', (_, text, problem) => {
		expect(problemsOf(text)).toEqual([problem]);
	});

	it('have all their problems told, in the order of the file', () => {
		const text = withLine('    for: soon\n    cooldown: 5\n    dryRun: maybe');
		expect(problemsOf(text).map((line) => line.split(' ')[0])).toEqual(['7:10:', '8:15:', '9:13:']);
	});

	it('have names of their own', () => {
		const text = `${withLine('')}${withLine('').split('\n').slice(2).join('\n')}`;
		expect(problemsOf(text)).toEqual(['7:11: rules[1].name: another rule is called tried, too']);
	});

	it('cannot make the reader busy with aliases of aliases', () => {
		const bomb = Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${n ? `*a${n - 1}, `.repeat(9) : '1'}]`).join(
			'\n',
		);
		expect(problemsOf(bomb)[0]).toMatch(/^\d+:\d+: .*alias/);
	});
});
