import type { Client, Guild } from 'discord.js';
import type { AlertStore, AuditStore, ChartRenderer, Log } from '../../domain/index.ts';
import type { CommunitySettings } from '../setup/community-settings.ts';
import { AlertActions } from './actions.ts';
import { AlertBoard } from './board.ts';
import type { AlertingOptions } from './options.ts';

/** All that commands and buttons need for alerts. */
export interface AlertDesk {
	readonly actions: AlertActions;
	readonly board: AlertBoard;
	readonly alerting: AlertingOptions;
	localeOf(guild: Guild): string;
}

export interface AlertDeskOptions {
	/** Of the main account. */
	readonly client: Client<true>;
	readonly alerts: AlertStore;
	readonly audit: AuditStore;
	readonly community: CommunitySettings;
	readonly charts: ChartRenderer;
	readonly alerting: AlertingOptions;
	readonly log: Log;
}

export function alertDesk(options: AlertDeskOptions): AlertDesk {
	const parts = { ...options, clock: Date.now };
	return {
		actions: new AlertActions(parts),
		board: new AlertBoard(parts),
		alerting: options.alerting,
		localeOf: (guild) => options.community.localeOf(guild),
	};
}
