import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
// The options alone, not the rooms: reading settings should not load a Discord library.
import { reorderOptions } from '../audio/reorder-buffer.ts';
import { segmenterOptions } from '../audio/segmenter.ts';
import { botOptions } from '../bot/options.ts';
import { JUDGEMENT_DEFAULTS, reasonOf, SesError } from '../domain/index.ts';
import { inferenceOptions } from '../inference/options.ts';
import {
	abstentionOptions,
	escalationOptions,
	fatigueOptions,
	heatOptions,
	qualityGateOptions,
	replyOptions,
	STEP_NAMES,
	smoothingOptions,
	stepsFault,
} from '../middleware/index.ts';
import { storageOptions } from '../storage/options.ts';
import { webOptions } from '../web/options.ts';
import { applyEnvironment } from './environment.ts';
import { healthEndpointOptions } from './health/options.ts';
import { logOptions } from './log.ts';
import { metricsOptions, tracingOptions } from './telemetry/options.ts';

const judgementOptions = z.strictObject({
	minDurationMs: z.number().min(0).default(JUDGEMENT_DEFAULTS.minDurationMs).describe('Shorter speech is unsure.'),
	minLevelDb: z.number().max(0).default(JUDGEMENT_DEFAULTS.minLevelDb).describe('Quieter speech is unsure (dBFS).'),
	minSnrDb: z.number().default(JUDGEMENT_DEFAULTS.minSnrDb).describe('Speech less far above the noise is unsure.'),
	maxClippedShare: z
		.number()
		.min(0)
		.max(1)
		.default(JUDGEMENT_DEFAULTS.maxClippedShare)
		.describe('Speech with a larger share of clipped samples is unsure.'),
	maxLossShare: z
		.number()
		.min(0)
		.max(1)
		.default(JUDGEMENT_DEFAULTS.maxLossShare)
		.describe('Speech with a larger share of concealed packets is unsure.'),
});

const stepsOption = z
	.array(
		z.enum(STEP_NAMES, {
			error: ({ input }) => `there is no step ${JSON.stringify(input)}; there are ${STEP_NAMES.join(', ')}`,
		}),
	)
	.superRefine((names, context) => {
		const fault = stepsFault(names);
		if (fault) context.addIssue({ code: 'custom', message: fault });
	})
	.default([...STEP_NAMES])
	.describe('What happens to each result, from the outside in; a step that is left out does not run.');

/** Every setting, with its default. The rooms own their parts; this is where they meet. */
export const configSchema = z.strictObject({
	bot: botOptions.prefault({}),
	reorder: reorderOptions.prefault({}),
	segmenter: segmenterOptions.prefault({}),
	judgement: judgementOptions.prefault({}),
	inference: inferenceOptions.prefault({}),
	middleware: z
		.strictObject({
			steps: stepsOption,
			quality: qualityGateOptions.prefault({}),
			abstention: abstentionOptions.prefault({}),
			smoothing: smoothingOptions.prefault({}),
			heat: heatOptions.prefault({}),
			escalation: escalationOptions.prefault({}),
			replies: replyOptions.prefault({}),
			fatigue: fatigueOptions.prefault({}),
		})
		.prefault({}),
	storage: storageOptions.prefault({}),
	health: z
		.strictObject({
			everyMs: z.number().min(1000).default(10_000).describe('How often reception health is reported.'),
			...healthEndpointOptions.shape,
		})
		.prefault({}),
	web: webOptions.prefault({}),
	metrics: metricsOptions.prefault({}),
	tracing: tracingOptions.prefault({}),
	analyze: z
		.strictObject({
			maxDurationMs: z
				.number()
				.positive()
				.default(12 * 3_600_000)
				.describe('Longer recordings are refused.'),
		})
		.prefault({}),
	log: logOptions.prefault({}),
});
export type Config = z.infer<typeof configSchema>;

/** The same before defaults are filled in. */
export type ConfigInput = z.input<typeof configSchema>;

const DEFAULT_CONFIG_FILE = fileURLToPath(new URL('../../config/default.yaml', import.meta.url));

const describeProblems = (error: z.ZodError): string =>
	error.issues
		.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message.replace(/^Invalid input: /, '')}`)
		.join('; ');

async function readYaml(file: string): Promise<unknown> {
	try {
		return parseYaml(await readFile(file, 'utf8')) ?? {};
	} catch (error) {
		throw new SesError('SES_CONFIG_UNREADABLE', { file, reason: reasonOf(error).split('\n')[0] as string }, error);
	}
}

/**
 * Reads the configuration: the environment stands over the file, the file over the defaults.
 *
 * @param file the user's YAML file; `config/default.yaml` when there is none
 * @throws {SesError} SES_CONFIG_UNREADABLE, SES_CONFIG_INVALID
 */
export async function loadConfig(
	file = DEFAULT_CONFIG_FILE,
	environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Config> {
	const { values, unknown } = applyEnvironment(await readYaml(file), environment, configSchema);
	if (unknown.length > 0) {
		const problems = `no setting belongs to ${unknown.join(', ')}`;
		throw new SesError('SES_CONFIG_INVALID', { problems, source: 'the environment' });
	}
	return parseConfig(values, `${file} or the environment`);
}

/**
 * Fills in the defaults.
 *
 * @param source where the values come from, for whoever has to correct them
 * @throws {SesError} SES_CONFIG_INVALID
 */
export function parseConfig(values: unknown, source: string): Config {
	const parsed = configSchema.safeParse(values);
	if (parsed.success) return parsed.data;
	throw new SesError('SES_CONFIG_INVALID', { problems: describeProblems(parsed.error), source });
}
