import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		globalSetup: ['test/support/global-setup.ts'],
		reporters: process.env['CI'] ? ['default', './test/support/tally-reporter.ts'] : ['default'],
		testTimeout: 30_000,
		hookTimeout: 60_000,
		// Voice tests run real timers and sockets; two cores carry two files at a time.
		maxWorkers: 2,
	},
});
