import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

/** The project's own folder: `training` is a package in it. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const environment = z.object({ SES_BENCH_PYTHON: z.string().min(1).default('python3') });

const ADVICE = '; SES_BENCH_PYTHON names a Python of your own, say of a venv with training/requirements.txt';

/** As many threads as a session of ours has. */
export const ONE_THREAD = {
	OMP_NUM_THREADS: '1',
	OPENBLAS_NUM_THREADS: '1',
	MKL_NUM_THREADS: '1',
	NUMBA_NUM_THREADS: '1',
} as const;

/** @returns the interpreter if it can import these modules, those of the project among them; or why not */
export async function pythonWith(
	modules: readonly string[],
): Promise<{ readonly python: string } | { readonly missing: string }> {
	const { SES_BENCH_PYTHON: python } = environment.parse(process.env);
	for (const name of modules) {
		const code = 'import importlib, sys; importlib.import_module(sys.argv[1])';
		const found = await run(python, ['-c', code, name], { cwd: ROOT }).then(
			() => true,
			() => false,
		);
		if (!found) return { missing: `${python} cannot import ${name}${ADVICE}` };
	}
	return { python };
}

/** Writes wav2vec2-base's graph with random weights for one clip of so many samples (training/cost.py). */
export async function writeWav2vec2(python: string, file: string, samples: number): Promise<void> {
	const code =
		'import sys; from pathlib import Path; from training.cost import write_wav2vec2; write_wav2vec2(Path(sys.argv[1]), int(sys.argv[2]))';
	await run(python, ['-c', code, file, String(samples)], { cwd: ROOT });
}
