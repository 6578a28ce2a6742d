import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/index.ts';
import { until } from '../support/until.ts';
import { workplace } from './support.ts';

const PATIENCE_MS = 60_000;

const WRITER = fileURLToPath(new URL('fixtures/endless-writer.ts', import.meta.url));

describe('a process that is killed while it writes', () => {
	it.each([1100, 1300, 1700])(
		'loses the last second at most, and no database (killed after %i ms)',
		{ timeout: 2 * PATIENCE_MS },
		async (delayMs) => {
			await using place = await workplace();
			const child = spawn(process.execPath, [WRITER, place.file, place.keyFile], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			let said = '';
			child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
				said += chunk;
			});
			await once(child.stdout, 'data');
			await sleep(delayMs);
			// A busy machine takes longer to have written enough.
			await until(() => said.split('\n').length > 502, PATIENCE_MS);
			const killedAt = Date.now();
			child.kill('SIGKILL');
			await once(child, 'close');

			const accepted = said
				.split('\n')
				.slice(0, -1)
				.map((line) => line.split(' ').map(Number));
			const mustBeThere = accepted.filter(([, at = 0]) => at < killedAt - 1000).map(([index]) => `utterance-${index}`);

			const database = new DatabaseSync(place.file);
			expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
			expect(database.prepare('pragma foreign_key_check').all()).toEqual([]);
			database.close();

			await using store = await openStore({ file: place.file, keyFile: place.keyFile });
			const found = new Set<string>();
			for (const userId of ['user-0', 'user-1', 'user-2']) {
				const entries = await store.moods.list({ guildId: 'guild-a', userId, from: 0, to: Number.MAX_SAFE_INTEGER });
				for (const entry of entries) found.add(entry.utteranceId);
			}
			expect(accepted.length).toBeGreaterThan(500);
			expect(mustBeThere.length).toBeGreaterThan(20);
			expect(mustBeThere.filter((id) => !found.has(id))).toEqual([]);
		},
	);
});
