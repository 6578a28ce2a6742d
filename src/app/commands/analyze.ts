import { Command, Option } from 'commander';
import { SesError } from '../../domain/index.ts';
import { interruptible } from '../analysis/interruptible.ts';
import { keepHeapSmall } from '../analysis/small-heap.ts';
import { LANGUAGES, type Language } from '../report/model.ts';
import type { Customer } from '../report/read-call.ts';
import { parseChannels, parseCustomer, parseDuration, parseJobs } from '../terminal/index.ts';

interface AnalyzeFlags {
	readonly config?: string;
	readonly json?: boolean;
	readonly color: boolean;
	readonly channels?: readonly number[];
	readonly maxDuration?: number;
	readonly report?: string;
	readonly kind?: 'call' | 'conversation';
	readonly customer?: Customer;
	readonly lang: Language;
	readonly embedAudio?: boolean;
	readonly jobs: number;
	readonly force?: boolean;
}

const DETAILS = `
With --report each recording gets an HTML report with charts and a player, a PNG, JSON, CSV, SRT and VTT; folders are
searched for recordings, and what was done before is skipped. Of a call only the customer's side is read; of the other
it is noted when somebody speaks, no more (docs/calls.md).`;

/** `ses analyze FILE...`: what recorded voices sound like, utterance by utterance or as a report. */
export function analyzeCommand(): Command {
	return new Command('analyze')
		.description('analyse recordings: a table and a timeline of the emotions in each, or reports on them')
		.argument('<file...>', 'recordings: WAV, Ogg/Opus; with ffmpeg also FLAC, MP3, M4A and more')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.option('--json', 'print one JSON object an utterance and line; with --report one a recording')
		.option('--channels <list>', 'analyse these channels only: 0,1 or left, right', parseChannels)
		.option('--max-duration <time>', 'refuse longer recordings: 90s, 5m, 2.5h', parseDuration)
		.option('--no-color', 'print without colours')
		.option('-r, --report <folder>', 'write reports into this folder')
		.addOption(
			new Option('--kind <kind>', 'a call, or another conversation, of which all voices are read').choices([
				'call',
				'conversation',
			]),
		)
		.option('--customer <side>', 'of a call: left (default) or right; in mono A, B (default) or only', parseCustomer)
		.addOption(new Option('--lang <language>', 'language of the reports').choices(LANGUAGES).default('en'))
		.option('--embed-audio', 'make the audio part of the HTML report')
		.option('-j, --jobs <number>', 'recordings at a time, each in a process of its own', parseJobs, 1)
		.option('--force', 'make reports anew that are there')
		.addHelpText('after', DETAILS)
		.action((files: string[], flags: AnalyzeFlags) =>
			interruptible(async (signal) => {
				// Before the rest is loaded: a young generation that has grown does not shrink.
				keepHeapSmall();
				const failures = flags.report
					? await report(files, flags.report, flags, signal)
					: await print(files, flags, signal);
				if (failures > 0) process.exitCode = 1;
			}),
		);
}

async function print(files: readonly string[], flags: AnalyzeFlags, signal: AbortSignal): Promise<number> {
	const idle = flags.kind === 'call' || flags.customer || flags.embedAudio || flags.jobs > 1 || flags.force;
	if (idle) {
		throw new SesError('SES_USAGE', {
			reason: '--kind call, --customer, --embed-audio, --jobs and --force belong to --report.',
		});
	}
	const { loadConfig } = await import('../config.ts');
	const { analyzeFiles, createOfflineInference } = await import('../analysis/index.ts');
	const config = await loadConfig(flags.config);
	const { inference, rules } = await createOfflineInference(config);
	await using _ = inference;
	const options = {
		queue: inference.queue,
		rules,
		segmenter: config.segmenter,
		maxDurationMs: flags.maxDuration ?? config.analyze.maxDurationMs,
		...(flags.channels ? { channels: flags.channels } : {}),
		signal,
		json: flags.json ?? false,
		colour: flags.color,
	};
	// Awaited here: what is used is let go at the end of this function.
	return await analyzeFiles(files, options, process);
}

async function report(
	paths: readonly string[],
	folder: string,
	flags: AnalyzeFlags,
	signal: AbortSignal,
): Promise<number> {
	const { kind = 'call', customer, lang, channels, maxDuration } = flags;
	if (customer && kind === 'conversation') {
		throw new SesError('SES_USAGE', { reason: '--customer is for calls: a conversation has none.' });
	}
	const { loadConfig } = await import('../config.ts');
	const { runBatch } = await import('../report/index.ts');
	return runBatch(
		paths,
		{
			config: await loadConfig(flags.config),
			...(flags.config !== undefined && { configFile: flags.config }),
			flags: {
				kind,
				...(customer && { customer }),
				language: lang,
				embedAudio: flags.embedAudio ?? false,
				...(channels && { channels }),
				...(maxDuration !== undefined && { maxDurationMs: maxDuration }),
			},
			folder,
			jobs: flags.jobs,
			force: flags.force ?? false,
			json: flags.json ?? false,
			signal,
		},
		process,
	);
}
