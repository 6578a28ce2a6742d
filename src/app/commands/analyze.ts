import { Command } from 'commander';
import { analyzeFiles, createOfflineInference, interruptible } from '../analysis/index.ts';
import { loadConfig } from '../config.ts';
import { parseChannels, parseDuration } from '../terminal/index.ts';

interface AnalyzeFlags {
	readonly config?: string;
	readonly json?: boolean;
	readonly color: boolean;
	readonly channels?: readonly number[];
	readonly maxDuration?: number;
}

/** `ses analyze FILE...`: what recorded voices sound like, utterance by utterance. */
export function analyzeCommand(): Command {
	return new Command('analyze')
		.description('analyse recordings: a table and a timeline of the emotions in each')
		.argument('<file...>', 'recordings: WAV, Ogg/Opus; with ffmpeg also FLAC, MP3, M4A and more')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.option('--json', 'print one JSON object an utterance and line')
		.option('--channels <list>', 'analyse these channels only: 0,1 or left, right', parseChannels)
		.option('--max-duration <time>', 'refuse longer recordings: 90s, 5m, 2.5h', parseDuration)
		.option('--no-color', 'print without colours')
		.action((files: string[], flags: AnalyzeFlags) =>
			interruptible(async (signal) => {
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
				const failures = await analyzeFiles(files, options, process);
				if (failures > 0) process.exitCode = 1;
			}),
		);
}
