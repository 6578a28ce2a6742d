import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRules, readRules, SHIPPED_RULES } from '../../../src/app/rules/load.ts';
import { RulesWatch } from '../../../src/app/rules/watch.ts';
import { type LoadedRules, problemLine } from '../../../src/middleware/index.ts';
import { readOggOpus } from '../../../src/sim/index.ts';
import { QUIET_LOG } from '../../support/rules.ts';
import { until } from '../../support/until.ts';

const CLIP = fileURLToPath(new URL('../../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));
/** For a busy machine. */
const PATIENCE_MS = 20_000;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let folder: string;
let file: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ses-rules-'));
	file = join(folder, 'rules.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const rule = (name: string, action: string): string =>
	`version: 1\nrules:\n  - name: ${name}\n    when: { heat: { to: hot } }\n    then:\n      - ${action}\n`;
const SAY = 'message: { en: hi }';

async function problemsOf(text: string, environment = {}): Promise<string[]> {
	await writeFile(file, text);
	const outcome = await readRules(file, environment);
	return outcome.ok ? [] : outcome.problems.map(problemLine);
}

describe('loading rules', () => {
	it('finds the shipped ones in order', async () => {
		expect((await loadRules(SHIPPED_RULES)).rules.rules.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['deescalate', 'cooled', 'encourage', 'celebrate', 'rest', 'break']),
		);
	});

	it('says which file cannot be read, and where another is wrong', async () => {
		await expect(loadRules(file)).rejects.toMatchObject({ code: 'SES_RULES_UNREADABLE' });
		await writeFile(file, rule('tried', 'message: { en: "hi {who}" }'));
		await expect(loadRules(file)).rejects.toMatchObject({
			code: 'SES_RULES_INVALID',
			message: expect.stringContaining(
				`${file}:6:28: rules[0].then[0].message.en: unknown placeholder {who}`,
			) as string,
		});
	});

	it('reads what is played from the folder of the rules, packet by packet', async () => {
		await mkdir(join(folder, 'lines'));
		await copyFile(CLIP, join(folder, 'lines', 'en.opus'));
		await writeFile(file, rule('tried', 'play: lines/en.opus'));
		const { sounds } = await loadRules(file);
		const hex = (packets: readonly Uint8Array[] = []) => packets.map((packet) => Buffer.from(packet).toString('hex'));
		expect(hex(sounds.get('lines/en.opus'))).toEqual(hex(await readOggOpus(CLIP)));
	});

	it('refuses sounds that are missing or none, and says where they are named', async () => {
		await writeFile(join(folder, 'none.ogg'), 'not a sound');
		expect(await problemsOf(rule('tried', 'play: { en: none.ogg, de: missing.ogg }'))).toEqual([
			'6:21: rules[0].then[0].play.en: none.ogg: is no Ogg/Opus file',
			'6:35: rules[0].then[0].play.de: missing.ogg: there is no such file',
		]);
	});

	it('takes secrets from the environment, and refuses rules whose secret is not there', async () => {
		const text = rule('tried', 'webhook: { url: https://example.org/, secret: env:HOOK_SECRET }');
		expect(await problemsOf(text)).toEqual([
			'6:55: rules[0].then[0].webhook.secret: HOOK_SECRET is not set to whsec_ and at least 24 bytes as base64',
		]);
		expect(await problemsOf(text, { HOOK_SECRET: SECRET })).toEqual([]);
		const { secrets } = await loadRules(file, { HOOK_SECRET: SECRET });
		expect(secrets.get('env:HOOK_SECRET')).toBe(SECRET);
	});
});

describe('rules that change', () => {
	async function watched() {
		await writeFile(file, rule('first', SAY));
		const inForce: LoadedRules[] = [];
		const warnings: object[] = [];
		const watch = await RulesWatch.open({
			file,
			onRules: (loaded) => void inForce.push(loaded),
			log: { ...QUIET_LOG, warn: (values) => void warnings.push(values) },
		});
		return { watch, warnings, names: () => inForce.map(({ rules }) => rules.rules[0]?.name) };
	}

	it('are read anew when they are written, and when another file takes their place', async () => {
		const { watch, names, warnings } = await watched();
		await using _ = watch;
		await writeFile(file, rule('second', SAY));
		await until(() => names().includes('second'), PATIENCE_MS);
		await writeFile(join(folder, 'other.tmp'), rule('third', SAY));
		await rename(join(folder, 'other.tmp'), file);
		await until(() => names().at(-1) === 'third', PATIENCE_MS);
		expect(warnings).toEqual([]);
	});

	it('are refused with line and column when they are not in order, and those before them stay', async () => {
		const { watch, names, warnings } = await watched();
		await using _ = watch;
		await writeFile(file, rule('second', 'message: { fr: salut }'));
		await until(() => warnings.length > 0, PATIENCE_MS);
		expect(warnings).toMatchObject([
			{ code: 'SES_RULES_INVALID', problem: expect.stringContaining(`${file}:6:18: `) as string },
		]);
		expect(names()).toEqual([]);
		await rm(file);
		await until(() => warnings.length > 1, PATIENCE_MS);
		expect(warnings[1]).toMatchObject({ code: 'SES_RULES_UNREADABLE' });
		expect(names()).toEqual([]);
		await writeFile(file, rule('third', SAY));
		await until(() => names().length > 0, PATIENCE_MS);
		expect(names()).toEqual(['third']);
	});

	it('are read anew on SIGHUP, changed or not, and not any more when it is over', async () => {
		const { watch, names } = await watched();
		const listeners = process.listenerCount('SIGHUP');
		process.kill(process.pid, 'SIGHUP');
		await until(() => names().length === 1, PATIENCE_MS);
		await watch[Symbol.asyncDispose]();
		expect(process.listenerCount('SIGHUP')).toBe(listeners - 1);
	});
});
