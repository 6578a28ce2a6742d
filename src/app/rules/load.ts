import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonOf, SesError } from '../../domain/index.ts';
import { type LoadedRules, parseRules, problemLine, type RuleProblem, type Rules } from '../../middleware/index.ts';
import { readSound } from './sound-file.ts';

/** The rules that are shipped. */
export const SHIPPED_RULES = fileURLToPath(new URL('../../../config/rules.yaml', import.meta.url));

type Environment = Readonly<Record<string, string | undefined>>;

export type RulesOutcome =
	| { readonly ok: true; readonly loaded: LoadedRules }
	| { readonly ok: false; readonly problems: readonly RuleProblem[] };

const SECRET = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/;
const FROM_ENVIRONMENT = 'env:';

/** An error of the file system without the path, which is named already. */
const briefly = (error: unknown): string => reasonOf(error).replace(/^ENOENT.*/, 'there is no such file');

/** Every webhook's secret, and every file to be played, with where they are named. */
function* namedElsewhere({ rules }: Rules) {
	for (const [index, { then }] of rules.entries()) {
		for (const [place, { play, webhook }] of then.entries()) {
			const path = ['rules', index, 'then', place];
			if (webhook) yield { kind: 'secret', name: webhook.secret, path: [...path, 'webhook', 'secret'] } as const;
			for (const [locale, name] of Object.entries(play ?? {})) {
				yield { kind: 'sound', name, path: [...path, 'play', locale] } as const;
			}
		}
	}
}

/**
 * Reads rules and all that they name: sounds, and secrets from the environment.
 *
 * @throws {SesError} SES_RULES_UNREADABLE
 */
export async function readRules(file: string, environment: Environment = process.env): Promise<RulesOutcome> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		throw new SesError('SES_RULES_UNREADABLE', { file, reason: reasonOf(error) }, error);
	}
	const parsed = parseRules(text);
	if (!parsed.ok) return parsed;
	const problems: RuleProblem[] = [];
	const sounds = new Map<string, readonly Uint8Array[]>();
	const secrets = new Map<string, string>();
	for (const { kind, name, path } of namedElsewhere(parsed.rules)) {
		if (kind === 'sound') {
			try {
				sounds.set(name, sounds.get(name) ?? (await readSound(resolve(dirname(file), name))));
			} catch (error) {
				problems.push(parsed.problemAt(path, `${name}: ${briefly(error)}`));
			}
		} else if (name.startsWith(FROM_ENVIRONMENT)) {
			const variable = name.slice(FROM_ENVIRONMENT.length);
			const secret = environment[variable];
			if (secret !== undefined && SECRET.test(secret)) secrets.set(name, secret);
			else problems.push(parsed.problemAt(path, `${variable} is not set to whsec_ and at least 24 bytes as base64`));
		}
	}
	return problems.length > 0 ? { ok: false, problems } : { ok: true, loaded: { rules: parsed.rules, sounds, secrets } };
}

/** @throws {SesError} SES_RULES_UNREADABLE, SES_RULES_INVALID */
export async function loadRules(file: string, environment: Environment = process.env): Promise<LoadedRules> {
	const outcome = await readRules(file, environment);
	if (outcome.ok) return outcome.loaded;
	throw invalidRules(file, outcome.problems);
}

/** All problems on one line, each with its place: `rules.yaml:12:7: …`. */
export const invalidRules = (file: string, problems: readonly RuleProblem[]): SesError =>
	new SesError('SES_RULES_INVALID', { problems: problems.map((each) => `${file}:${problemLine(each)}`).join('; ') });
