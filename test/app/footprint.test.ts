import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ses } from '../support/cli.ts';

const CLIP = fileURLToPath(new URL('../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));

describe('what a run leaves behind', () => {
	it('is nothing: no telemetry of a library, no temporary files', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'ses-footprint-'));
		try {
			const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
			await Promise.all([home, temporary].map((each) => mkdir(each)));
			// Some libraries are quiet where they see a CI.
			const env = { HOME: home, TMPDIR: temporary, CI: '', XDG_CACHE_HOME: join(home, 'cache') };
			const before = await telemetryFiles();
			const { code, stderr } = await ses(['analyze', '--json', CLIP], { env, cwd: folder });
			expect([code, stderr]).toEqual([0, '']);
			expect(await readdir(home)).toEqual([]);
			expect(await readdir(temporary)).toEqual([]);
			expect(await telemetryFiles()).toEqual(before);
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it('works with a command line of several hundred files', async () => {
		const missing = Array.from({ length: 500 }, (_, index) => `no-such-recording-${'x'.repeat(60)}-${index}.wav`);
		const { code, stdout, stderr } = await ses(['analyze', '--json', CLIP, ...missing]);
		expect(code).toBe(1);
		expect(stdout.trim().split('\n')).toHaveLength(1);
		expect(stderr.trim().split('\n')).toHaveLength(missing.length);
	});
});

/** ONNX Runtime's telemetry writes here, whatever TMPDIR says. */
const telemetryFiles = async (): Promise<string[]> =>
	(await readdir('/tmp')).filter((name) => name === '.ses' || name.startsWith('mat-debug-')).sort();
