import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuildSettingsStore } from '../../src/domain/index.ts';

export interface GuildSettingsStoreUnderTest extends AsyncDisposable {
	readonly settings: GuildSettingsStore;
}

/** What every {@link GuildSettingsStore} must do; each adapter runs it. */
export function guildSettingsStoreContract(adapter: string, open: () => Promise<GuildSettingsStoreUnderTest>): void {
	describe(`GuildSettingsStore contract: ${adapter}`, () => {
		let store: GuildSettingsStoreUnderTest;
		let settings: GuildSettingsStore;

		beforeEach(async () => {
			store = await open();
			settings = store.settings;
		});
		afterEach(() => store[Symbol.asyncDispose]());

		it('knows of no choice at first', async () => {
			expect(await settings.get('guild-a')).toEqual({});
		});

		it('keeps the last choice of each community', async () => {
			await settings.set('guild-a', { follow: { enabled: true, minMembers: 3 } });
			await settings.set('guild-b', { follow: { enabled: true, minMembers: 1 } });
			await settings.set('guild-a', { follow: { enabled: false, minMembers: 2 } });
			expect(await settings.get('guild-a')).toEqual({ follow: { enabled: false, minMembers: 2 } });
			expect(await settings.get('guild-b')).toEqual({ follow: { enabled: true, minMembers: 1 } });
		});

		it('forgets a choice that is taken back', async () => {
			await settings.set('guild-a', { follow: { enabled: true, minMembers: 3 } });
			await settings.set('guild-a', {});
			expect(await settings.get('guild-a')).toEqual({});
		});
	});
}
