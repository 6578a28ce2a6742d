import type { Log } from '../domain/index.ts';
import { loadModel, type VerifiedModel } from './model/load.ts';
import { modelName } from './model/manifest.ts';
import { type InferenceOptions, modelDirectoryOf } from './options.ts';

/**
 * The model that is configured, and a line in the log on which one it is and under what licence.
 *
 * @throws {SesError} as {@link loadModel}
 */
export async function openModel(options: InferenceOptions, log?: Log): Promise<VerifiedModel> {
	const model = await loadModel(modelDirectoryOf(options));
	const { licence } = model.manifest;
	const variant = options.modelDirectory === undefined ? options.modelVariant : 'own';
	log?.info({ model: modelName(model.manifest), variant, licence }, 'The model is loaded');
	return model;
}
