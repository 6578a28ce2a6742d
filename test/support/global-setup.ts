import { ensureTools } from './tools.ts';

/** Runs once before all tests: what they start must be there. */
export default async function setup(): Promise<void> {
	try {
		await ensureTools(['redis-server', 'ffmpeg', 'postgres', 'chromium']);
	} catch (error) {
		// One line that says what to do is worth more than where in the test runner it was noticed.
		process.stderr.write(`${(error as Error).message}\n`);
		process.exit(1);
	}
}
