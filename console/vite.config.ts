import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
	plugins: [preact()],
	build: {
		target: 'es2022',
		// The page's policy allows nothing inline, and every browser that it is for preloads modules.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
	},
	// `ses start` beside `vite console` while one works on the page.
	server: { proxy: { '/api': { target: 'http://127.0.0.1:8787', ws: true }, '/sign-in': 'http://127.0.0.1:8787' } },
});
