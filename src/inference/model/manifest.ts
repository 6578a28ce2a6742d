import { z } from 'zod';
import { EMOTIONS, PROSODY_COLUMNS, SAMPLE_RATE_HZ, SOUND_EVENTS } from '../../domain/index.ts';

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

/** A name for each column of an output: the known ones, each once, in the order of the graph. */
const columns = <Name extends string>(known: readonly [Name, ...Name[]], what: string) =>
	z
		.array(
			z.enum(known, {
				error: ({ input }) => `unknown ${what} ${JSON.stringify(input)}; known are ${known.join(', ')}`,
			}),
		)
		.refine((given) => known.every((name) => given.filter((each) => each === name).length === 1), {
			message: `must name each of ${known.join(', ')} once`,
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
		outputs: z.object({
			logits: tensor('float32', ['batch', EMOTIONS.length]),
			/** Likelihood of each sound, 0…1. */
			events: tensor('float32', ['batch', SOUND_EVENTS.length]).optional(),
			prosody: tensor('float32', ['batch', PROSODY_COLUMNS.length]).optional(),
		}),
		labels: z.tuple(label as [(typeof label)[number], ...typeof label]),
		/** Describes the output of the same name, as does `prosody`: there are both or neither. */
		events: z
			.object({
				labels: columns(SOUND_EVENTS, 'sound event'),
				/** Likelihood of speech below which an answer would be about something else. */
				speechBelow: z.number().min(0).max(1),
			})
			.optional(),
		prosody: z.object({ columns: columns(PROSODY_COLUMNS, 'column') }).optional(),
		calibration: z.object({
			/** Divides the logits (Guo et al. 2017), fitted on speakers that training never saw. */
			temperature: z.number().positive(),
			unsureBelow: z.number().min(0).max(1),
		}),
		training: z.record(z.string(), z.unknown()),
		metrics: z.looseObject({ protocol: z.string(), corpora: z.record(z.string(), z.unknown()) }),
		/** What the model says of clips that the repository holds; a test compares. */
		fixture: z
			.object({
				description: z.string(),
				accuracy: z.number().min(0).max(1),
				answers: z.array(
					z.object({
						file: z.string(),
						emotion: z.enum(EMOTIONS),
						label: z.enum(EMOTIONS),
						probability: z.number().min(0).max(1),
					}),
				),
			})
			.optional(),
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
	})
	.superRefine(({ outputs, ...sections }, context) => {
		for (const name of ['events', 'prosody'] as const) {
			if (outputs[name] && !sections[name]) {
				context.addIssue({ code: 'custom', path: [name], message: 'is missing, but among the outputs' });
			} else if (sections[name] && !outputs[name]) {
				context.addIssue({ code: 'custom', path: ['outputs', name], message: 'is missing, but described' });
			}
		}
	});

export type ModelManifest = z.infer<typeof manifestSchema>;

/** `name@version`, as every classification names its model. */
export const modelName = ({ name, version }: Pick<ModelManifest, 'name' | 'version'>): string => `${name}@${version}`;
