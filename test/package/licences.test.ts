import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isAllowed, licenceReport, productionDependencies } from '../../scripts/licences.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

const lock = (entry: object, root: object = { dependencies: { 'some-package': '1.2.3' } }): string =>
	JSON.stringify({ packages: { '': root, 'node_modules/some-package': { version: '1.2.3', ...entry } } });

describe('licences of dependencies', () => {
	it('are those that docs/licences.md lists (npm run licences)', async () => {
		expect(await read('docs/licences.md')).toBe(licenceReport(await read('package-lock.json')));
	});

	it('stop the report when one is not allowed or not known', () => {
		expect(() => licenceReport(lock({ license: 'GPL-3.0-only' }))).toThrow('some-package@1.2.3 (GPL-3.0-only)');
		expect(() => licenceReport(lock({}))).toThrow('some-package@1.2.3 (unknown)');
		expect(licenceReport(lock({ license: 'MIT' }))).toContain('| some-package | 1.2.3 | MIT |');
		const forDevelopment = { devDependencies: { 'some-package': '1.2.3' } };
		expect(licenceReport(lock({ license: 'GPL-3.0-only' }, forDevelopment))).not.toContain('some-package');
	});

	it('are read as expressions: any of a choice will do, all of a sum are needed', () => {
		expect(isAllowed('(MIT OR GPL-3.0-only)')).toBe(true);
		expect(isAllowed('MIT AND OFL-1.1')).toBe(true);
		expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false);
		expect(isAllowed('AGPL-3.0-only OR SSPL-1.0')).toBe(false);
		expect(isAllowed('')).toBe(false);
	});
});

it("finds what is nested and what is needed by a peer, and builds for other platforms under their chooser's licence", () => {
	const packages = {
		'': { dependencies: { one: '1.0.0' } },
		'node_modules/one': {
			...{ version: '1.0.0', license: 'MIT', dependencies: { two: '2.0.0' } },
			...{ optionalDependencies: { 'one-beos': '1.0.0' }, peerDependencies: { three: '*', four: '*' } },
			peerDependenciesMeta: { four: { optional: true } },
		},
		'node_modules/one-beos': { version: '1.0.0' },
		'node_modules/one/node_modules/two': { version: '2.0.0', license: 'ISC' },
		'node_modules/two': { version: '1.0.0', license: 'ISC' },
		'node_modules/three': { version: '3.0.0', license: '0BSD', dependencies: { two: '1.0.0' } },
		'node_modules/four': { version: '4.0.0', license: 'MIT' },
	};
	expect(
		productionDependencies(JSON.stringify({ packages })).map(({ name, version, licence }) => [name, version, licence]),
	).toEqual([
		['one-beos', '1.0.0', 'MIT'],
		['one', '1.0.0', 'MIT'],
		['three', '3.0.0', '0BSD'],
		['two', '1.0.0', 'ISC'],
		['two', '2.0.0', 'ISC'],
	]);
});

it('has a bill of materials that leaves none of them out', { timeout: 120_000 }, async () => {
	const options = { cwd: fileURLToPath(root), timeout: 100_000, maxBuffer: 1 << 25 };
	const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], options);
	const { bomFormat, components } = JSON.parse(stdout) as {
		bomFormat: string;
		components: { name: string; group?: string; version: string }[];
	};
	expect(bomFormat).toBe('CycloneDX');
	const known = productionDependencies(await read('package-lock.json')).map(
		({ name, version }) => `${name}@${version}`,
	);
	const told = components.map(({ name, version }) => `${name}@${version}`);
	expect(known.length).toBeGreaterThan(100);
	expect(known.filter((each) => !told.includes(each))).toEqual([]);
});

it('decides on every install script, and SECURITY.md says why', async () => {
	const { packages } = JSON.parse(await read('package-lock.json')) as {
		packages: Record<string, { hasInstallScript?: boolean }>;
	};
	const { allowScripts } = JSON.parse(await read('package.json')) as { allowScripts: Record<string, boolean> };
	const scripted = Object.entries(packages)
		.filter(([path, { hasInstallScript }]) => path !== '' && hasInstallScript)
		.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
	expect(Object.keys(allowScripts).sort()).toEqual([...new Set(scripted)].sort());
	const policy = await read('SECURITY.md');
	for (const name of Object.keys(allowScripts)) expect(policy).toContain(`\`${name}\``);
});
