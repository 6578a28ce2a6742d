import type { CommandServices, GuildCommand } from '../command.ts';
import type { PersonalData } from './archive.ts';

/** More alerts and entries than that no community has within what is kept of them. */
const MOST_RECORDS = 100_000;

type Asker = Pick<GuildCommand, 'guildId' | 'user'>;

/** Reads all that is kept of the asker in this community. */
export async function personalData(
	{ guildId, user }: Asker,
	{ gate, moods, alerts, audit }: Pick<CommandServices, 'gate' | 'moods' | 'alerts' | 'audit'>,
): Promise<PersonalData> {
	const all = { from: 0, limit: MOST_RECORDS };
	const [consent, entries, warned, done] = await Promise.all([
		gate.receipt(guildId, user.id),
		moods.list({ guildId, userId: user.id, from: 0, to: Number.MAX_SAFE_INTEGER }),
		alerts.list(guildId, all),
		audit.list(guildId, all),
	]);
	return {
		consent,
		moods: entries,
		alerts: warned.filter(({ speakers }) => speakers.includes(user.id)),
		audit: done.filter(({ actor }) => actor === user.id),
	};
}

/** How long moods are kept here, in days: the community's choice, never more than the operator's. */
export const retentionOf = (
	guildId: string,
	{ community, retentionDays }: Pick<CommandServices, 'community' | 'retentionDays'>,
): number => Math.min(retentionDays, community.of(guildId).retentionDays ?? retentionDays);
