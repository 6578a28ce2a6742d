import { Command } from 'commander';
import { type Outcome, type Totals, totalsOf } from './report.ts';
import { openTheatre } from './theatre.ts';

interface Flags {
	readonly json?: boolean;
	readonly model?: string;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function line({ name, set, found, delayMs, falseAlarms, peak, endedWell, states }: Outcome): string {
	const became =
		found === undefined
			? falseAlarms > 0
				? `${falseAlarms} FALSE`
				: 'quiet'
			: delayMs === undefined
				? 'MISSED'
				: `${found ? 'found' : 'LATE'} ${seconds(delayMs)}`;
	const early = found !== undefined && falseAlarms > 0 ? ` ${falseAlarms} EARLY` : '';
	const ended = endedWell ? '' : ` ENDS ${states.at(-1)?.state}`;
	const what = `${name.padEnd(28)}${set.padEnd(10)}${became}${early}${ended}`;
	return `${what.padEnd(58)}peak ${peak.toFixed(2)}`;
}

const summary = (name: string, totals: Totals): string =>
	`${name}: ${totals.foundInTime} of ${totals.quarrels} quarrels found within 30 s; ${totals.falseAlarms} false alarms in ` +
	`${totals.peacefulHours.toFixed(2)} h of peace (${totals.falseAlarmsPerHour.toFixed(2)} an hour)`;

async function scenarios(names: readonly string[], { json = false, model }: Flags): Promise<void> {
	await using theatre = await openTheatre(model);
	const chosen = theatre.scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
	if (chosen.length === 0)
		throw new Error(`there is no such scenario; there are ${theatre.scenarios.map(({ name }) => name).join(', ')}`);
	const outcomes: Outcome[] = [];
	for (const scenario of chosen) {
		const outcome = await theatre.play(scenario);
		outcomes.push(outcome);
		if (!json) print(line(outcome));
	}
	const of = (set: string): Totals => totalsOf(outcomes.filter((outcome) => outcome.set === set));
	const totals = { all: totalsOf(outcomes), tuning: of('tuning'), heldOut: of('held-out') };
	if (json) print(JSON.stringify({ schemaVersion: 1, model: theatre.model, scenarios: outcomes, totals }, null, 2));
	else for (const [name, each] of Object.entries(totals)) print(summary(name, each));
}

const program = new Command('scenarios')
	.description(
		'Plays scripted conversations through the engine: which quarrels are found, and when, and what is taken for one.',
	)
	.argument('[names...]', 'all when none is named')
	.option('--json', 'print one JSON object')
	.option('--model <directory>', 'another model than the shipped one')
	.action(scenarios);

try {
	await program.parseAsync();
} catch (error) {
	if (process.exitCode === undefined) program.error(`scenarios: ${error instanceof Error ? error.message : error}`);
}
