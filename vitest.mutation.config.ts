import { defineConfig } from 'vitest/config';

/** The tests of the file that `scripts/mutation.ts` has changed, and no others: they run hundreds of times. */
export default defineConfig({
	test: {
		include: process.env['MUTATION_TESTS']?.split(',') ?? ['test/audio/*.test.ts'],
		testTimeout: 20_000,
	},
});
