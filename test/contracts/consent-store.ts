import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONSENT_VERSION, type ConsentStore } from '../../src/domain/index.ts';

export interface ConsentStoreUnderTest extends AsyncDisposable {
	readonly consents: ConsentStore;
	/** Makes a recorded consent one to an earlier notice. */
	outdate(guildId: string, userId: string): Promise<void>;
}

/** What every {@link ConsentStore} must do; each adapter runs it. */
export function consentStoreContract(adapter: string, open: () => Promise<ConsentStoreUnderTest>): void {
	describe(`ConsentStore contract: ${adapter}`, () => {
		let store: ConsentStoreUnderTest;
		let consents: ConsentStore;

		beforeEach(async () => {
			store = await open();
			consents = store.consents;
		});
		afterEach(() => store[Symbol.asyncDispose]());

		it('knows nobody at first', async () => {
			expect(await consents.get('guild-a', 'user-1')).toBeUndefined();
			expect(await consents.list('guild-a')).toEqual([]);
		});

		it('gives a record of the current notice, with a time and a receipt', async () => {
			const before = Date.now();
			const record = await consents.give('guild-a', 'user-1');
			expect(record).toMatchObject({ guildId: 'guild-a', userId: 'user-1', version: CONSENT_VERSION });
			expect(record.givenAt).toBeGreaterThanOrEqual(before);
			expect(record.givenAt).toBeLessThanOrEqual(Date.now());
			expect(record.receipt).toMatch(/^\S{8,24}$/);
			expect(await consents.get('guild-a', 'user-1')).toEqual(record);
		});

		it('keeps the first decision when the same notice is agreed to again', async () => {
			const first = await consents.give('guild-a', 'user-1');
			expect(await consents.give('guild-a', 'user-1')).toEqual(first);
		});

		it('settles on one receipt when the button is pressed many times at once', async () => {
			const records = await Promise.all(Array.from({ length: 10 }, () => consents.give('guild-a', 'user-1')));
			expect(new Set(records.map((record) => record.receipt)).size).toBe(1);
		});

		it('hands out another receipt for another decision', async () => {
			const receipts = new Set<string>();
			for (const guild of ['guild-a', 'guild-b']) {
				for (let user = 0; user < 20; user++) receipts.add((await consents.give(guild, `user-${user}`)).receipt);
			}
			expect(receipts.size).toBe(40);
		});

		it('renews consent to an earlier notice with a new receipt', async () => {
			const first = await consents.give('guild-a', 'user-1');
			await store.outdate('guild-a', 'user-1');
			const outdated = await consents.get('guild-a', 'user-1');
			expect(outdated).toEqual({ ...first, version: CONSENT_VERSION - 1 });

			const renewed = await consents.give('guild-a', 'user-1');
			expect(renewed.version).toBe(CONSENT_VERSION);
			expect(renewed.receipt).not.toBe(first.receipt);
			expect(await consents.list('guild-a')).toEqual([renewed]);
		});

		it('forgets a withdrawn consent and says whether there was one', async () => {
			await consents.give('guild-a', 'user-1');
			expect(await consents.withdraw('guild-a', 'user-1')).toBe(true);
			expect(await consents.get('guild-a', 'user-1')).toBeUndefined();
			expect(await consents.list('guild-a')).toEqual([]);
			expect(await consents.withdraw('guild-a', 'user-1')).toBe(false);
		});

		it('takes a consent after a withdrawal as a new decision', async () => {
			const first = await consents.give('guild-a', 'user-1');
			await consents.withdraw('guild-a', 'user-1');
			expect((await consents.give('guild-a', 'user-1')).receipt).not.toBe(first.receipt);
		});

		it('lets a withdrawal that is called after a giving have the last word', async () => {
			for (const agreedBefore of [true, false]) {
				if (agreedBefore) await consents.give('guild-a', 'user-1');
				const [, withdrawn] = await Promise.all([
					consents.give('guild-a', 'user-1'),
					consents.withdraw('guild-a', 'user-1'),
				]);
				expect(withdrawn).toBe(true);
				expect(await consents.get('guild-a', 'user-1')).toBeUndefined();
			}
		});

		it('lets a giving that is called after a withdrawal have the last word', async () => {
			const first = await consents.give('guild-a', 'user-1');
			const [withdrawn, again] = await Promise.all([
				consents.withdraw('guild-a', 'user-1'),
				consents.give('guild-a', 'user-1'),
			]);
			expect(withdrawn).toBe(true);
			expect(again.receipt).not.toBe(first.receipt);
			expect(await consents.get('guild-a', 'user-1')).toEqual(again);
		});

		it('keeps communities and members apart', async () => {
			const [one, two] = [await consents.give('guild-a', 'user-1'), await consents.give('guild-a', 'user-2')];
			const elsewhere = await consents.give('guild-b', 'user-1');
			const byUser = (await consents.list('guild-a')).toSorted((a, b) => a.userId.localeCompare(b.userId));
			expect(byUser).toEqual([one, two]);

			await consents.withdraw('guild-a', 'user-1');
			expect(await consents.get('guild-b', 'user-1')).toEqual(elsewhere);
			expect(await consents.get('guild-a', 'user-2')).toEqual(two);
		});
	});
}
