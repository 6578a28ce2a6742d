import { adaptiveReply } from '../../middleware/index.ts';
import type { AudioIntake } from '../../web/index.ts';
import type { Config } from '../config.ts';
import { configuredEngine, type EngineParts } from '../engine.ts';
import type { StepEffects } from '../steps.ts';
import { SourceVoice } from './source-voice.ts';

/** What would keep something of a voice, call somebody or say something because of it. */
const LEFT_OUT = ['mood-recorder', 'escalation', 'adaptive-reply'] as const;

export interface AudioIntakeParts extends Omit<EngineParts, 'effects' | 'arrangement'> {
	readonly settingsOf: StepEffects['settingsOf'];
}

/**
 * Where voices from elsewhere are heard: the engine of the bot once more, on the same queue and telling on the same
 * bus, without the steps that keep or do something. Disposing of it waits for what was said.
 */
export function openAudioIntake(config: Config, parts: AudioIntakeParts): AudioIntake & AsyncDisposable {
	const { settingsOf, bus, ...rest } = parts;
	const engine = configuredEngine(config, {
		...rest,
		bus,
		effects: {
			publish: bus.publish,
			settingsOf,
			moods: { record: async () => {} },
			raise: async () => {},
			adaptiveReply: adaptiveReply(),
		},
		arrangement: { without: LEFT_OUT.filter((name) => config.middleware.steps.includes(name)) },
	});
	return {
		open: (origin, format) => new SourceVoice({ engine, segmenter: config.segmenter, origin, format }),
		[Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
	};
}
