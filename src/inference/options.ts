import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseKey } from '../domain/index.ts';
import { addressProblem, hasHashTag } from './bullmq/address.ts';
import { EXECUTION_PROVIDERS } from './model/execution-providers.ts';

/** A number of things or milliseconds that may also be without end. */
const endless = (schema: z.ZodNumber) => z.union([schema, z.literal(Number.POSITIVE_INFINITY)]);

/** Says what a setting is called now that had another name once. */
const oldNames: z.core.$ZodErrorMap = ({ code, keys }) =>
	code === 'unrecognized_keys' && (keys as string[]).includes('provider')
		? '`provider` is `providers` now, a list in order of preference, say [cuda, cpu]'
		: undefined;

/** The settings of this room, `inference` in the configuration file. */
export const inferenceOptions = z
	.strictObject(
		{
			modelDirectory: z
				.string()
				.min(1)
				.optional()
				.describe('Folder with manifest.json and its model; a shipped one when not set.'),
			modelVariant: z
				.enum(['default', 'commercial'])
				.default('default')
				.describe(
					'Which of the shipped models: the best, under a licence for non-commercial use, or the one trained on freely usable recordings only, which is not shipped yet.',
				),
			workers: z
				.int()
				.min(1)
				.max(64)
				.optional()
				.describe(
					'Inference threads or processes; each takes one core under load. When not set: one beside a bot, in `ses worker` as many as cores and memory allow.',
				),
			threads: z
				.int()
				.min(1)
				.max(64)
				.default(1)
				.describe('Threads that one run of the model is split among; more workers scale better than more threads.'),
			providers: z
				.array(z.enum(EXECUTION_PROVIDERS))
				.min(1)
				.refine((names) => new Set(names).size === names.length, 'must not name a provider twice')
				.default(['cpu'])
				.describe(
					'Where the model runs, in order of preference: cpu, cuda, tensorrt, webgpu, coreml, dml. The first that passes the self-test of the model is used; all but cpu need libraries of their vendor.',
				),
			isolation: z
				.enum(['auto', 'thread', 'process'])
				.default('auto')
				.describe(
					'What keeps the model apart: a process survives faults of native code and can be recycled by its memory, a thread is lighter. auto: a process in `ses worker` and for all providers but cpu.',
				),
			hangMs: z
				.number()
				.min(100)
				.default(5_000)
				.describe('A worker that answers nothing for this long (and 50 ms for each second of speech) is replaced.'),
			maxRestarts: z
				.int()
				.min(0)
				.default(6)
				.describe('Workers lost in a row, with nothing classified between, before no other is started.'),
			recycleAfter: endless(z.int().positive())
				.default(Number.POSITIVE_INFINITY)
				.describe('Utterances after which a worker is replaced by a fresh one, warmed up beforehand.'),
			recycleAboveMb: endless(z.number().positive())
				.default(1_024)
				.describe('Memory (megabytes, resident) above which an inference process is replaced likewise.'),
			drainMs: z
				.number()
				.min(0)
				.max(9_000)
				.default(5_000)
				.describe(
					'How long `ses worker` may take, when it is asked to end, to finish what it has; the rest goes to others.',
				),
			maxBatch: z.int().min(1).max(256).default(8).describe('Utterances that are classified in one go.'),
			maxBatchWaitMs: z
				.number()
				.min(0)
				.max(1_000)
				.default(5)
				.describe('How long the first utterance of a batch waits for company when a worker is idle.'),
			ttlMs: endless(z.number().positive())
				.default(10_000)
				.describe('An utterance without a result after this is dropped and counted as expired.'),
			maxDepth: endless(z.int().positive())
				.default(256)
				.describe('Utterances under way; beyond it the oldest that waits is dropped and counted as full.'),
			redisUrl: z
				.string()
				.superRefine((url, context) => {
					const message = addressProblem(url);
					if (message) context.addIssue({ code: 'custom', message });
				})
				.optional()
				.describe('Redis for workers in other processes: one server, Sentinel or Cluster (docs/scaling.md).'),
			redisPrefix: z
				.string()
				.regex(/^[\w{}-]+$/)
				.default('{ses}')
				.describe('Begins every key in Redis; the braces keep them in one slot of a cluster.'),
			redisAudio: z
				.enum(['compact', 'pcm'])
				.default('compact')
				.describe(
					'How audio travels through Redis: compact (7.25 KB for each second) or pcm (32 KB, exact to the sample).',
				),
			redisFallback: z
				.boolean()
				.default(true)
				.describe(
					'Whether this process classifies while Redis is away; else utterances wait, and are dropped after ttlMs.',
				),
			payloadKey: z
				.string()
				.refine((text) => parseKey(text) !== undefined, 'must be 32 bytes as hex or base64')
				.optional()
				.describe(
					'Encrypts audio on its way through Redis (AES-256-GCM); the same for bot and workers. Set it by SES_PAYLOAD_KEY, so that it stands in no file.',
				),
			redisWorker: z.boolean().default(true).describe('Whether this process works on the Redis queue, too.'),
		},
		{ error: oldNames },
	)
	.refine(({ redisUrl, redisPrefix }) => !/^rediss?-cluster:/.test(redisUrl ?? '') || hasHashTag(redisPrefix), {
		path: ['redisPrefix'],
		error: 'needs a part in braces, like {ses}: in a cluster all keys of a queue must lie in one slot',
	});

export type InferenceOptions = z.infer<typeof inferenceOptions>;

/** `models/` of the package: two folders up in the source as well as in the compiled tree. */
const SHIPPED_MODELS = {
	default: fileURLToPath(new URL('../../models', import.meta.url)),
	commercial: fileURLToPath(new URL('../../models/commercial', import.meta.url)),
} as const satisfies Record<InferenceOptions['modelVariant'], string>;

export const modelDirectoryOf = ({
	modelDirectory,
	modelVariant = 'default',
}: Partial<Pick<InferenceOptions, 'modelDirectory' | 'modelVariant'>>): string =>
	modelDirectory ?? SHIPPED_MODELS[modelVariant];
