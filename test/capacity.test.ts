import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stepOf } from '../bench/capacity/capacity.ts';
import { stageChart } from '../bench/capacity/chart.ts';
import { fitted, latenciesMs } from '../bench/capacity/latency.ts';
import type { CapacityReport, Step } from '../bench/capacity/report.ts';
import { STAGES, type Stage, sharesOf } from '../bench/capacity/stages.ts';
import { Trial } from '../bench/capacity/trial.ts';

const DOCS = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

const said = (speakerId: string, ...ends: number[]) => ends.map((endMs) => ({ speakerId, endMs }));
const told = (speakerId: string, cutMs: number, seenMs: number) => ({ speakerId, cutMs, seenMs });
const conversation = (turns: readonly { speakerId: string; endMs: number }[]) => ({
	turns: [...turns],
	packets: 1,
	lateMs: { p95: 0, max: 0 },
});

describe('latency from the end of a turn to its effect', () => {
	it('is that of the speaker’s own next result, not of a part in the middle of a turn, nor of one that came to nothing', () => {
		const latencies = latenciesMs({
			conversation: conversation([...said('a', 10_000, 20_000, 40_000), ...said('b', 10_500)]),
			emotions: [
				told('b', 11_000, 11_090),
				// Cut while the turn went on, and told late.
				told('a', 9_900, 10_200),
				told('a', 10_520, 10_610),
				told('a', 20_500, 20_550),
			],
		});
		expect(latencies).toEqual([610, 550, 590]);
	});
});

describe('fitted', () => {
	it('finds the line', () => {
		expect(fitted([1, 2, 3].map((x) => [x, 3 * x + 1] as const))).toEqual({ slope: 3, intercept: 1, share: 1 });
		expect(fitted([[5, 7]])).toEqual({ slope: 0, intercept: 7, share: 1 });
		// By hand: the line is 2, and what varies is not explained by it.
		expect(
			fitted([
				[1, 1],
				[2, 4],
				[3, 1],
			]),
		).toMatchObject({ slope: 0, intercept: 2, share: 0 });
	});
});

describe('shares of the stages', () => {
	const frame = (id: number, functionName: string, url: string, children: number[] = []) => ({
		id,
		callFrame: { functionName, url },
		children,
	});
	const profile = {
		startTime: 0,
		nodes: [
			frame(1, '(root)', '', [2, 3, 4, 9]),
			frame(2, '(idle)', ''),
			frame(3, '(garbage collector)', ''),
			frame(4, 'onMessage', 'node:dgram', [5]),
			frame(5, '#receive', 'file:///x/src/bot/reception/receiver-tap.ts', [6, 7]),
			frame(6, 'decode', 'file:///x/src/audio/opus-wasm.ts', [8]),
			frame(7, 'constructor', 'file:///x/src/audio/segmenter.ts'),
			frame(8, 'wasm-function[1]', 'wasm://wasm/0'),
			frame(9, 'listOnTimeout', 'node:internal/timers'),
		],
		samples: [2, 8, 8, 7, 5, 3, 9, 8],
		timeDeltas: [10, 10, 10, 10, 10, 10, 10, 10],
	};

	it('go by the file at work or whoever called it, without idling and what lies outside of the time', () => {
		// The last sample is outside.
		const shares = sharesOf(profile, [0, 75]);
		expect(shares.decode).toBeCloseTo(2 / 6);
		for (const stage of ['segment', 'transport', 'collector', 'rest'] as const)
			expect(shares[stage]).toBeCloseTo(1 / 6);
		expect(shares.effects + shares.queue).toBe(0);
		expect(() => sharesOf(profile, [1000, 2000])).toThrow(/nothing/);
	});

	it('are drawn, all of them, as a picture', async () => {
		const shares = Object.fromEntries(STAGES.map((stage) => [stage, 1 / STAGES.length])) as Record<Stage, number>;
		const step = { speakers: 4, msPerSpeechS: { total: 10, main: 6, model: 3, helpers: 1 } } as Step;
		const png = await stageChart({ steps: [step], stages: [{ speakers: 4, shares }] } as unknown as CapacityReport);
		expect(png.subarray(1, 4).toString()).toBe('PNG');
		expect(png.length).toBeGreaterThan(10_000);
	});
});

describe('npm run bench -- capacity', () => {
	it('watches the real bot while somebody speaks', { timeout: 240_000 }, async () => {
		const { signal } = new AbortController();
		await using trial = await Trial.open({ speakers: 1, signal });
		const measured = await trial.measure(1, 6_000);
		const step = stepOf(measured);
		expect(step.speechS).toBeGreaterThan(1);
		expect(step.turns).toBeGreaterThan(0);
		expect(measured.emotions.length).toBeGreaterThan(0);
		expect(step.msPerSpeechS.total).toBeGreaterThan(0);
		expect(step.msPerSpeechS.model).toBeGreaterThan(0);
		expect(step.residentMiB).toBeGreaterThan(50);
		expect(measured.measuringCpuMs).toBeGreaterThan(0);
	});

	it('is explained where the figures are', async () => {
		expect(await readFile(DOCS, 'utf8')).toContain('npm run bench -- capacity');
	});
});
