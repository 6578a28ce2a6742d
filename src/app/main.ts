#!/usr/bin/env node
import '../disposable.ts';
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { SesError } from '../domain/index.ts';
import { errorLine } from './terminal/output.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Loaded when they are called: a recording should not wait for a Discord library. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
	demo: async () => (await import('./commands/demo.ts')).demoCommand(),
	start: async () => (await import('./commands/start.ts')).startCommand(),
	listen: async () => (await import('./commands/listen.ts')).listenCommand(),
	analyze: async () => (await import('./commands/analyze.ts')).analyzeCommand(),
	report: async () => (await import('./commands/report.ts')).reportCommand(),
	eval: async () => (await import('./commands/eval.ts')).evalCommand(),
	worker: async () => (await import('./commands/worker.ts')).workerCommand(),
	token: async () => (await import('./commands/token.ts')).tokenCommand(),
	rules: async () => (await import('./commands/rules.ts')).rulesCommand(),
	store: async () => (await import('./commands/store.ts')).storeCommand(),
	doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
};

const program = new Command('ses')
	.description('Speech-emotion middleware for voice chat.')
	.version(version)
	.showHelpAfterError('Run `ses --help` for the commands and their options.');

const named = COMMANDS[process.argv[2] ?? ''];
for (const load of named ? [named] : Object.values(COMMANDS)) program.addCommand(await load());

try {
	await program.parseAsync();
} catch (error) {
	// What a user can act on is one line; anything else is our fault and shows its stack.
	const text = error instanceof SesError ? errorLine(error) : (error as Error).stack;
	process.stderr.write(`${text}\n`);
	process.exitCode = 1;
}
