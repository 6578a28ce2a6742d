import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuildSettings, GuildSettingsStore } from '../../src/domain/index.ts';

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

		it('keeps everything that can be chosen', async () => {
			const alerts = {
				mode: 'live',
				channelId: 'channel-1',
				roleId: 'role-1',
				thresholdShift: -0.05,
				tuning: 'manual',
				quietHours: { from: '22:00', to: '07:30', timeZone: 'Europe/Warsaw' },
				mutedUntil: 1_800_000_000_000,
			} as const;
			const chosen = { alerts, locale: 'pl', channels: ['voice-1', 'voice-2'], retentionDays: 7, groupOf: 3 } as const;
			const everything: Required<GuildSettings> = {
				...chosen,
				follow: { enabled: true, minMembers: 2 },
				attestation: { at: 1_790_000_000_000, by: 'user-1' },
				paused: true,
				replies: false,
				slowModes: [{ channelId: 'channel-1', seconds: 30, beforeS: 5, until: 1_790_000_000_000 }],
				draft: { ...chosen, retentionDays: 14 },
			};
			await settings.set('guild-a', everything);
			expect(await settings.get('guild-a')).toEqual(everything);
		});
	});
}
