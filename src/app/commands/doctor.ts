import { styleText } from 'node:util';
import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { type Check, examine } from '../doctor.ts';

interface DoctorFlags {
	readonly config?: string;
	readonly json?: boolean;
}

const MARKS = { ok: styleText('green', '✔'), note: styleText('yellow', '–'), fault: styleText('red', '✘') } as const;

const print = (check: Check): void => {
	process.stdout.write(`${MARKS[check.status]} ${check.name}: ${check.detail}\n`);
	if (check.hint) process.stdout.write(`    ${check.hint}\n`);
};

/** `ses doctor`: says what works on this machine, what does not, and what to do about it. */
export function doctorCommand(): Command {
	return new Command('doctor')
		.description('check this machine: Node, native parts, model, configuration, Redis, Discord')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.option('--json', 'print the findings as one JSON array')
		.action(async (flags: DoctorFlags) => {
			const checks = await examine(() => loadConfig(flags.config), process.env);
			if (flags.json) process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`);
			else for (const check of checks) print(check);
			if (checks.some((check) => check.status === 'fault')) process.exitCode = 1;
		});
}
