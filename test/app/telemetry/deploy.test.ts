import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { configSchema, loadConfig } from '../../../src/app/config.ts';
import { settingsOf } from '../../../src/app/environment.ts';
import { Metrics } from '../../../src/app/telemetry/metrics.ts';
import { addressProblem } from '../../../src/inference/bullmq/address.ts';
import { EmbeddedQueue } from '../../../src/inference/index.ts';
import { ScriptedClassifier } from '../../inference/scripted-classifier.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const IMAGE = /^speech-emotion-sense:/;
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: manifests of others' formats, looked at piece by piece
type Tree = any;

const packageJson = await read('package.json');
const files = await readdir(join(ROOT, 'deploy'), { recursive: true });
const manifests: Tree[] = [];
for (const file of files.filter((name) => name.startsWith('kubernetes/'))) {
	for (const document of parseAllDocuments(await read(`deploy/${file}`))) {
		expect(document.errors).toEqual([]);
		manifests.push(document.toJS());
	}
}
const compose: Tree = parse(await read('deploy/compose.yaml'), { merge: true });
const dashboard: Tree = JSON.parse(await read('deploy/grafana/dashboards/speech-emotion-sense.json'));
const dockerfiles = await Promise.all(['Dockerfile', 'Dockerfile.cuda'].map((name) => read(`deploy/${name}`)));
const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
const byName = (kind: string, name: string): Tree =>
	manifests.find((each) => each.kind === kind && each.metadata.name === name);

/** A required variable of compose stands for whatever the operator chooses. */
const filled = (value: unknown): string =>
	String(value)
		.replace(/\$\{\w+:-\}/g, '')
		.replace(/\$\{[^}]*\}/g, 'chosen');

/** What each process of ours is started with, by where it says so. */
function environments(): [string, Record<string, string>][] {
	const found: [string, Record<string, string>][] = [];
	for (const [name, { image, environment }] of Object.entries<Tree>(compose.services)) {
		if (!IMAGE.test(image)) continue;
		const entries = Object.entries(environment).map(([key, value]) => [key, filled(value)]);
		found.push([`compose ${name}`, Object.fromEntries(entries)]);
	}
	for (const { metadata, spec } of deployments) {
		for (const { image, env = [], envFrom = [] } of spec.template.spec.containers) {
			if (!IMAGE.test(image)) continue;
			const variables: Record<string, string> = {};
			for (const { configMapRef, secretRef } of envFrom) {
				if (configMapRef) Object.assign(variables, byName('ConfigMap', configMapRef.name).data);
				if (secretRef) Object.assign(variables, byName('Secret', secretRef.name).stringData);
			}
			for (const { name, value, valueFrom } of env) {
				const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
				variables[name] = value ?? byName('Secret', secret).stringData[key];
			}
			found.push([`kubernetes ${metadata.name}`, variables]);
		}
	}
	for (const [index, text] of dockerfiles.entries()) {
		const [, block = ''] = /^ENV (SES_(?:[^\n]*\\\n)*[^\n]*)$/m.exec(text) ?? [];
		const pairs = block.split(/\s*\\?\n\s*/).map((pair) => pair.split('=') as [string, string]);
		found.push([`Dockerfile ${index}`, Object.fromEntries(pairs)]);
	}
	return found;
}

const images = (): string[] => [
	...Object.values<Tree>(compose.services).map(({ image }) => image),
	...deployments.flatMap(({ spec }) => spec.template.spec.containers.map(({ image }: Tree) => image)),
	...dockerfiles.flatMap((text) => [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image as string)),
];

