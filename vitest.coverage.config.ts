import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const ROOMS = ['domain', 'audio', 'middleware', 'storage'];

/** How much of the inner rooms their own tests run. */
export default defineConfig({
	test: {
		...base.test,
		include: ROOMS.map((room) => `test/${room}/**/*.test.ts`),
		// What is counted runs several times as long.
		testTimeout: 180_000,
		coverage: {
			reportOnFailure: true,
			provider: 'v8',
			reportsDirectory: 'reports/coverage',
			include: ROOMS.map((room) => `src/${room}/**/*.ts`),
			reporter: [['text', { skipFull: true }], 'json-summary'],
			thresholds: Object.fromEntries(ROOMS.map((room) => [`src/${room}/**`, { lines: 90 }])),
		},
	},
});
