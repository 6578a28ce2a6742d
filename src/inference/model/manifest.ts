import { z } from 'zod';
import { EMOTIONS, SAMPLE_RATE_HZ } from '../../domain/index.ts';

const label = EMOTIONS.map((emotion) => z.literal(emotion));
const logits = z.array(z.number()).length(EMOTIONS.length);
const positive = z.int().positive();

/** Input and output names are those of the graph; the classifier feeds tensors by these names. */
const tensor = <Type extends string>(type: Type, shape: readonly (string | number)[]) =>
	z.object({
		type: z.literal(type),
		shape: z
			.array(z.union([z.string(), z.int()]))
			.refine((given) => given.join() === shape.join(), `must be [${shape.join(', ')}]`),
	});

/**
 * What `models/manifest.json` says of the model beside it; written by training/export.py.
 *
 * Fields that are unknown here are kept out of the parsed value but do no harm: a newer exporter
 * may add some without a new `schemaVersion`.
 */
export const manifestSchema = z
	.object({
		schemaVersion: z.literal(1),
		name: z.string().min(1),
		version: z.string().min(1),
		/** In the manifest's own folder: a manifest cannot point anywhere else on the disk. */
		file: z.string().regex(/^[\w][\w.-]*$/, 'must be a plain file name'),
		sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
		bytes: positive,
		licence: z.string().min(1),
		attribution: z.array(z.unknown()),
		sampleRateHz: z.literal(SAMPLE_RATE_HZ),
		/** Shorter clips are padded with silence to this. */
		minSamples: positive,
		/** Longer clips are judged in overlapping windows of this. */
		maxSamples: positive,
		inputs: z.object({
			/** −1…1, each row padded with zeros to the longest. */
			pcm: tensor('float32', ['batch', 'samples']),
			/** Valid samples of each row. */
			lengths: tensor('int64', ['batch']),
		}),
		outputs: z.object({ logits: tensor('float32', ['batch', EMOTIONS.length]) }),
		labels: z.tuple(label as [(typeof label)[number], ...typeof label]),
		calibration: z.object({
			/** Divides the logits (Guo et al. 2017), fitted on speakers that training never saw. */
			temperature: z.number().positive(),
			unsureBelow: z.number().min(0).max(1),
		}),
		training: z.record(z.string(), z.unknown()),
		metrics: z.looseObject({ protocol: z.string(), corpora: z.record(z.string(), z.unknown()) }),
		/** A sine and the logits that the training framework gave for it: proves runtime and provider. */
		selfTest: z.object({
			description: z.string(),
			frequencyHz: z.number().positive(),
			amplitude: z.number().min(0).max(1),
			samples: positive,
			logits,
		}),
	})
	.refine(({ minSamples, maxSamples }) => minSamples <= maxSamples, {
		path: ['minSamples'],
		message: 'must not exceed maxSamples',
	});

export type ModelManifest = z.infer<typeof manifestSchema>;

/** `name@version`, as every classification names its model. */
export const modelName = ({ name, version }: Pick<ModelManifest, 'name' | 'version'>): string => `${name}@${version}`;
