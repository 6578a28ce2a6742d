import { Command } from 'commander';
import type { Emotion } from '../../domain/index.ts';
import { evaluateManifest } from '../analysis/evaluate-manifest.ts';
import { createOfflineInference, interruptible } from '../analysis/index.ts';
import { loadConfig } from '../config.ts';
import { parseLabels } from '../terminal/index.ts';

interface EvalFlags {
	readonly config?: string;
	readonly manifest: string;
	readonly root: string;
	readonly labels?: readonly Emotion[];
	readonly abstain?: boolean;
	readonly json?: boolean;
	readonly color: boolean;
}

const DETAILS = `
One clip is one utterance, read, resampled, classified and judged as it would be live.
Within a corpus only the classes that occur in it are to choose from: the probabilities of the
others are left out and the rest renormalised. "overall" pools the clips of all corpora, each
restricted to its own corpus' classes; its UAR is the mean recall over the union of classes.
ECE has 15 equal-width bins over the highest probability after that restriction.
--abstain leaves out of the scores what a user would be told is "unsure", and says how much that is.`;

/** `ses eval`: how good the shipped pipeline is on labelled clips. */
export function evalCommand(): Command {
	return new Command('eval')
		.description('measure the pipeline on labelled clips: UAR, accuracy, F1, confusion, calibration')
		.requiredOption('-m, --manifest <file>', 'CSV file with the columns file,label,speaker,corpus')
		.requiredOption('-r, --root <folder>', 'folder that the files of the manifest are named from')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.option('--labels <list>', 'classes in question, as in anger,calm; clips of others are left out', parseLabels)
		.option('--abstain', 'allow the answer "unsure", and leave these clips out of the scores')
		.option('--json', 'print one JSON object')
		.option('--no-color', 'print without colours')
		.addHelpText('after', DETAILS)
		.action((flags: EvalFlags) =>
			interruptible(async (signal) => {
				const config = await loadConfig(flags.config);
				await using stack = new AsyncDisposableStack();
				const unreadable = await evaluateManifest(
					{
						manifest: flags.manifest,
						root: flags.root,
						...(flags.labels ? { labels: flags.labels } : {}),
						abstain: flags.abstain ?? false,
						json: flags.json ?? false,
						colour: flags.color,
						signal,
						openQueue: async () => {
							const { inference, rules } = await createOfflineInference(config);
							stack.use(inference);
							return { queue: inference.queue, rules };
						},
					},
					process,
				);
				if (unreadable > 0) process.exitCode = 1;
			}),
		);
}
