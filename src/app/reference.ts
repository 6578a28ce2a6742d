import { stringify } from 'yaml';
import { z } from 'zod';
import { ERRORS } from '../domain/index.ts';
import { asyncApiDocument } from '../web/reference/asyncapi.ts';
import { openApiDocument } from '../web/reference/openapi.ts';
import { configSchema } from './config.ts';
import { type Setting, settingsOf, unwrap } from './environment.ts';

/** Of the interface, not of the package: it stands in its paths. */
const API_VERSION = '1';
const NEVER_EDIT = 'Written by `npm run docs` from the schemas in src; a test keeps it so.';

const defaultOf = ({ schema }: Setting): unknown =>
	schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined;

const descriptionOf = ({ schema }: Setting): string => schema.description ?? unwrap(schema).description ?? '';

function typeOf(schema: z.ZodType): string {
	const inner = unwrap(schema);
	if (inner instanceof z.ZodEnum) return inner.options.join(' \\| ');
	if (inner instanceof z.ZodArray) return 'list';
	if (inner instanceof z.ZodBoolean) return 'true \\| false';
	if (inner instanceof z.ZodNumber) return inner.isInt ? 'integer' : 'number';
	if (inner instanceof z.ZodUnion) return inner.options.map((option) => typeOf(option as z.ZodType)).join(' \\| ');
	if (inner instanceof z.ZodLiteral)
		return [...inner.values].map((value) => (value === Infinity ? '.inf' : value)).join(' \\| ');
	return 'text';
}

const yamlOf = (value: unknown): string =>
	stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();

/** `config/default.yaml`: every setting with its default, or commented out where it has none. */
function defaultYaml(): string {
	const lines = [
		`# ${NEVER_EDIT}`,
		'# Copy what you want to change into a file of your own and name it with --config or SES_CONFIG.',
	];
	let open: readonly string[] = [];
	for (const setting of settingsOf(configSchema)) {
		const parents = setting.path.slice(0, -1);
		const name = setting.path.at(-1);
		const shared = parents.findIndex((parent, depth) => open[depth] !== parent);
		if (shared >= 0) {
			for (let depth = shared; depth < parents.length; depth++) {
				if (depth === 0) lines.push('');
				lines.push(`${'  '.repeat(depth)}${parents[depth]}:`);
			}
			open = parents;
		} else if (parents.length < open.length) open = parents;
		const indent = '  '.repeat(parents.length);
		const value = defaultOf(setting);
		const description = descriptionOf(setting);
		if (description) lines.push(`${indent}# ${description}`);
		lines.push(value === undefined ? `${indent}# ${name}:` : `${indent}${name}: ${yamlOf(value)}`);
	}
	return `${lines.join('\n')}\n`;
}

/** docs/configuration.md */
function configurationPage(): string {
	const rows = settingsOf(configSchema).map((setting) => {
		const value = defaultOf(setting);
		const shown = value === undefined ? '–' : `\`${yamlOf(value)}\``;
		return `| \`${setting.path.join('.')}\` | ${typeOf(setting.schema)} | ${shown} | \`${setting.variable}\` | ${descriptionOf(setting)} |`;
	});
	return [
		'# Configuration',
		'',
		`<!-- ${NEVER_EDIT} -->`,
		'',
		'Settings come from a YAML file (`--config FILE` or `SES_CONFIG`; [config/default.yaml](../config/default.yaml) when you name none),',
		'and the environment stands over the file. Bot tokens come from `DISCORD_TOKEN` and `DISCORD_TOKENS` only, so that none lies in a file by accident.',
		'',
		'| setting | type | default | variable | meaning |',
		'| --- | --- | --- | --- | --- |',
		...rows,
		'',
	].join('\n');
}

/** docs/errors.md */
function errorsPage(): string {
	const rows = Object.entries(ERRORS).map(([code, { message, hint }]) => `| \`${code}\` | ${message} | ${hint} |`);
	return [
		'# Errors',
		'',
		`<!-- ${NEVER_EDIT} -->`,
		'',
		'Every error that you can meet, what it says and what to do. Words in braces stand for details.',
		'',
		'| code | message | what to do |',
		'| --- | --- | --- |',
		...rows,
		'',
	].join('\n');
}

const pretty = (document: object): string => `${JSON.stringify(document, null, '\t')}\n`;

/** The files that are written from the source, by their path from the root. */
export const REFERENCE: Readonly<Record<string, () => string>> = {
	'config/default.yaml': defaultYaml,
	'docs/configuration.md': configurationPage,
	'docs/errors.md': errorsPage,
	'docs/openapi.json': () => pretty(openApiDocument(API_VERSION)),
	'docs/asyncapi.json': () => pretty(asyncApiDocument(API_VERSION)),
};
