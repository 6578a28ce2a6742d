import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The pages among the examples, as `ses demo` serves them; any other server of files will do, too. */
export default defineConfig({
	base: './',
	resolve: { alias: { 'speech-emotion-sense/client': here('../client/index.ts') } },
	build: {
		target: 'es2022',
		// The policy of the bot's pages allows nothing inline, and every browser that they are for preloads modules.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		rolldownOptions: {
			input: {
				game: here('game/index.html'),
				'feedback-page': here('feedback-widget/index.html'),
				'emotion-feedback': here('feedback-widget/emotion-feedback.ts'),
			},
			output: {
				// What other pages embed has a name that stays.
				entryFileNames: ({ name }) =>
					name === 'emotion-feedback' ? 'feedback-widget/emotion-feedback.js' : 'assets/[name]-[hash].js',
			},
			preserveEntrySignatures: 'allow-extension',
		},
	},
});