describe('deploy/', () => {
	it('sets nothing but settings that exist, to values that are accepted', async () => {
		const known = new Set(settingsOf(configSchema).map(({ variable }) => variable));
		const more = ['DISCORD_TOKEN', 'DISCORD_TOKENS'];
		const all = environments();
		expect(all.map(([where]) => where)).toEqual([
			'compose bot',
			'compose worker',
			'kubernetes ses-bot',
			'kubernetes ses-worker',
			'Dockerfile 0',
			'Dockerfile 1',
		]);
		for (const [where, variables] of all) {
			const names = Object.keys(variables);
			expect(names.length, where).toBeGreaterThan(1);
			expect(
				names.filter((name) => !known.has(name) && !more.includes(name)),
				where,
			).toEqual([]);
			const config = await loadConfig(undefined, variables);
			expect(config.health.port, where).toBe(8080);
			expect(config.metrics.port, where).toBe(9464);
			// Others must reach them; the image itself opens them to nobody.
			const host = where.startsWith('Dockerfile') ? '127.0.0.1' : '0.0.0.0';
			expect(config.metrics.host, where).toBe(host);
			const { redisUrl } = config.inference;
			if (redisUrl) expect(addressProblem(redisUrl)).toBeUndefined();
		}
	});

	it('names every image with its version', () => {
		for (const image of images()) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*$/);
		const versions = new Set(images().filter((image) => IMAGE.test(image)));
		expect([...versions]).toEqual([`speech-emotion-sense:${JSON.parse(packageJson).version}`]);
		const node = JSON.parse(packageJson).devDependencies.node;
		for (const text of dockerfiles) expect(text).toContain(`FROM node:${node}-`);
	});

	it('builds from files that are there, as somebody who is not root', async () => {
		const top = await readdir(ROOT);
		for (const text of dockerfiles) {
			const sources = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) => names?.split(' ') ?? []);
			expect(sources).toContain('src');
			expect(sources.filter((name) => !top.includes(name))).toEqual([]);
			expect(text).toMatch(/^USER (node|[1-9]\d*)$/m);
			expect(text.lastIndexOf('\nUSER')).toBeGreaterThan(text.lastIndexOf('\nRUN'));
			expect(text.match(/^FROM/gm)?.length).toBeGreaterThanOrEqual(2);
		}
		for (const name of ['Dockerfile', 'Dockerfile.cuda']) {
			const kept = (await read(`deploy/${name}.dockerignore`)).split('\n').filter((line) => line.startsWith('!'));
			for (const line of kept) expect(top).toContain(line.slice(1));
		}
	});

	it('probes the endpoints where they are, and gives no pod more than it needs', () => {
		for (const { metadata, spec } of deployments) {
			const { containers, securityContext, automountServiceAccountToken } = spec.template.spec;
			expect(securityContext.runAsNonRoot, metadata.name).toBe(true);
			expect(automountServiceAccountToken).toBe(false);
			const labels = spec.template.metadata.labels;
			for (const [key, value] of Object.entries(spec.selector.matchLabels)) expect(labels[key]).toBe(value);
			for (const { image, ports, livenessProbe, readinessProbe, startupProbe, securityContext: own } of containers) {
				expect(own).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
				if (!IMAGE.test(image)) continue;
				expect(ports).toContainEqual({ name: 'health', containerPort: 8080 });
				expect([livenessProbe, startupProbe].map(({ httpGet }) => httpGet.path)).toEqual(['/live', '/live']);
				expect(readinessProbe.httpGet).toEqual({ path: '/ready', port: 'health' });
			}
		}
	});

	it('has Prometheus scrape every process of ours, and Grafana ask that Prometheus', async () => {
		const prometheus: Tree = parse(await read('deploy/prometheus/prometheus.yaml'));
		const scraped = prometheus.scrape_configs.flatMap(({ dns_sd_configs }: Tree) => dns_sd_configs);
		const ours = Object.keys(compose.services).filter((name) => IMAGE.test(compose.services[name].image));
		expect(scraped.flatMap(({ names }: Tree) => names)).toEqual(ours);
		for (const { port } of scraped) expect(port).toBe(9464);
		const { datasources }: Tree = parse(await read('deploy/grafana/provisioning/datasources/prometheus.yaml'));
		const uids = new Set(dashboard.panels.map(({ datasource }: Tree) => datasource.uid));
		expect([...uids]).toEqual([datasources[0].uid]);
		expect(compose.services).toHaveProperty(new URL(datasources[0].url).hostname);
		const { providers }: Tree = parse(await read('deploy/grafana/provisioning/dashboards/dashboards.yaml'));
		const mounts: string[] = compose.services.grafana.volumes;
		expect(mounts.some((mount) => mount.includes(`:${providers[0].options.path}:`))).toBe(true);
	});

	it('asks only for metrics that are exposed', async () => {
		const metrics = new Metrics();
		await using classifier = new ScriptedClassifier();
		await using queue = new EmbeddedQueue(classifier, {
			ttlMs: 1000,
			maxDepth: 1,
			maxBatch: 1,
			maxBatchWaitMs: 0,
			concurrency: 1,
		});
		metrics.queue(queue);
		metrics.reception();
		metrics.sessions(() => 0);
		metrics.workers(() => ({ workers: 1, restarts: 0, redis: { status: 'ready' } }));
		metrics.onBatch({ model: 'm@1', clips: 1, audioMs: 1, durationMs: 1, ok: true });
		const page = await metrics.registry.metrics();
		const exposed = new Set([...page.matchAll(/^(\w+)[{ ]/gm)].map(([, name]) => name));

		const scaled: Tree[] = manifests.filter(({ kind }) => kind === 'ScaledObject');
		expect(scaled).toHaveLength(1);
		expect(byName('Deployment', scaled[0].spec.scaleTargetRef.name)).toBeDefined();
		const queries: string[] = [
			...dashboard.panels.flatMap(({ targets }: Tree) => targets.map(({ expr }: Tree) => expr)),
			...scaled[0].spec.triggers.map(({ metadata }: Tree) => metadata.query),
		];
		expect(queries.length).toBeGreaterThan(15);
		for (const query of queries) {
			const names = query.match(/\b(?:ses|process|nodejs)_\w+/g) ?? [];
			expect(names.length, query).toBeGreaterThan(0);
			expect(
				names.filter((name) => !exposed.has(name)),
				query,
			).toEqual([]);
			// Labels, too: those that are selected must be among those of the metric.
			for (const [, name, labels] of query.matchAll(/(\w+)\{([^}]*)\}/g)) {
				const label = /^\w+/.exec(labels ?? '')?.[0];
				expect(page, query).toMatch(new RegExp(`^${name}\\{[^}]*${label}="`, 'm'));
			}
		}
		const places = new Set(dashboard.panels.map(({ gridPos: { x, y } }: Tree) => `${x} ${y}`));
		expect(places.size).toBe(dashboard.panels.length);
		const page2 = await read('docs/scaling.md');
		const documented = [...page2.matchAll(/`(ses_\w+)`/g)].map(([, name]) => name as string);
		const families = new Set([...page.matchAll(/^# TYPE (ses_\w+)/gm)].map(([, name]) => name));
		expect(new Set(documented)).toEqual(families);
	});
});
