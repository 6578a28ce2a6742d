import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { assess } from '../bench/soak/assess.ts';
import { nowMs } from '../bench/soak/clock.ts';
import { Consents } from '../bench/soak/consents.ts';
import { Hearing } from '../bench/soak/hearing.ts';
import { Link } from '../bench/soak/link.ts';
import { memoryTrend, type Usage } from '../bench/soak/process-usage.ts';
import { soakReport } from '../bench/soak/report.ts';
import type { Findings } from '../bench/soak/soak.ts';
import type { Said } from '../bench/soak/talker.ts';
import type { UtteranceEvent } from '../src/domain/index.ts';

const RUN = fileURLToPath(new URL('../bench/soak/run.ts', import.meta.url));
const OPTIONS = { minutes: 1, members: 1, faults: 'heavy', seed: 1 } as const;
const DURATION_MS = 2000;
const PERIOD_MS = 8000;

/** A session that began at `zero`, in which a member says and the bot hears an utterance every 8 s. */
class Fiction {
	readonly zero = nowMs() + 60_000;
	readonly consents = new Consents();
	readonly hearing = new Hearing(this.consents);
	readonly said: Said[] = [];

	says(index: number, overrides: Partial<Said> = {}): void {
		const startMs = this.zero + index * PERIOD_MS;
		const endMs = startMs + DURATION_MS;
		const burst = { fromMs: startMs - 900, untilMs: endMs + 900, isOnLink: true, stalledMs: 3 };
		this.said.push({ speakerId: 'ada', startMs, endMs, ...burst, ...overrides });
	}

