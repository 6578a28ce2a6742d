import type { Clock, GuildSettings } from '../domain/index.ts';

/** What a community chose, as the steps read it for each utterance. */
export type SettingsOf = (guildId: string) => GuildSettings | Promise<GuildSettings>;

/** A step without settings of communities goes by its options. */
export const NO_SETTINGS: SettingsOf = () => ({});

interface Kept {
	settings: GuildSettings;
	at: number;
	asking: Promise<GuildSettings> | undefined;
}

/** So many communities are remembered; the one that was asked for longest ago goes first. */
const MOST_GUILDS = 1000;

/**
 * Reads a community's settings at most every `forMs`. Where they cannot be read, those of before go on, and
 * the defaults where there are none: an alert should not fail with the database.
 *
 * @param onFailure told each time
 */
export function keptSettings(
	read: (guildId: string) => Promise<GuildSettings>,
	onFailure: (error: unknown) => void,
	{ forMs = 5000, clock = Date.now }: { readonly forMs?: number; readonly clock?: Clock } = {},
): SettingsOf {
	const guilds = new Map<string, Kept>();
	const ask = async (guildId: string, kept: Kept): Promise<GuildSettings> => {
		try {
			kept.settings = await read(guildId);
		} catch (error) {
			onFailure(error);
		}
		kept.at = clock();
		kept.asking = undefined;
		return kept.settings;
	};
	return (guildId) => {
		const kept = guilds.get(guildId) ?? { settings: {}, at: Number.NEGATIVE_INFINITY, asking: undefined };
		guilds.delete(guildId);
		guilds.set(guildId, kept);
		const [oldest] = guilds.keys();
		if (guilds.size > MOST_GUILDS && oldest !== undefined) guilds.delete(oldest);
		if (clock() - kept.at < forMs) return kept.settings;
		kept.asking ??= ask(guildId, kept);
		return kept.asking;
	};
}
