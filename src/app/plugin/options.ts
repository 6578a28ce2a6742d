import type { InferenceQueue, Log, MoodStore } from '../../domain/index.ts';
import type { Arrangement, EmotionContext } from '../../middleware/index.ts';
import { type Config, type ConfigInput, parseConfig } from '../config.ts';

/** What both forms of the plugin take. All that is handed in stays its owner's to close. */
export interface EmbeddingOptions {
	/**
	 * Settings as in `config/default.yaml` (docs/configuration.md); the defaults for what is not set, but that no
	 * console is opened and warnings alone are logged. Neither a file nor the environment is read.
	 */
	readonly config?: ConfigInput | undefined;
	/** Classifies in place of the worker threads of this process. */
	readonly queue?: InferenceQueue | undefined;
	/** Keeps moods in place of the shipped store. */
	readonly moodStore?: MoodStore | undefined;
	/** Steps of your own before and after those that are built in, and some of these left out. */
	readonly steps?: Arrangement<EmotionContext> | undefined;
	/** JSON lines on standard error when it is not set. */
	readonly log?: Log | undefined;
	/** Ends the attempt to start. */
	readonly signal?: AbortSignal | undefined;
}

/** @throws {SesError} SES_CONFIG_INVALID */
export const embeddedConfig = ({ web, log, ...rest }: ConfigInput = {}): Config =>
	parseConfig(
		{ ...rest, web: { enabled: false, ...web }, log: { level: 'warn', ...log } },
		'the options of the plugin (`config`)',
	);
