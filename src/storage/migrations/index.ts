import type { Migration } from 'kysely/migration';
import { consentsAndMoods } from './2026-11-22-consents-and-moods.ts';
import { guildSettings } from './2026-11-22-guild-settings.ts';
import { alertsAndAudit } from './2026-11-23-alerts-and-audit.ts';
import { moodsByCommunity } from './2026-11-23-moods-by-community.ts';
import { clusteredMoods } from './2026-11-23-moods-clustered.ts';
import { wrappedKeys } from './2026-11-23-wrapped-keys.ts';

/** Every migration, applied in the order of the names. Never change one that was released: add another. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
	'2026-11-22-consents-and-moods': consentsAndMoods,
	'2026-11-22-guild-settings': guildSettings,
	'2026-11-23-alerts-and-audit': alertsAndAudit,
	'2026-11-23-moods-by-community': moodsByCommunity,
	'2026-11-23-moods-clustered': clusteredMoods,
	'2026-11-23-wrapped-keys': wrappedKeys,
};
