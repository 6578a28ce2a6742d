import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Rules, rulesFile } from './schema.ts';

/** What is wrong with a rules file, and where. */
export interface RuleProblem {
	/** From 1. */
	readonly line: number;
	/** From 1, in characters. */
	readonly column: number;
	/** Such as `rules[2].then[0].message.en`; empty for the file as a whole. */
	readonly path: string;
	readonly message: string;
}

type Path = readonly PropertyKey[];

/** Rules that are well-formed, and where each part of them stands. */
export type ParsedRules =
	| { readonly ok: true; readonly rules: Rules; readonly problemAt: (path: Path, message: string) => RuleProblem }
	| { readonly ok: false; readonly problems: readonly RuleProblem[] };

const nameOf = (path: Path): string =>
	path.reduce<string>(
		(name, key) => (typeof key === 'number' ? `${name}[${key}]` : `${name}${name && '.'}${String(key)}`),
		'',
	);

/** Reads rules. Whatever is wrong with them is told with line and column. */
export function parseRules(text: string): ParsedRules {
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
	const at = (offset: number): { line: number; column: number } => {
		const { line, col } = lines.linePos(offset);
		// An empty file has no lines.
		return { line: Math.max(1, line), column: Math.max(1, col) };
	};
	const faults = [...document.errors, ...document.warnings];
	if (faults.length > 0) {
		return { ok: false, problems: faults.map(({ pos, message }) => ({ ...at(pos[0]), path: '', message })) };
	}

	/** Where the innermost part of `path` that is there begins, or the excerpt in it. */
	const offsetOf = (path: Path, excerpt?: string): number => {
		for (let depth = path.length; depth > 0; depth--) {
			const node: unknown = document.getIn(path.slice(0, depth), true);
			const range = isNode(node) ? node.range : undefined;
			if (!range) continue;
			const inside = excerpt === undefined || depth < path.length ? -1 : text.indexOf(excerpt, range[0]);
			return inside >= 0 && inside < range[1] ? inside : range[0];
		}
		return document.contents?.range?.[0] ?? 0;
	};
	const offsetOfKey = (path: Path, key: string): number => {
		const parent: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
		const pair = isMap(parent) ? parent.items.find(({ key: each }) => isScalar(each) && each.value === key) : undefined;
		return isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : offsetOf(path);
	};
	const problemAt = (path: Path, message: string, excerpt?: string): RuleProblem => ({
		...at(offsetOf(path, excerpt)),
		path: nameOf(path),
		message,
	});
	const problemsOf = (issue: z.core.$ZodIssue, above: Path = []): RuleProblem[] => {
		const path = [...above, ...issue.path];
		if (issue.code === 'unrecognized_keys') {
			return issue.keys.map((key) => ({
				...at(offsetOfKey(path, key)),
				path: nameOf([...path, key]),
				message: 'there is no such setting',
			}));
		}
		if (issue.code === 'invalid_union') {
			const [nearest] = issue.errors.toSorted((one, other) => nearnessOf(other) - nearnessOf(one));
			if (nearest && nearest.length > 0) return nearest.flatMap((each) => problemsOf(each, path));
		}
		const { excerpt } = (issue.code === 'custom' ? (issue.params ?? {}) : {}) as { excerpt?: string };
		return [problemAt(path, worded(issue.message), excerpt)];
	};

	let value: unknown;
	try {
		value = document.toJS();
	} catch (error) {
		// More aliases than any honest file has.
		return { ok: false, problems: [problemAt([], (error as Error).message)] };
	}
	const parsed = rulesFile.safeParse(value);
	if (parsed.success) return { ok: true, rules: parsed.data, problemAt };
	const found = parsed.error.issues.flatMap((issue) => problemsOf(issue));
	// That a part says nothing is no wonder when what it says is not understood.
	const problems = found.filter(({ path }) => path === '' || !found.some((other) => isInside(other.path, path)));
	return { ok: false, problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

const isInside = (inner: string, outer: string): boolean =>
	inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);

/** What was meant is the alternative that got furthest, or at least has the type. */
const nearnessOf = (issues: readonly z.core.$ZodIssue[]): number =>
	Math.max(0, ...issues.map(({ path, code }) => 2 * path.length + (code === 'invalid_type' ? 0 : 1)));

const worded = (message: string): string =>
	message.endsWith('received undefined') ? 'is missing' : message.replace(/^Invalid input: /, '');

/** `12:7: rules[2].name: …`, as compilers write it. */
export const problemLine = ({ line, column, path, message }: RuleProblem): string =>
	`${line}:${column}: ${path && `${path}: `}${message}`;
