import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The model that is shipped. */
export const SHIPPED_MODEL = fileURLToPath(new URL('../../models', import.meta.url));

/** A few hundred bytes of ONNX; its logits are {@link TINY_WEIGHTS} times the mean power, plus {@link TINY_BIAS}. */
export const TINY_MODEL = fileURLToPath(new URL('../support/fixtures/tiny-model', import.meta.url));
export const TINY_WEIGHTS = [8, -4, -2, 1, 3, 5, 0, -3, 6];
export const TINY_BIAS = [0, 0.3, 0.2, 0.1, 0, 0.1, 1, 0.2, 0];
export const TINY_TEMPERATURE = 2;

/** As the tiny model, with sound events and prosody, in an order of its own; what they are stands in make-tiny-model.py. */
export const HEARING_MODEL = fileURLToPath(new URL('../support/fixtures/tiny-hearing-model', import.meta.url));

export interface ModelCopy extends AsyncDisposable {
	readonly directory: string;
	/** Changes the manifest; the result need not be valid. */
	edit(change: (manifest: Record<string, unknown>) => unknown): Promise<void>;
}

/** The tiny model in a folder of its own, to be damaged. */
export async function copyTinyModel(): Promise<ModelCopy> {
	const directory = await mkdtemp(join(tmpdir(), 'ses-model-'));
	await cp(TINY_MODEL, directory, { recursive: true });
	const file = join(directory, 'manifest.json');
	return {
		directory,
		async edit(change) {
			const manifest: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
			await writeFile(file, JSON.stringify(change(manifest)));
		},
		[Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
	};
}
