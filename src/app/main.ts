#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { SesError } from '../domain/index.ts';
import { analyzeCommand } from './commands/analyze.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { startCommand } from './commands/start.ts';
import { workerCommand } from './commands/worker.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const program = new Command('ses')
	.description('Speech-emotion middleware for voice chat.')
	.version(version)
	.showHelpAfterError('Run `ses --help` for the commands and their options.')
	.addCommand(demoCommand())
	.addCommand(startCommand())
	.addCommand(analyzeCommand())
	.addCommand(evalCommand())
	.addCommand(workerCommand())
	.addCommand(doctorCommand());

try {
	await program.parseAsync();
} catch (error) {
	// What a user can act on is one line; anything else is our fault and shows its stack.
	const text = error instanceof SesError ? `${error.code}: ${error.message} ${error.hint}` : (error as Error).stack;
	process.stderr.write(`${text}\n`);
	process.exitCode = 1;
}
