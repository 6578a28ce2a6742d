import { expect, it } from 'vitest';
import { CONSENT_VERSION, isCurrent } from '../../src/domain/index.ts';

it('consent counts for the notice that is shown today, and for no other', () => {
	const record = { guildId: 'g', userId: 'u', version: CONSENT_VERSION, givenAt: 0, receipt: 'r' };
	expect(isCurrent(record)).toBe(true);
	expect(isCurrent({ ...record, version: CONSENT_VERSION - 1 })).toBe(false);
	expect(isCurrent({ ...record, version: CONSENT_VERSION + 1 })).toBe(false);
	expect(isCurrent(undefined)).toBe(false);
});
