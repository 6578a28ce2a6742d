import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

type Tree = Record<string, unknown>;

/** Variables with a name of their own, because every operator expects them. */
const WELL_KNOWN: Readonly<Record<string, readonly string[]>> = {
	DISCORD_API_BASE: ['bot', 'apiBase'],
	REDIS_URL: ['inference', 'redisUrl'],
	DATABASE_URL: ['storage', 'databaseUrl'],
	SES_STORAGE_KEY: ['storage', 'key'],
	SES_PAYLOAD_KEY: ['inference', 'payloadKey'],
};

/** Variables that begin with SES_ and are no settings. */
const RESERVED = new Set(['SES_CONFIG']);

/** `endMs` becomes `END_MS`. */
const upperSnake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();

/** A setting that is reached by its path, like `segmenter.endMs`. */
export interface Setting {
	readonly path: readonly string[];
	readonly schema: z.ZodType;
	/** The variable that sets it, like `SES_SEGMENTER__END_MS`. */
	readonly variable: string;
}

/** Looks through defaults and effects to what a schema is about. */
export function unwrap(schema: z.ZodType): z.ZodType {
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
		return unwrap(schema.unwrap() as z.ZodType);
	}
	return schema;
}

/** All settings of a schema, in its order. */
export function settingsOf(schema: z.ZodType, path: readonly string[] = []): Setting[] {
	const inner = unwrap(schema);
	if (inner instanceof z.ZodObject) {
		return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, child]) =>
			settingsOf(child, [...path, name]),
		);
	}
	const known = Object.entries(WELL_KNOWN).find(([, target]) => target.join('.') === path.join('.'));
	return [{ path, schema, variable: known?.[0] ?? `SES_${path.map(upperSnake).join('__')}` }];
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function assign(tree: Tree, path: readonly string[], value: unknown): Tree {
	const [name, ...rest] = path as [string, ...string[]];
	if (rest.length === 0) return { ...tree, [name]: value };
	const child = tree[name];
	return { ...tree, [name]: assign(isTree(child) ? child : {}, rest, value) };
}

/** A number or a truth value where the text is one, else the text as it stands. */
function scalar(text: string): unknown {
	try {
		const value: unknown = parseYaml(text, { schema: 'core', logLevel: 'error' });
		return typeof value === 'number' || typeof value === 'boolean' ? value : text;
	} catch {
		// No YAML at all, like `[`: the schema of the setting says what it should have been.
		return text;
	}
}

/** Ids have more digits than a number holds: those stay text. */
function exact(value: unknown): unknown {
	if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
	if (Array.isArray(value)) return value.map(exact);
	return isTree(value) ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, exact(part)])) : value;
}

/** `1, 2` or, for lists of more than single values, YAML in brackets. */
function list(text: string): unknown {
	try {
		const source = text.trimStart().startsWith('[') ? text : `[${text}]`;
		const value: unknown = parseYaml(source, { schema: 'core', logLevel: 'error', intAsBigInt: true });
		return Array.isArray(value) ? exact(value) : text;
	} catch {
		return text;
	}
}

/** What a variable says, as far as it can be told before the setting's schema looks at it. */
function settingOf(text: string, schema: z.ZodType): unknown {
	if (schema instanceof z.ZodString) return text;
	return schema instanceof z.ZodArray ? list(text) : scalar(text);
}

/**
 * Whether a variable that no setting belongs to was meant as one. Not every SES_ variable is ours:
 * Kubernetes sets SES_SERVICE_HOST, SES_PORT_80_TCP and the like for a service called `ses`.
 */
const isMistyped = (name: string, known: ReadonlySet<string>): boolean =>
	name.includes('__') || [...known].some((variable) => variable.replaceAll('__', '_') === name);

/**
 * Lays the environment over the values of a file. Variables are named after the path of a setting:
 * `SES_SEGMENTER__END_MS` sets `segmenter.endMs`.
 *
 * @returns the values, and the SES_ variables that no setting belongs to (typing errors, mostly)
 */
export function applyEnvironment(
	values: unknown,
	environment: Readonly<Record<string, string | undefined>>,
	schema: z.ZodType,
): { readonly values: unknown; readonly unknown: readonly string[] } {
	if (!isTree(values)) return { values, unknown: [] };
	const settings = settingsOf(schema);
	let merged: Tree = values;
	for (const { path, variable, schema: leaf } of settings) {
		const text = environment[variable];
		if (text === undefined || text === '') continue;
		merged = assign(merged, path, settingOf(text, unwrap(leaf)));
	}
	const known = new Set(settings.map((setting) => setting.variable));
	const unknown = Object.keys(environment).filter(
		(name) => name.startsWith('SES_') && !known.has(name) && !RESERVED.has(name) && isMistyped(name, known),
	);
	return { values: merged, unknown };
}
