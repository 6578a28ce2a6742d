import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, ses } from '../../support/cli.ts';

const BEGIN = Date.UTC(2026, 10, 22, 20);
const TIMEOUT_MS = 90_000;

/** Events as `ses start --json` prints them: a channel that is hot twice, and people who are heard. */
const EVENTS = [
	{ type: 'session', at: 0, status: 'started', sessionId: 's', guildId: '1', channelId: '2' },
	{ type: 'health', at: 1000, sessionId: 's', members: [] },
	...['a', 'b', 'c'].map((speakerId, index) => ({
		type: 'emotion',
		at: 5000 + index * 1000,
		sessionId: 's',
		speakerId,
		label: 'happiness',
		startMs: 0,
		endMs: 900,
	})),
	{ type: 'heat', at: 30_000, sessionId: 's', state: 'hot', score: 0.7 },
	{ type: 'heat', at: 60_000, sessionId: 's', state: 'cooling', score: 0.3 },
	{ type: 'heat', at: 90_000, sessionId: 's', state: 'hot', score: 0.7 },
	{ type: 'session', at: 400_000, status: 'ended', sessionId: 's', guildId: '1', channelId: '2' },
].map((event) => ({ ...event, at: BEGIN + event.at }));

const RULES = `version: 1
rules:
  - name: calm-down
    when: { heat: { to: hot } }
    then: [{ message: { en: "Easy, {members} of you", de: "Ruhig, ihr {members}" } }]
    cooldown: 5m
  - name: long
    when: { session: { atLeast: 5m } }
    then: [{ slowMode: { seconds: 10 } }]
    dryRun: true
  - name: night
    when: { mood: { of: happiness, atLeast: 0.5 } }
    then: [{ reaction: "🌙" }]
    quietHours: { from: "21:00", to: "06:00" }
`;

let folder: string;
let rules: string;
let events: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-rules-cli-'));
	rules = join(folder, 'rules.yaml');
	events = join(folder, 'events.jsonl');
	await writeFile(rules, RULES);
	await writeFile(events, `${EVENTS.map((event) => JSON.stringify(event)).join('\n')}\n\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const parsed = (stdout: string) =>
	stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('ses rules test', () => {
	it(
		'says what would have fired, when, and why the rest would not',
		async () => {
			const { code, stdout, stderr } = await ses(['rules', 'test', '--rules', rules, '--events', events, '--json']);
			expect([code, stderr]).toEqual([0, '']);
			expect(
				parsed(stdout).map(({ sinceMs, rule, outcome, heldBack, text }) => [sinceMs, rule, outcome, heldBack, text]),
			).toEqual([
				[7000, 'night', 'fires', undefined, undefined],
				[30_000, 'calm-down', 'fires', undefined, 'Easy, 3 of you'],
				[90_000, 'calm-down', 'held-back', 'cooldown', 'Easy, 3 of you'],
				[300_000, 'long', 'dry-run', undefined, undefined],
			]);
		},
		TIMEOUT_MS,
	);

	it(
		'reads standard input, speaks other languages and keeps other time',
		async () => {
			const args = ['rules', 'test', '-r', rules, '-e', '-', '--locale', 'de', '--time-zone', 'Europe/Berlin'];
			const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
			child.stdin.end(EVENTS.map((event) => JSON.stringify(event)).join('\n'));
			const [stdout] = await Promise.all([text(child.stdout), once(child, 'close')]);
			expect(child.exitCode).toBe(0);
			expect(stdout).toContain('night            held back: quiet-hours');
			expect(stdout).toContain('0:30.0  calm-down        fires  [message]  “Ruhig, ihr 3”');
			expect(stdout).toContain('5:00.0  long             would fire (dry run)  [slowMode]');
			expect(stdout).toContain('3 rules: 1 fired, 1 dry runs, 2 held back');
		},
		TIMEOUT_MS,
	);

	it(
		'says in one line which event, which rules or which file it cannot read, and ends with 1',
		async () => {
			const broken = join(folder, 'broken.jsonl');
			await writeFile(
				broken,
				`${JSON.stringify(EVENTS[0])}\n{"type":"heat","at":1,"sessionId":"s","state":"boiling"}\n`,
			);
			const event = await ses(['rules', 'test', '-r', rules, '-e', broken]);
			expect([event.code, event.stderr]).toEqual([
				1,
				expect.stringMatching(/^SES_RULES_EVENTS: .*broken\.jsonl, line 2: state: .*\n$/),
			]);
			const missing = await ses(['rules', 'test', '-r', rules, '-e', join(folder, 'none.jsonl')]);
			expect([missing.code, missing.stderr]).toEqual([
				1,
				expect.stringMatching(/^SES_USAGE: .*none\.jsonl cannot be read/),
			]);
			const wrong = await ses(['rules', 'test', '-r', broken, '-e', events]);
			expect([wrong.code, wrong.stderr]).toEqual([
				1,
				expect.stringMatching(/^SES_RULES_INVALID: .*broken\.jsonl:\d+:\d+: /),
			]);
		},
		TIMEOUT_MS,
	);
});

describe('ses rules check', () => {
	it(
		'is content with rules that are in order',
		async () => {
			const { code, stdout } = await ses(['rules', 'check', rules]);
			expect([code, stdout]).toEqual([0, `${rules}: 3 rules, in order\n`]);
		},
		TIMEOUT_MS,
	);

	it(
		'names every problem with line and column, and ends with 1',
		async () => {
			const wrong = join(folder, 'wrong.yaml');
			await writeFile(wrong, RULES.replace('cooldown: 5m', 'cooldown: 5').replace('{members} of', '{names} of'));
			const { code, stdout, stderr } = await ses(['rules', 'check', wrong]);
			expect([code, stdout]).toEqual([1, '']);
			expect(stderr.trim().split('\n')).toEqual([
				expect.stringContaining(`${wrong}:5:36: rules[0].then[0].message.en: unknown placeholder {names}`),
				`${wrong}:6:15: rules[0].cooldown: must be a duration such as 90s, 5m or 1.5h`,
			]);
			const json = await ses(['rules', 'check', wrong, '--json']);
			expect(json.code).toBe(1);
			expect(JSON.parse(json.stdout)).toMatchObject([
				{ line: 5, column: 36 },
				{ line: 6, column: 15 },
			]);
		},
		TIMEOUT_MS,
	);
});
