import { writeSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { interruption } from '../harness/index.ts';
import { assess } from './assess.ts';
import { FAULT_LEVELS, type FaultLevel } from './faults.ts';
import type { SoakReport } from './report.ts';
import { soak } from './soak.ts';

interface Flags {
	readonly minutes: number;
	readonly members: number;
	readonly faults: FaultLevel;
	readonly seed: number;
	readonly json?: boolean;
}

function positive(text: string): number {
	const value = Number(text);
	if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
	return value;
}

function whole(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
	return value;
}

/** As text for people. */
function lines({ bars, ...figures }: SoakReport): string {
	const told = Object.entries(figures).map(([name, value]) => `${name.padEnd(18)}${JSON.stringify(value)}`);
	const judged = bars.map(({ what, bar, met }) => `${met ? 'met   ' : 'MISSED'}  ${what} ${bar}`);
	return [...told, '', ...judged].join('\n');
}

const program = new Command('soak')
	.description('Runs the real bot on a simulated Discord for a long time, in real time. Exit 1 when a bar is missed.')
	.option('--minutes <number>', 'how long members speak', positive, 30)
	.option('--members <number>', 'how many there are', whole, 32)
	.addOption(new Option('--faults <level>', 'what goes wrong').choices(FAULT_LEVELS).default('heavy'))
	.option('--seed <number>', 'the same one draws the same faults', whole, 1)
	.option('--json', 'print one JSON object, and what happens meanwhile to standard error')
	.action(async ({ json = false, ...options }: Flags) => {
		const onProgress = (line: string): void => void writeSync(2, `${line}\n`);
		const report = assess(options, await soak({ ...options, signal: interruption(), onProgress }));
		process.stdout.write(`${json ? JSON.stringify(report, null, 2) : lines(report)}\n`);
		if (report.bars.some(({ met }) => !met)) process.exitCode = 1;
	});

try {
	await program.parseAsync();
} catch (error) {
	if (process.exitCode === undefined) program.error(`soak: ${error instanceof Error ? error.message : error}`);
}