	hears(index: number, { startMs = 0, endMs = 0 } = {}, speakerId = 'ada'): void {
		const event: UtteranceEvent = {
			type: 'utterance',
			at: this.zero + index * PERIOD_MS + DURATION_MS + 500,
			sessionId: 'session',
			speakerId,
			utteranceId: `session-${index}`,
			startMs: index * PERIOD_MS + startMs,
			endMs: index * PERIOD_MS + DURATION_MS + endMs,
			quality: { durationMs: DURATION_MS, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
		};
		this.hearing.see(event);
	}

	report(found: Partial<Findings> = {}) {
		const { said, hearing, consents } = this;
		const findings = { said, hearing, consents, outages: [], link: new Link(), usage: [], transitions: 0, ...found };
		return assess(OPTIONS, findings);
	}

	unmet(found: Partial<Findings> = {}): string[] {
		return this.report(found).bars.flatMap(({ what, met }) => (met ? [] : [what]));
	}
}

function agreed(): Fiction {
	const fiction = new Fiction();
	fiction.consents.ask('ada').givenMs = nowMs();
	return fiction;
}

describe('what a soak makes of what it found', () => {
	it('meets the bars when everything said is heard, wherever the session counts from', () => {
		const fiction = agreed();
		for (let index = 0; index < 20; index++) {
			fiction.says(index);
			fiction.hears(index, { startMs: index % 3 === 0 ? 40 : 0, endMs: -60 });
		}
		expect(fiction.report()).toMatchObject({ sent: 20, recovered: 20, found: 20, wronglyHeard: 0, deadStreams: 0 });
		expect(fiction.report().boundaryErrorMs).toMatchObject({ start: { p50: 0, max: 40 }, end: { p50: 60, max: 60 } });
		expect(fiction.unmet()).toEqual([]);
	});

	it('misses what was cut off, and tells it from what was not heard at all', () => {
		const fiction = agreed();
		for (let index = 0; index < 20; index++) {
			fiction.says(index);
			if (index !== 7) fiction.hears(index, index === 3 ? { endMs: -400 } : {});
		}
		expect(fiction.report()).toMatchObject({ sent: 20, found: 19, recovered: 18, recoveredShare: 0.9, deadStreams: 0 });
		expect(fiction.unmet()).toEqual(['recoveredShare', 'boundaryErrorMs p99']);
	});

	it('finds a stream that died', () => {
		const fiction = agreed();
		for (let index = 0; index < 500; index++) {
			fiction.says(index);
			if (index < 497) fiction.hears(index);
		}
		expect(fiction.report().recoveredShare).toBeGreaterThan(0.99);
		expect(fiction.unmet()).toEqual(['deadStreams']);
	});

	it('finds whoever is heard without consent, or after a withdrawal', () => {
		const stranger = agreed();
		stranger.says(0);
		stranger.hears(0);
		stranger.says(1, { speakerId: 'ben' });
		stranger.hears(1, {}, 'ben');
		expect(stranger.report()).toMatchObject({ sent: 1, recovered: 1, unconsented: 1, wronglyHeard: 1 });
		expect(stranger.unmet()).toEqual(['wronglyHeard']);

		const fiction = new Fiction();
		const consent = fiction.consents.ask('ada');
		consent.givenMs = nowMs();
		for (const index of [0, 1]) {
			fiction.says(index);
			fiction.hears(index);
		}
		// The second is told of after the withdrawal was confirmed.
		consent.withdrawnMs = fiction.zero + PERIOD_MS + DURATION_MS;
		consent.goneMs = consent.withdrawnMs + 100;
		expect(fiction.report()).toMatchObject({ sent: 1, recovered: 1, wronglyHeard: 1 });
	});

	it('does not ask for what could not be sent, and counts it apart', () => {
		const fiction = agreed();
		for (let index = 0; index < 4; index++) fiction.says(index, index === 2 ? { stalledMs: 1900 } : {});
		fiction.says(4, { isOnLink: false });
		fiction.hears(0);
		fiction.hears(1);
		const fromMs = fiction.zero + 3 * PERIOD_MS;
		const report = fiction.report({ outages: [{ cause: 4006, fromMs, untilMs: fromMs + 1500 }] });
		expect(report).toMatchObject({ sent: 2, recovered: 2, stalled: { said: 1, found: 0 } });
		expect(report).toMatchObject({
			interrupted: { said: 1, found: 0 },
			outages: [{ cause: '4006', durationMs: 1500 }],
		});
	});

	it('follows resident memory from the sixth minute on', () => {
		const samples = (growth: (minute: number) => number): Usage[] =>
			Array.from({ length: 180 }, (_, index) => ({
				atMs: index * 5000,
				residentMiB: 300 + growth(index / 12),
				cpuMs: index * 100,
			}));
		const leaking = samples((minute) => 4 * minute);
		expect(memoryTrend(leaking, 0)?.slopeMiBPerMin).toBeCloseTo(4);
		expect(memoryTrend(leaking, 0)?.growthMiB).toBeGreaterThan(30);
		expect(
			memoryTrend(
				samples((minute) => Math.min(minute, 5) * 20),
				0,
			)?.growthMiB,
		).toBeCloseTo(0);
		expect(memoryTrend(leaking.slice(0, 70), 0)).toBeUndefined();

		const fiction = agreed();
		fiction.says(0);
		fiction.hears(0);
		expect(fiction.unmet({ usage: leaking })).toEqual(['memory.growthMiB']);
	});
});

describe('the jitter buffer on the link', () => {
	const send = (link: Link, packets: number): void => {
		const policy = link.policyFor('bot');
		for (let sequence = 0; sequence < packets; sequence++) {
			const place = { guildId: 'guild', channelId: 'channel', senderId: 'ada', receiverId: 'bot' };
			policy({ ...place, ssrc: 1, sequence, timestamp: sequence * 960, bytes: 100 });
		}
	};

	it('adds nothing where nothing is lost, and waits where something is', () => {
		const clean = new Link();
		send(clean, 200);
		expect(clean.given('ada')).toBe(200);
		expect(Math.max(...clean.addedDelaysMs())).toBe(0);

		const late = new Link(({ sequence }) => [{ delayMs: sequence === 50 ? 60 : 0 }]);
		send(late, 52);
		expect(late.addedDelaysMs()).toHaveLength(52);
		expect(Math.max(...late.addedDelaysMs())).toBeGreaterThan(0);
	});
});

describe('npm run soak', () => {
	it('keeps hearing everyone who agreed, and nobody else, while the network and the server fail', async () => {
		const args = ['--minutes', '0.4', '--members', '5', '--faults', 'heavy', '--json'];
		const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
		const output = { stdout: '', stderr: '' };
		child.stdout.on('data', (text: Buffer) => {
			output.stdout += text;
		});
		child.stderr.on('data', (text: Buffer) => {
			output.stderr += text;
		});
		const [code] = (await once(child, 'close')) as [number | null];
		expect(output.stdout, output.stderr).not.toBe('');
		const report = soakReport.parse(JSON.parse(output.stdout));
		expect(code).toBe(report.bars.every(({ met }) => met) ? 0 : 1);
		expect(report).toMatchObject({ members: 5, wronglyHeard: 0, deadStreams: 0 });
		expect(report.outages.map(({ cause }) => cause)).toContain('resume');
		expect(report.unconsented).toBeGreaterThan(0);
		// What was lost is known by the sequence numbers; one in ten, more or less.
		expect(report.packets['lost']).toBeGreaterThan(0.02 * (report.packets['heard'] ?? 0));
		expect(report.sent).toBeGreaterThan(0);
		expect(report.found).toBe(report.sent);
		expect(report.classified).toBeGreaterThanOrEqual(report.found);
	}, 120_000);

	it('says what it takes', async () => {
		const child = spawn(process.execPath, [RUN, '--faults', 'mild'], { stdio: ['ignore', 'ignore', 'pipe'] });
		let stderr = '';
		child.stderr.on('data', (text: Buffer) => {
			stderr += text;
		});
		const [code] = (await once(child, 'close')) as [number | null];
		expect(code).not.toBe(0);
		expect(stderr).toMatch(/none, light, heavy/);
	});
});
