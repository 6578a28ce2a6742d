import type { Reporter, TestModule } from 'vitest/node';

/** Closes a CI run with the one plain line that machines read: `N passed, N failed`. */
export default class TallyReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
		let passed = 0;
		let failed = unhandledErrors.length;
		for (const module of modules) {
			if (module.errors().length > 0) failed++;
			for (const test of module.children.allTests()) {
				const { state } = test.result();
				if (state === 'passed') passed++;
				else if (state === 'failed') failed++;
			}
		}
		process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
	}
}
