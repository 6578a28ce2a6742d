import type { AlertSettings, GuildSettings } from '../../domain/index.ts';

/** What the operator decided about alerts; communities choose over it. */
export interface AlertingOptions {
	/** For communities that chose nothing. */
	readonly mode: AlertSettings['mode'];
	/** Where moderators are called in the one community that this channel belongs to, when it names no other. */
	readonly channelId?: string | undefined;
	/** Scores from which a channel counts as warm and as hot, before a community's shift. */
	readonly thresholds: { readonly warm: number; readonly hot: number };
	/** Address of the console as moderators reach it; without it no alert links there. */
	readonly consoleUrl?: string | undefined;
}

export const ALERTING_DEFAULTS: AlertingOptions = { mode: 'monitor', thresholds: { warm: 0.3, hot: 0.55 } };

/** How a community wants to be warned, the operator's choice where it made none. */
export const alertSettings = ({ alerts }: GuildSettings, { mode }: AlertingOptions): AlertSettings =>
	alerts ?? { mode, thresholdShift: 0 };
