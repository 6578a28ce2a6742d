import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { copyLinkedFiles, linkFilesOfTheRepository } from './repository-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const page = (text, link) => ({ text, link });
const titles = {
	'architecture.md': 'Architecture',
	'middleware.md': 'Middleware',
	'simulated-discord.md': 'Simulated Discord',
	'audio-in.md': 'Audio in',
	'plugin.md': 'As a plugin',
};
const titleOf = (file) => titles[file] ?? file[0].toUpperCase() + file.slice(1, -'.md'.length);
const documents = readdirSync(`${root}docs`)
	.filter((file) => file.endsWith('.md'))
	.map((file) => page(titleOf(file), `/docs/${file.slice(0, -'.md'.length)}`));

/** The documents lie outside of this folder, where rendering on the server would look for Vue in vain. */
const vueOfTheSite = {
	name: 'vue-of-the-site',
	enforce: 'pre',
	resolveId: (id, _importer, { ssr }) => (ssr && /^vue(?:\/|$)/.test(id) ? { id, external: true } : undefined),
};

// The pages are the documents of the repository where they stand: links between them hold in both places.
export default defineConfig({
	title: 'SpeechEmotionSense',
	description: 'Speech-emotion middleware for voice chat, on your own machine.',
	lang: 'en',
	srcDir: '..',
	srcExclude: ['training/**', 'bench/**', 'test/**', 'console/**', 'out/**', 'data/**', '.changeset/**'],
	rewrites: {
		'README.md': 'index.md',
		'website/tutorials/:page.md': 'tutorials/:page.md',
		'website/api/:path*': 'api/:path*',
	},
	outDir: './.vitepress/dist',
	cacheDir: './.vitepress/cache',
	cleanUrls: true,
	lastUpdated: false,
	vite: { plugins: [vueOfTheSite], build: { chunkSizeWarningLimit: 2000 } },
	markdown: { config: (markdown) => markdown.use(linkFilesOfTheRepository, root) },
	buildEnd: ({ outDir }) => copyLinkedFiles(root, outDir),
	themeConfig: {
		search: { provider: 'local' },
		outline: 'deep',
		nav: [page('Tutorials', '/tutorials/community'), page('Documents', '/docs/architecture'), page('API', '/api/')],
		sidebar: [
			{
				text: 'Tutorials',
				items: [
					page('For a community', '/tutorials/community'),
					page('For moderators', '/tutorials/moderators'),
					page('For members', '/tutorials/members'),
					page('For developers', '/tutorials/developers'),
				],
			},
			{ text: 'Documents', items: documents },
			{
				text: 'More',
				items: [
					page('API reference', '/api/'),
					page('Model card', '/models/MODEL_CARD'),
					page('Examples', '/examples/README'),
					page('Security', '/SECURITY'),
					page('Contributing', '/CONTRIBUTING'),
					page('Changelog', '/CHANGELOG'),
				],
			},
		],
	},
});
