import type { Migration } from 'kysely/migration';
import { consentsAndMoods } from './2026-11-22-consents-and-moods.ts';
import { guildSettings } from './2026-11-22-guild-settings.ts';

/** Every migration, applied in the order of the names. Never change one that was released: add another. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
	'2026-11-22-consents-and-moods': consentsAndMoods,
	'2026-11-22-guild-settings': guildSettings,
};
