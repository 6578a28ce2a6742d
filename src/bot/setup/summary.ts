import type { SetupDraft } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import { NO_ALERTS } from './settings.ts';

/** What a community has chosen, a line each, for those who read it. */
export function summaryLines(draft: SetupDraft, longestDays: number, locale: string): string[] {
	const alerts = draft.alerts ?? NO_ALERTS;
	const none = translate(locale, 'setup.none');
	const values = {
		channels: draft.channels?.map((id) => `<#${id}>`).join(' ') ?? translate(locale, 'setup.channels.all'),
		alertChannel: alerts.channelId ? `<#${alerts.channelId}>` : none,
		role: alerts.roleId ? `<@&${alerts.roleId}>` : none,
		mode: translate(locale, `setup.mode.${alerts.mode}`),
		language: draft.locale ?? translate(locale, 'setup.language.automatic'),
		days: Math.min(draft.retentionDays ?? longestDays, longestDays),
		group: draft.groupOf ?? 5,
	};
	return [translate(locale, 'setup.summary.lines', values)];
}
