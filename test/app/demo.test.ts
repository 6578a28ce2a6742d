import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SesEvent } from '../../src/domain/index.ts';
import { type CliResult, ses } from '../support/cli.ts';

type Of<T extends SesEvent['type']> = Extract<SesEvent, { type: T }>;

describe('ses demo --headless --json', () => {
	let folder: string;
	let result: CliResult;
	let events: SesEvent[];
	const all = <T extends SesEvent['type']>(type: T): Of<T>[] =>
		events.filter((event): event is Of<T> => event.type === type);

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'ses-demo-'));
		result = await ses(['demo', '--headless', '--json'], { cwd: folder });
		events = result.stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as SesEvent);
	}, 300_000);
	afterAll(() => rm(folder, { recursive: true }));

	it('plays to the end and exits 0, with nothing to complain of', () => {
		expect(result.stderr).toBe('');
		expect(result.code).toBe(0);
		expect(events.at(-1)).toMatchObject({ type: 'end' });
		expect(all('end')).toHaveLength(1);
	});

	it('shows every kind of event', () => {
		const kinds = new Set(events.map((event) => event.type));
		// Nothing waits for a first impression: on a busy machine all of them may come to nothing.
		kinds.delete('partial');
		expect(kinds).toEqual(
			new Set([
				'session',
				'notice',
				'consent',
				'utterance',
				'emotion',
				'fatigue',
				'heat',
				'alert',
				'reply',
				'summary',
				'health',
				'end',
			]),
		);
	});

	it('hears the three who agreed and nobody else', () => {
		const agreed = new Set(
			all('consent')
				.filter(({ action }) => action === 'given')
				.map(({ speakerId }) => speakerId),
		);
		expect(agreed.size).toBe(3);
		const mentioned = new Set(
			events.flatMap((event) =>
				'speakerId' in event
					? [event.speakerId]
					: event.type === 'health'
						? event.members.map((member) => member.speakerId)
						: [],
			),
		);
		expect(mentioned).toEqual(agreed);
		expect(result.stdout).not.toMatch(/Dora|Jukebox/);
		expect(all('health').at(-1)?.ignoredPackets).toBeGreaterThan(500);
	});

	it('judges every utterance once', () => {
		const spoken = all('utterance').map(({ utteranceId }) => utteranceId);
		expect(spoken.length).toBeGreaterThanOrEqual(15);
		expect(new Set(spoken).size).toBe(spoken.length);
		expect(
			all('emotion')
				.map(({ utteranceId }) => utteranceId)
				.sort(),
		).toEqual([...spoken].sort());
		for (const { probabilities, valence, arousal, confidence } of all('emotion')) {
			expect(Object.values(probabilities).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
			expect(Math.max(Math.abs(valence), Math.abs(arousal), confidence)).toBeLessThanOrEqual(1);
		}
		const members = all('health').at(-1)?.members ?? [];
		const sum = (count: (member: (typeof members)[number]) => number): number =>
			members.reduce((total, member) => total + count(member), 0);
		// A machine that is busy elsewhere may drop a datagram even on loopback.
		expect(sum(({ lost, undecryptable }) => lost + undecryptable)).toBeLessThan(0.01 * sum(({ heard }) => heard));
	});

	it('follows the quarrel: calm, hot, moderators are called, and calm again', () => {
		const states = all('heat').map(({ state }) => state);
		expect(states[0]).toBe('calm');
		expect(states).toContain('hot');
		expect(states.at(-1)).not.toBe('hot');
		expect(all('alert')).toMatchObject([{ mode: 'live' }]);
		expect(all('reply').map(({ cause }) => cause)).toContain('deescalate');
		// The moderator's presses are answered.
		expect(all('reply').map(({ cause, ephemeral }) => ephemeral && cause)).toEqual(
			expect.arrayContaining(['On it', 'Justified']),
		);
		const speakers = new Set(all('emotion').map(({ speakerId }) => speakerId));
		for (const speaker of speakers) expect(JSON.stringify(all('alert'))).not.toContain(speaker);
	});

	it('leaves two charts and nothing else on the disk', async () => {
		const chart = all('end')[0]?.chart as string;
		expect((await readFile(chart)).subarray(1, 4).toString()).toBe('PNG');
		const files = await readdir(folder, { recursive: true });
		expect((await readFile(join(folder, 'out', 'demo-alert.png'))).subarray(1, 4).toString()).toBe('PNG');
		expect(files.sort()).toEqual(['out', join('out', 'demo-alert.png'), join('out', 'demo-mood.png')]);
	});

	it('summarises the session', () => {
		expect(all('summary')).toMatchObject([{ members: 3, alerts: 1, utterances: all('utterance').length }]);
	});
});
