import type { Vault } from './vault.ts';

/** Stands for a community in all tables but that of consents. Named for the first table that had it. */
export const communityPseudonym = (vault: Vault, guildId: string): Buffer => vault.pseudonym('settings-guild', guildId);
