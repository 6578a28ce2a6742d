import { describe, expect, it } from 'vitest';
import { affordableWorkers, isolationOf, thisMachine, workersOf } from '../../src/inference/hardware.ts';
import { inferenceOptions } from '../../src/inference/options.ts';

const GIGABYTE = 2 ** 30;

describe('what the hardware affords', () => {
	it('is a worker for each core, unless memory ends first', () => {
		expect(affordableWorkers({ cores: 8, memoryBytes: Number.POSITIVE_INFINITY }, 1)).toBe(8);
		expect(affordableWorkers({ cores: 8, memoryBytes: GIGABYTE }, 1)).toBe(2);
		expect(affordableWorkers({ cores: 8, memoryBytes: 32 * GIGABYTE }, 2)).toBe(4);
	});

	it('is never none, and never more than may be configured', () => {
		expect(affordableWorkers({ cores: 1, memoryBytes: 1 }, 4)).toBe(1);
		expect(affordableWorkers({ cores: 256, memoryBytes: 1_024 * GIGABYTE }, 1)).toBe(64);
	});

	it('is told by this machine, and yields to the configuration', () => {
		const { cores, memoryBytes } = thisMachine();
		expect(cores).toBeGreaterThan(0);
		expect(memoryBytes).toBeGreaterThan(0);
		const options = inferenceOptions.parse({});
		expect(workersOf(options, 'bot')).toBe(1);
		expect(workersOf(options, 'worker')).toBe(affordableWorkers(thisMachine(), 1));
		expect(workersOf(inferenceOptions.parse({ workers: 3 }), 'worker')).toBe(3);
	});

	it('puts native code where it can do no harm', () => {
		expect(isolationOf(inferenceOptions.parse({}), 'bot')).toBe('thread');
		expect(isolationOf(inferenceOptions.parse({}), 'worker')).toBe('process');
		expect(isolationOf(inferenceOptions.parse({ providers: ['cuda', 'cpu'] }), 'bot')).toBe('process');
		expect(isolationOf(inferenceOptions.parse({ isolation: 'thread' }), 'worker')).toBe('thread');
	});
});
