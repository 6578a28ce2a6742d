import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What must not be wrong unnoticed, each with the tests that are its own. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
	'src/bot/consent-gate.ts': ['test/bot/consent-gate.test.ts', 'test/bot/consent-gate-others.test.ts'],
	'src/middleware/steps/escalation.ts': ['test/middleware/escalation.test.ts'],
	'src/middleware/heat-score.ts': ['test/middleware/heat*.test.ts'],
	'src/audio/reorder-buffer.ts': ['test/audio/reorder-*.test.ts', 'test/audio/adaptive-wait.test.ts'],
	'src/audio/wait-estimate.ts': ['test/audio/wait-estimate.test.ts'],
	'src/audio/segmenter.ts': ['test/audio/segmenter*.test.ts'],
};
const STRYKER = fileURLToPath(new URL('../node_modules/@stryker-mutator/core/bin/stryker.js', import.meta.url));

/** `npm run mutation [-- word …]`: Stryker over these files, or over those whose path has one of the words. */
const words = process.argv.slice(2);
let failed = false;
for (const [file, tests] of Object.entries(SUBJECTS)) {
	if (words.length > 0 && !words.some((word) => file.includes(word))) continue;
	const child = spawn(process.execPath, [STRYKER, 'run', '--mutate', file], {
		env: { ...process.env, MUTATION_TESTS: tests.join(',') },
		stdio: 'inherit',
	});
	const [code] = await once(child, 'exit');
	failed ||= code !== 0;
}
if (failed) process.exitCode = 1;
