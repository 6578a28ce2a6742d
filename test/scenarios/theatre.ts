import { createOfflineInference } from '../../src/app/analysis/offline-inference.ts';
import { type Config, loadConfig } from '../../src/app/config.ts';
import { Clips } from './clips.ts';
import { library } from './library/index.ts';
import { Mixer } from './mix.ts';
import { play } from './play.ts';
import { type Outcome, outcomeOf } from './report.ts';
import type { Scenario } from './script.ts';

/** A machine may be so busy that a worker has no time to answer; that is no fault of it. */
const PATIENCE_MS = 120_000;

export interface Theatre extends AsyncDisposable {
	/** `name@version` of the model. */
	readonly model: string;
	readonly scenarios: readonly Scenario[];
	play(scenario: Scenario): Promise<Outcome>;
}

/** Reads the clips and loads the model, once for all scenarios. @param modelDirectory the shipped one when not set */
export async function openTheatre(modelDirectory?: string): Promise<Theatre> {
	// Whatever the shell has set is for another bot.
	const config: Config = await loadConfig(undefined, {
		SES_INFERENCE__HANG_MS: String(PATIENCE_MS),
		...(modelDirectory && { SES_INFERENCE__MODEL_DIRECTORY: modelDirectory }),
	});
	const [clips, { inference, rules }] = await Promise.all([Clips.read(), createOfflineInference(config)]);
	const stage = { queue: inference.queue, rules, config, mixer: new Mixer() };
	return {
		model: inference.model.name,
		scenarios: library(clips),
		play: async (scenario) => outcomeOf(scenario, await play(scenario, stage)),
		[Symbol.asyncDispose]: () => inference[Symbol.asyncDispose](),
	};
}
