import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, SesError } from '../../domain/index.ts';
import { type ModelManifest, manifestSchema } from './manifest.ts';

/** A model whose bytes are those that its manifest describes. */
export interface VerifiedModel {
	readonly manifest: ModelManifest;
	/** The ONNX file: what was verified is what is run, whatever becomes of the file. */
	readonly bytes: Uint8Array<ArrayBuffer>;
}

const isMissing = (error: unknown): boolean =>
	['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

async function readManifest(directory: string): Promise<ModelManifest> {
	const file = join(directory, 'manifest.json');
	let content: unknown;
	try {
		content = JSON.parse(await readFile(file, 'utf8'));
	} catch (error) {
		if (isMissing(error)) throw new SesError('SES_MODEL_MISSING', { file }, error);
		throw new SesError('SES_MODEL_MANIFEST_INVALID', { file, problems: reasonOf(error) }, error);
	}
	const parsed = manifestSchema.safeParse(content);
	if (parsed.success) return parsed.data;
	const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'manifest'}: ${message}`);
	throw new SesError('SES_MODEL_MANIFEST_INVALID', { file, problems: problems.join('; ') }, parsed.error);
}

/**
 * Reads `manifest.json` and its model from `directory` and compares the checksum.
 *
 * @throws {SesError} SES_MODEL_MISSING, SES_MODEL_MANIFEST_INVALID or SES_MODEL_ALTERED
 */
export async function loadModel(directory: string): Promise<VerifiedModel> {
	const manifest = await readManifest(directory);
	const file = join(directory, manifest.file);
	let bytes: Uint8Array<ArrayBuffer>;
	try {
		bytes = await readFile(file);
	} catch (error) {
		if (isMissing(error)) throw new SesError('SES_MODEL_MISSING', { file }, error);
		throw error;
	}
	const actual = createHash('sha256').update(bytes).digest('hex');
	if (actual !== manifest.sha256) throw new SesError('SES_MODEL_ALTERED', { file, actual, expected: manifest.sha256 });
	return { manifest, bytes };
}
