import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Paths from the root of what is linked and no page: sources, configuration, licences, folders of them. */
const linked = new Set();

const IS_PAGE = /\.(?:md|html|png|jpe?g|svg)$/;

/**
 * A plugin of markdown-it. Documents link to files of the repository that are no pages: these links lead to copies,
 * as text, so that a browser shows them. Links to what is not there stay as they are, and fail the build.
 */
export function linkFilesOfTheRepository(markdown, root) {
	markdown.core.ruler.push('repository-files', ({ tokens, env }) => {
		for (const block of tokens) {
			for (const token of [block, ...(block.children ?? [])]) {
				// Vite takes a bare name for a package.
				if (/^html_/.test(token.type)) token.content = token.content.replace(/ src="(?=[\w-]+[./])/g, ' src="./');
				const href = token.type === 'link_open' ? token.attrGet('href') : null;
				if (!href || /^(?:[a-z]+:|#|\/)/.test(href) || !env.path) continue;
				const file = resolve(dirname(env.path), href.replace(/#.*$/, ''));
				const path = relative(root, file);
				if (path.startsWith('..') || IS_PAGE.test(path) || !existsSync(file)) continue;
				linked.add(path);
				token.attrSet('href', `/files/${path}.txt`);
				token.attrSet('target', '_blank');
			}
		}
	});
}

const textOf = (file) =>
	statSync(file).isDirectory()
		? readdirSync(file)
				.filter((name) => statSync(join(file, name)).isFile())
				.map((name) => `==== ${name} ====\n${readFileSync(join(file, name), 'utf8')}`)
				.join('\n')
		: readFileSync(file, 'utf8');

/** Puts copies of the linked files where the links lead. */
export function copyLinkedFiles(root, outDir) {
	for (const path of linked) {
		const copy = join(outDir, 'files', `${path}.txt`);
		mkdirSync(dirname(copy), { recursive: true });
		writeFileSync(copy, textOf(join(root, path)));
	}
}
