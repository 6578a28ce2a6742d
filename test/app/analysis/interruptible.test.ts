import { afterEach, describe, expect, it } from 'vitest';
import { interruptible } from '../../../src/app/analysis/index.ts';

afterEach(() => {
	process.exitCode = undefined;
});

describe('interruptible', () => {
	it('aborts the work, ends with 130, and keeps listening until the work is over', async () => {
		const before = process.listenerCount('SIGINT');
		let during = 0;
		await interruptible(async (signal) => {
			process.emit('SIGINT', 'SIGINT');
			// Libraries that restore the terminal end the process at once when nobody else listens.
			during = process.listenerCount('SIGINT');
			signal.throwIfAborted();
		});
		expect(during).toBe(before + 1);
		expect(process.listenerCount('SIGINT')).toBe(before);
		expect(process.exitCode).toBe(130);
	});

	it('ends with 143 when it is terminated', async () => {
		await interruptible(async () => void process.emit('SIGTERM', 'SIGTERM'));
		expect(process.exitCode).toBe(143);
	});

	it('lets other failures through', async () => {
		await expect(interruptible(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
		expect(process.exitCode).toBeUndefined();
	});
});
