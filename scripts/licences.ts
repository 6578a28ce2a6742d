import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const locate = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Licences, by their SPDX identifiers, of what may come with the package: they ask for attribution at most. */
export const ALLOWED: ReadonlySet<string> = new Set([
	...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'],
	// Of fonts: it does not reach what is drawn with them.
	'OFL-1.1',
]);

const lockSchema = z.object({
	packages: z.record(
		z.string(),
		z.object({
			version: z.string().optional(),
			license: z.string().optional(),
			dependencies: z.record(z.string(), z.string()).optional(),
			optionalDependencies: z.record(z.string(), z.string()).optional(),
			peerDependencies: z.record(z.string(), z.string()).optional(),
			peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
		}),
	),
});
type Packages = z.infer<typeof lockSchema>['packages'];

/** A package as the lock file has it. */
export interface Dependency {
	readonly name: string;
	readonly version: string;
	/** SPDX expression; `unknown` where nothing says. */
	readonly licence: string;
}

/** @returns whether an SPDX expression leaves a choice that is allowed throughout */
export function isAllowed(expression: string): boolean {
	const choices = expression.replace(/[()]/g, '').split(' OR ');
	return choices.some((choice) => choice.split(' AND ').every((licence) => ALLOWED.has(licence.trim())));
}

/** Where Node would find `name` from the package at `path`: in the nearest `node_modules` above it. */
function locateFrom(path: string, name: string, packages: Packages): string | undefined {
	const nested = path.split('/node_modules/');
	for (let depth = nested.length; depth >= 0; depth--) {
		const folder = nested.slice(0, depth).join('/node_modules/');
		const candidate = `${folder && `${folder}/`}node_modules/${name}`;
		if (packages[candidate]) return candidate;
	}
	return undefined;
}

/**
 * @param text of package-lock.json
 * @returns what an installation without development dependencies may hold on any platform, by name and version
 */
export function productionDependencies(text: string): Dependency[] {
	const { packages } = lockSchema.parse(JSON.parse(text));
	const found = new Map<string, Dependency>();
	const seen = new Set<string>();
	const visit = (path: string, chosenBy: string | undefined): void => {
		const { version, license = chosenBy, ...entry } = packages[path] ?? {};
		if (seen.has(path)) return;
		seen.add(path);
		const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
		if (version !== undefined && path !== '') {
			found.set(`${name}@${version}`, { name, version, licence: license ?? 'unknown' });
		}
		const follow = (names: readonly string[], licence?: string): void => {
			for (const each of names) {
				const at = locateFrom(path, each, packages);
				if (at !== undefined) visit(at, licence);
			}
		};
		const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = entry;
		follow(Object.keys(dependencies));
		// Builds for other platforms stand there without a licence: they have that of the package which chooses among them.
		follow(Object.keys(optionalDependencies), path === '' ? undefined : license);
		follow(Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional));
	};
	visit('', undefined);
	return [...found.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, dependency]) => dependency);
}

/** docs/licences.md. @throws when a licence is not among those that are allowed */
export function licenceReport(lockText: string): string {
	const dependencies = productionDependencies(lockText);
	const refused = dependencies.filter(({ licence }) => !isAllowed(licence));
	if (refused.length > 0) {
		const list = refused.map(({ name, version, licence }) => `${name}@${version} (${licence})`).join(', ');
		throw new Error(`Not among the licences that are allowed in scripts/licences.ts: ${list}`);
	}
	const counts = new Map<string, number>();
	for (const { licence } of dependencies) counts.set(licence, (counts.get(licence) ?? 0) + 1);
	const ranked = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
	return `# Licences of dependencies

Written by \`npm run licences\` from package-lock.json: the ${dependencies.length} packages that an installation may hold on some platform, without those of development. The licences of our own parts, of the models and of the samples are in [NOTICE](../NOTICE). \`npm run sbom\` prints a CycloneDX document of these and of those for development.

| licence | packages |
| --- | --- |
${ranked.map(([licence, count]) => `| ${licence} | ${count} |`).join('\n')}

| package | version | licence |
| --- | --- | --- |
${dependencies.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join('\n')}
`;
}

if (import.meta.main) {
	await writeFile(locate('docs/licences.md'), licenceReport(await readFile(locate('package-lock.json'), 'utf8')));
}
