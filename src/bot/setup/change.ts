import type { AuditAction, AuditStore, GuildSettings } from '../../domain/index.ts';
import type { CommunitySettings } from './community-settings.ts';
import { SETTING, SETTINGS } from './settings.ts';

/** Who changes settings, where, and as what the audit log has it. */
export interface Change {
	readonly guildId: string;
	/** User id. */
	readonly actor: string;
	readonly action: AuditAction;
	alter(before: GuildSettings): GuildSettings;
}

interface Services {
	readonly community: CommunitySettings;
	readonly audit: AuditStore;
}

/** Lines of the audit log: what was changed from what into what. */
export function differences(before: GuildSettings, after: GuildSettings): { subject: string; detail: string }[] {
	const chosen = SETTINGS.map((name) => ({
		subject: name as string,
		from: SETTING[name].read(before),
		to: SETTING[name].read(after),
	}));
	const attested = (settings: GuildSettings): string => (settings.attestation ? 'given' : 'none');
	const paused = (settings: GuildSettings): string => (settings.paused ? 'on' : 'off');
	return [
		{ subject: 'attestation', from: attested(before), to: attested(after) },
		{ subject: 'pause', from: paused(before), to: paused(after) },
		...chosen,
	]
		.filter(({ from, to }) => from !== to)
		.map(({ subject, from, to }) => ({ subject, detail: `${from} → ${to}` }));
}

/**
 * Changes what a community chose. The audit log has it before it counts, so that nothing changes that it does
 * not know of.
 *
 * @returns the settings as they are now, and what is different
 */
export async function changeSettings(
	{ community, audit }: Services,
	{ guildId, actor, action, alter }: Change,
): Promise<{ readonly after: GuildSettings; readonly changed: readonly { subject: string; detail: string }[] }> {
	const before = await community.read(guildId);
	const changed = differences(before, alter(before));
	const at = Date.now();
	for (const difference of changed) await audit.add({ guildId, at, actor, action, ...difference });
	const { after } = await community.change(guildId, alter);
	return { after, changed };
}
