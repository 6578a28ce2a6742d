import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measuredRun } from '../../../scripts/calls/measured-run.ts';
import { writeCall } from '../../../scripts/calls/write-call.ts';
import { useTempFolder } from '../../audio/files/temp.ts';
import { clipsOf } from './calls.ts';

const folder = useTempFolder();
/** The bar for a call of three hours; memory does not grow with length but for 2 KB an utterance. */
const MOST_MB = 300;

describe.runIf(process.platform === 'linux')('memory that a report takes', () => {
	it('stays below the bar', { timeout: 400_000 }, async () => {
		const file = join(folder.path, 'call.wav');
		const parties = [await clipsOf('07'), await clipsOf('02')];
		await writeCall(file, parties, { hours: 0.25, channels: 2, rateHz: 16_000 });
		const { peakMb } = await measuredRun([file, '--report', join(folder.path, 'out')]);
		expect(peakMb).toBeGreaterThan(50);
		expect(peakMb).toBeLessThan(MOST_MB);
	});
});
