import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry, AuditStore } from '../../src/domain/index.ts';

export interface AuditStoreUnderTest extends AsyncDisposable {
	readonly audit: AuditStore;
}

/** Recent, so that no retention stands in the way. */
const NOON = Date.now() - 60 * 60 * 1000;

export const auditEntry = (index: number, changes: Partial<AuditEntry> = {}): AuditEntry => ({
	guildId: 'guild-a',
	at: NOON + index * 1000,
	actor: `moderator-${index % 3}`,
	action: index % 2 === 0 ? 'reveal' : 'config',
	subject: `alert-${index}`,
	detail: `reason no. ${index}: 3 → 5`,
	...changes,
});

/** What every {@link AuditStore} must do; each adapter runs it. */
export function auditStoreContract(adapter: string, open: () => Promise<AuditStoreUnderTest>): void {
	describe(`AuditStore contract: ${adapter}`, () => {
		let store: AuditStoreUnderTest;
		let audit: AuditStore;
		const addAll = async (entries: readonly AuditEntry[]) => {
			for (const entry of entries) await audit.add(entry);
		};

		beforeEach(async () => {
			store = await open();
			audit = store.audit;
		});
		afterEach(() => store[Symbol.asyncDispose]());

		it('gives back what was added, newest first', async () => {
			const entries = [auditEntry(2), auditEntry(0), auditEntry(1)];
			await addAll(entries);
			expect(await audit.list('guild-a', { from: 0, limit: 10 })).toEqual([
				auditEntry(2),
				auditEntry(1),
				auditEntry(0),
			]);
		});

		it('keeps the order of what was done in one millisecond', async () => {
			const entries = [0, 1, 2, 3].map((index) => auditEntry(index, { at: NOON }));
			await addAll(entries);
			expect(await audit.list('guild-a', { from: NOON, limit: 10 })).toEqual(entries.toReversed());
		});

		it('keeps the same thing done twice as two entries', async () => {
			await addAll([auditEntry(1), auditEntry(1)]);
			expect(await audit.list('guild-a', { from: 0, limit: 10 })).toHaveLength(2);
		});

		it('includes `from` and gives no more than `limit`', async () => {
			await addAll([0, 1, 2, 3].map((index) => auditEntry(index)));
			expect(await audit.list('guild-a', { from: NOON + 2000, limit: 10 })).toEqual([auditEntry(3), auditEntry(2)]);
			expect(await audit.list('guild-a', { from: 0, limit: 1 })).toEqual([auditEntry(3)]);
		});

		it('keeps communities apart', async () => {
			await addAll([auditEntry(1), auditEntry(2, { guildId: 'guild-b' })]);
			expect(await audit.list('guild-a', { from: 0, limit: 10 })).toEqual([auditEntry(1)]);
			expect(await audit.list('guild-c', { from: 0, limit: 10 })).toEqual([]);
		});
	});
}
