import { Argument, Command, InvalidArgumentError } from 'commander';
import { capacityCommand } from './capacity/command.ts';
import {
	changeLines,
	changesBetween,
	describeMachine,
	findingLine,
	interruption,
	type Report,
	readReport,
	runSuites,
	skippedLine,
	Table,
} from './harness/index.ts';
import { scaleCommand } from './scale/command.ts';
import { SUITES } from './suites/index.ts';

interface Flags {
	readonly json?: boolean;
	readonly compare?: string;
	readonly rounds?: number;
	readonly smoke?: boolean;
}

/** A suite whose server went with the same signal may wait for it for ever. */
const GRACE_MS = 10_000;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function positive(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
	return value;
}

async function bench(names: readonly string[], { json = false, compare, rounds, smoke = false }: Flags): Promise<void> {
	const before = compare === undefined ? undefined : await readReport(compare);
	const suites = SUITES.filter(({ name }) => names.length === 0 || names.includes(name));
	const scale = smoke ? 'smoke' : 'full';
	const at = new Date().toISOString();
	const machine = await describeMachine();
	if (!json) print(`${machine.cpu}, ${machine.cores} cores, load ${machine.loadAverage}, Node ${machine.node}`);

	let table: Table | undefined;
	const run = await runSuites(suites, {
		scale,
		rounds,
		// Stops what is being timed, so that servers and files of a suite are let go of.
		signal: interruption(GRACE_MS),
		...(!json && {
			onOpen: (suite, { comparisons, skipped }) => {
				table = new Table(comparisons);
				print(`\n${suite.name}: ${suite.about}\n${table.heading}`);
				for (const each of skipped) print(skippedLine(each));
			},
			onRow: (row) => print(table?.row(row) ?? ''),
			onFinding: (finding) => print(findingLine(finding)),
		}),
	});

	const [rows, skipped, findings] = [[...run.rows], [...run.skipped], [...run.findings]];
	const report: Report = { schemaVersion: 1, scale, at, machine, rows, skipped, findings };
	const changes = before && changesBetween(before, report);
	if (json) print(JSON.stringify({ ...report, ...(changes && { changes }) }, null, 2));
	else if (changes) {
		print(`\nratios, then → now${before?.machine.cpu === machine.cpu ? '' : ` (then on ${before?.machine.cpu})`}`);
		for (const line of changeLines(changes)) print(line);
	}
	if (changes?.some(({ verdict }) => verdict === 'slower')) process.exitCode = 1;
}

const program = new Command('bench')
	.description('Times each hot path beside its floor in the same run. Quote the ratios: times belong to a machine.')
	.addArgument(new Argument('[suites...]', 'all when none is named').choices(SUITES.map(({ name }) => name)))
	.option('--json', 'print one JSON object')
	.option('--compare <file>', 'compare the ratios with those of an earlier --json; exit 1 when one got slower')
	.option('--rounds <number>', 'how often both sides are timed', positive)
	.option('--smoke', 'run everything once, only to see that it runs')
	.addHelpText(
		'after',
		() => `\nSuites:\n${SUITES.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}`,
	)
	.action(bench)
	// Its options are its own, also those of the same names.
	.enablePositionalOptions()
	.addCommand(capacityCommand)
	.addCommand(scaleCommand);

try {
	await program.parseAsync();
} catch (error) {
	if (process.exitCode === undefined) program.error(`bench: ${error instanceof Error ? error.message : error}`);
}
