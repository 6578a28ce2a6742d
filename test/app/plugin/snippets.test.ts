import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DOCUMENTS = ['docs/plugin.md', 'README.md'];
const TIMEOUT_MS = 300_000;

/** What the snippets take for granted: the bot, the game and the voices of whoever reads them. */
const READERS_OWN = `
import type { Client, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js';
declare global {
	const client: Client<true>;
	const myCommands: RESTPostAPIChatInputApplicationCommandsJSONBody[];
	const game: { mood(playerId: string, valence: number, arousal: number): void };
	const voice: {
		on(event: 'frame', listener: (player: { readonly id: string }, pcm: Int16Array) => void): void;
		on(event: 'left', listener: (player: { readonly id: string }) => void): void;
	};
}
`;

/** Must not compile, or what compiles proves nothing. */
const CONTROL = `
import { createEmotionSense } from 'speech-emotion-sense';
await createEmotionSense({ client, sorces: [] });
`;

interface Snippet {
	/** Says where it stands. */
	readonly file: string;
	readonly code: string;
}

async function snippetsOf(document: string): Promise<Snippet[]> {
	const text = await readFile(join(ROOT, document), 'utf8');
	return [...text.matchAll(/^( *)```(?:ts|typescript)\n(.*?)^ *```$/gms)].map(({ index, 2: code = '' }) => {
		const line = text.slice(0, index).split('\n').length;
		return { file: `${document.replace(/\W/g, '-')}-line-${line}.ts`, code };
	});
}

/** A type that a document spells out is the package's own of that name. */
function sameTypes(code: string, exported: readonly string[]): string {
	const names = [...code.matchAll(/^type (\w+) =/gm)]
		.map(([, name = '']) => name)
		.filter((name) => exported.includes(name));
	return names
		.map(
			(name) => `
type Real${name} = import('speech-emotion-sense').${name};
export const documented${name}: (real: Real${name}) => ${name} = (real) => real;
export const real${name}: (documented: ${name}) => Real${name} = (documented) => documented;`,
		)
		.join('');
}

/** @returns what the compiler prints */
async function compile(folder: string): Promise<string> {
	const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
	const child = spawn(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder });
	let output = '';
	child.stdout.on('data', (text: Buffer) => {
		output += text;
	});
	child.stderr.on('data', (text: Buffer) => {
		output += text;
	});
	await once(child, 'close');
	return output;
}

it('compiles every snippet of the documents against the package', { timeout: TIMEOUT_MS }, async () => {
	const snippets = (await Promise.all(DOCUMENTS.map(snippetsOf))).flat();
	expect(snippets.length).toBeGreaterThanOrEqual(4);
	const index = await readFile(join(ROOT, 'src/index.ts'), 'utf8');
	const exported = [...index.matchAll(/\b[A-Z]\w+/g)].map(([name]) => name);
	// In the project, so that the package finds itself by its name.
	const folder = await mkdtemp(join(ROOT, '.snippets-'));
	try {
		const files = [
			{ file: 'readers-own.d.ts', code: READERS_OWN },
			{ file: 'control.ts', code: CONTROL },
			...snippets.map(({ file, code }) => ({ file, code: `${code}${sameTypes(code, exported)}\nexport {};\n` })),
		];
		for (const { file, code } of files) await writeFile(join(folder, file), code);
		const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
		await writeFile(
			join(folder, 'tsconfig.json'),
			JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: ['*.ts'] }),
		);
		const errors = (await compile(folder)).split('\n').filter((line) => /error TS\d+/.test(line));
		// What others are in the middle of changing elsewhere is not what this is about.
		const own = errors.filter((line) => !/^\.\.\//.test(line));
		expect(own.filter((line) => !line.startsWith('control.ts'))).toEqual([]);
		expect(own.join('\n')).toMatch(/^control\.ts\(3,\d+\): error TS2\d+: .*sorces/);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
