import type { GuildSettings, SetupDraft } from '../../domain/index.ts';
import { NO_ALERTS, put } from './settings.ts';
import type { Field } from './steps.ts';

/** What a set-up begins with: what the community has chosen so far. */
export const draftOf = ({ alerts, locale, channels, retentionDays, groupOf }: GuildSettings): SetupDraft => ({
	...(alerts && { alerts }),
	...(locale !== undefined && { locale }),
	...(channels && { channels }),
	...(retentionDays !== undefined && { retentionDays }),
	...(groupOf !== undefined && { groupOf }),
});

/** Stands in menus for "no choice". */
export const UNSET = 'none';

/** A draft with what was chosen in one of the menus. */
export function choose(draft: SetupDraft, field: Field, values: readonly string[]): SetupDraft {
	const [first] = values;
	const chosen = first === UNSET ? undefined : first;
	const alerts = draft.alerts ?? NO_ALERTS;
	switch (field) {
		case 'channels':
			return put(draft, 'channels', values.length > 0 ? values : undefined);
		case 'alert-channel': {
			const next = put(alerts, 'channelId', chosen);
			// Without a channel nobody can be called.
			return { ...draft, alerts: chosen === undefined ? { ...next, mode: 'monitor' } : next };
		}
		case 'alert-role':
			return { ...draft, alerts: put(alerts, 'roleId', chosen) };
		case 'mode':
			return { ...draft, alerts: { ...alerts, mode: chosen === 'live' && alerts.channelId ? 'live' : 'monitor' } };
		case 'language':
			return put(draft, 'locale', chosen);
		case 'retention':
			return put(draft, 'retentionDays', chosen === undefined ? undefined : Number(chosen));
		case 'group':
			return put(draft, 'groupOf', chosen === '3' ? 3 : 5);
	}
}

/** The settings with the draft in force: attested, and heard again where a refusal had ended that. */
export function saved(before: GuildSettings, attestation: NonNullable<GuildSettings['attestation']>): GuildSettings {
	const { draft = {}, alerts: _, locale: __, channels: ___, retentionDays: ____, groupOf: _____, ...rest } = before;
	const kept = before.attestation ? rest : put(rest, 'paused', undefined);
	// Of alerts the set-up asks for these; verdicts and moderators may have moved the rest while it was open.
	const { mode = 'monitor', channelId, roleId } = draft.alerts ?? {};
	const alerts = put(put({ ...(before.alerts ?? NO_ALERTS), mode }, 'channelId', channelId), 'roleId', roleId);
	return { ...kept, ...draft, alerts, attestation };
}

/** The settings after somebody said that this is no place for it: nobody is heard until another set-up is saved. */
export const refused = (before: GuildSettings): GuildSettings => ({
	...put(put(before, 'attestation', undefined), 'draft', undefined),
	paused: true,
});
