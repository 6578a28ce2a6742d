import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A number of things or milliseconds that may also be without end. */
const endless = (schema: z.ZodNumber) => z.union([schema, z.literal(Number.POSITIVE_INFINITY)]);

/** The settings of this room, `inference` in the configuration file. */
export const inferenceOptions = z.strictObject({
	modelDirectory: z
		.string()
		.min(1)
		.optional()
		.describe('Folder with manifest.json and its model; the shipped one when not set.'),
	workers: z.int().min(1).max(64).default(1).describe('Inference threads; each takes one core under load.'),
	provider: z
		.enum(['cpu', 'cuda', 'tensorrt', 'webgpu', 'coreml', 'dml'])
		.default('cpu')
		.describe('Where the model runs; all but cpu need libraries of their vendor.'),
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
		.regex(/^rediss?:\/\/./, 'must begin with redis:// or rediss://')
		.optional()
		.describe('Redis for workers in other processes; without it all stays in this one.'),
	redisPrefix: z
		.string()
		.regex(/^[\w{}-]+$/)
		.default('{ses}')
		.describe('Begins every key in Redis; the braces keep them in one slot of a cluster.'),
	redisWorker: z.boolean().default(true).describe('Whether this process works on the Redis queue, too.'),
});

export type InferenceOptions = z.infer<typeof inferenceOptions>;

/** `models/` of the package: two folders up in the source as well as in the compiled tree. */
const SHIPPED_MODELS = fileURLToPath(new URL('../../models', import.meta.url));

export const modelDirectoryOf = ({ modelDirectory }: Pick<InferenceOptions, 'modelDirectory'>): string =>
	modelDirectory ?? SHIPPED_MODELS;
