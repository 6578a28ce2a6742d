import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isTimeZone, reasonOf, SesError } from '../../domain/index.ts';
import { problemLine, TEXT_LOCALES } from '../../middleware/index.ts';
import { interruptible } from '../analysis/index.ts';
import { loadConfig } from '../config.ts';
import { type DryRunEntry, dryRun } from '../rules/dry-run.ts';
import { loadRules, readRules, SHIPPED_RULES } from '../rules/load.ts';
import { printable, writeLine } from '../terminal/index.ts';
import { clockTime, pad } from '../terminal/text.ts';

interface TestFlags {
	readonly rules?: string;
	readonly events: string;
	readonly config?: string;
	readonly locale: string;
	readonly timeZone?: string;
	readonly json?: boolean;
}

const STANDARD_INPUT = '-';

function parseTimeZone(name: string): string {
	if (!isTimeZone(name)) throw new InvalidArgumentError('It must be a time zone such as Europe/Berlin.');
	return name;
}

/** Lines of a file or of standard input. @throws {SesError} SES_USAGE */
async function* linesOf(file: string, signal: AbortSignal): AsyncGenerator<string> {
	const input = file === STANDARD_INPUT ? process.stdin : createReadStream(file);
	let rest = '';
	try {
		for await (const chunk of addAbortSignal(signal, input.setEncoding('utf8')) as AsyncIterable<string>) {
			const lines = `${rest}${chunk}`.split('\n');
			rest = lines.pop() ?? '';
			yield* lines;
		}
	} catch (error) {
		signal.throwIfAborted();
		throw new SesError('SES_USAGE', { reason: `${file} cannot be read: ${reasonOf(error)}` }, error);
	}
	if (rest) yield rest;
}

const OUTCOMES = { fires: 'fires', 'dry-run': 'would fire (dry run)', 'held-back': 'held back' } as const;

function entryLine({ sinceMs, rule, outcome, heldBack, actions, text }: DryRunEntry): string {
	const what = heldBack ? `${OUTCOMES[outcome]}: ${heldBack}` : OUTCOMES[outcome];
	const words = outcome !== 'held-back' && text ? `  “${text.replaceAll('\n', ' / ')}”` : '';
	return printable(`${pad(clockTime(sinceMs), 9, 'right')}  ${pad(rule, 16)} ${what}  [${actions.join(', ')}]${words}`);
}

async function test(flags: TestFlags, signal: AbortSignal): Promise<void> {
	const { replies } = (await loadConfig(flags.config)).middleware;
	const file = flags.rules ?? replies.rulesFile ?? SHIPPED_RULES;
	const { rules } = await loadRules(file);
	const tally = { fires: 0, 'dry-run': 0, 'held-back': 0 };
	const options = {
		rules,
		cooldownMs: replies.cooldownMs,
		perHour: replies.perHour,
		timeZone: flags.timeZone ?? replies.timeZone,
		locale: flags.locale,
		file: flags.events === STANDARD_INPUT ? 'standard input' : flags.events,
	};
	for await (const entry of dryRun(linesOf(flags.events, signal), options)) {
		tally[entry.outcome]++;
		await writeLine(process.stdout, flags.json ? JSON.stringify(entry) : entryLine(entry));
	}
	if (flags.json) return;
	const { fires, 'dry-run': dry, 'held-back': held } = tally;
	await writeLine(process.stdout, `${rules.rules.length} rules: ${fires} fired, ${dry} dry runs, ${held} held back`);
}

/** `ses rules`: checks rules, and tries them on events that were recorded. */
export function rulesCommand(): Command {
	const command = new Command('rules').description(
		'check the rules of adaptive replies, and try them on recorded events',
	);
	command
		.command('check')
		.description('say what is wrong with a rules file, with line and column')
		.argument('[file]', 'YAML file with rules; the shipped ones when not named', SHIPPED_RULES)
		.option('--json', 'print the problems as one JSON array')
		.action(async (file: string, flags: { readonly json?: boolean }) => {
			const outcome = await readRules(file);
			const problems = outcome.ok ? [] : outcome.problems;
			if (problems.length > 0) process.exitCode = 1;
			if (flags.json) await writeLine(process.stdout, JSON.stringify(problems, null, 2));
			else if (outcome.ok)
				await writeLine(process.stdout, `${file}: ${outcome.loaded.rules.rules.length} rules, in order`);
			else for (const each of problems) await writeLine(process.stderr, printable(`${file}:${problemLine(each)}`));
		});
	command
		.command('test')
		.description('say what would have fired in recorded events, when, and why other rules would not')
		.option('-r, --rules <file>', 'YAML file with rules; those of the configuration when not named')
		.requiredOption('-e, --events <file>', 'what `ses start --json` printed; - for standard input')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.addOption(new Option('--locale <code>', 'language of the texts').choices(TEXT_LOCALES).default('en'))
		.option('--time-zone <name>', 'by which the rules tell the time, where they name none', parseTimeZone)
		.option('--json', 'print one JSON object a decision and line')
		.action((flags: TestFlags) => interruptible((signal) => test(flags, signal)));
	return command;
}
