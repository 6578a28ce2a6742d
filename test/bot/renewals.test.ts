import { describe, expect, it } from 'vitest';
import { type RenewalReason, Renewals } from '../../src/bot/reception/renewals.ts';

/** Asks every 100 ms. @returns what was done, and in which second */
function watch(renewals: Renewals, reason: RenewalReason, toS: number, fromS = 0): [number, string][] {
	const done: [number, string][] = [];
	for (let now = fromS * 1000; now < toS * 1000; now += 100) {
		const step = renewals.step(reason, now);
		if (step !== 'none') done.push([now / 1000, step]);
	}
	return done;
}

describe('a connection on which nobody is heard', () => {
	it('is renewed again and again, at longer and longer intervals, until somebody is heard', () => {
		const renewals = new Renewals();
		expect(watch(renewals, 'no-packets', 300)).toEqual([
			[0, 'renew'],
			[30, 'renew'],
			[90, 'renew'],
			[210, 'renew'],
		]);
		renewals.heard(300_000);
		expect(watch(renewals, 'no-packets', 350, 301)).toEqual([
			[305, 'renew'],
			[335, 'renew'],
		]);
	});

	it('stands while anybody is heard', () => {
		const renewals = new Renewals();
		for (let now = 0; now < 60_000; now += 1000) {
			renewals.heard(now);
			expect(renewals.step('transport', now + 500)).toBe('none');
		}
	});

	it('is given up when a new one has not mended the encryption either, for no other reason', () => {
		const renewals = new Renewals();
		expect(renewals.step('encryption', 0)).toBe('renew');
		expect(renewals.step('encryption', 60_000)).toBe('abandon');
		renewals.heard(61_000);
		expect(renewals.step('encryption', 120_000)).toBe('renew');
		expect(renewals.step('transport', 180_000)).toBe('renew');
	});
});
