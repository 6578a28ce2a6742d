import {
	type ActionRowBuilder,
	type ButtonBuilder,
	type Client,
	DiscordAPIError,
	type GuildTextBasedChannel,
	PermissionFlagsBits,
	RESTJSONErrorCodes,
} from 'discord.js';
import type { AlertRecord, AlertStore, ChartRenderer, Clock, Log } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import type { CommunitySettings } from '../setup/community-settings.ts';
import { type AlertChart, type AlertMessage, alertMessage } from './message.ts';
import type { AlertingOptions } from './options.ts';

const { AttachFiles, SendMessages, SendMessagesInThreads, ViewChannel } = PermissionFlagsBits;

/** The message, its channel or the right to touch it is gone: nothing to be done about it. */
const GONE: ReadonlySet<number | string> = new Set([
	RESTJSONErrorCodes.UnknownMessage,
	RESTJSONErrorCodes.UnknownChannel,
	RESTJSONErrorCodes.MissingAccess,
	RESTJSONErrorCodes.MissingPermissions,
	RESTJSONErrorCodes.CannotEditMessageAuthoredByAnotherUser,
]);

export const isGone = (error: unknown): boolean => error instanceof DiscordAPIError && GONE.has(error.code);

export type AlertButtons = readonly ActionRowBuilder<ButtonBuilder>[];

export interface AlertBoardOptions {
	/** Of the main account: buttons answer to whoever posted them. */
	readonly client: Client<true>;
	readonly alerts: AlertStore;
	readonly community: CommunitySettings;
	readonly charts: Pick<ChartRenderer, 'heatChart' | 'heatAltText'>;
	readonly alerting: AlertingOptions;
	readonly log: Log;
	readonly clock: Clock;
}

/** Puts alerts into the moderators' channels and keeps what stands there up to date. */
export class AlertBoard {
	readonly #options: AlertBoardOptions;
	/** Communities whose moderators could not be called the last time: the log has it once. */
	readonly #unreachable = new Set<string>();

	constructor(options: AlertBoardOptions) {
		this.#options = options;
	}

	/**
	 * Calls the moderators. Never rejects: an alert that cannot be posted is kept, and `/alerts recent` says so.
	 *
	 * @param alert as it is in the store
	 * @returns whether it stands in their channel
	 */
	async post(alert: AlertRecord): Promise<boolean> {
		const { alerts, community, log } = this.#options;
		// What was last known serves while the store does not.
		const { alerts: chosen } = await community.read(alert.guildId).catch(() => community.of(alert.guildId));
		const channel = this.#channel(alert.guildId, chosen?.channelId);
		if (!channel) return this.#failed(alert.guildId, 'no-channel');
		const rights = channel.permissionsFor(channel.client.user);
		const send = channel.isThread() ? SendMessagesInThreads : SendMessages;
		if (rights?.has([ViewChannel, send]) !== true) return this.#failed(alert.guildId, 'forbidden');
		const locale = community.localeOf(channel.guild);
		// What it will show is that it was sent.
		const sent = { ...alert, message: { channelId: channel.id, messageId: '' } };
		const chart = rights.has(AttachFiles) ? await this.#chart(alert, locale) : undefined;
		let messageId: string;
		try {
			const message = this.#compose(sent, locale, chart, chosen?.roleId);
			const { attachments: _, ...posted } = message;
			messageId = (await channel.send(posted)).id;
		} catch (error) {
			return this.#failed(alert.guildId, 'refused', error);
		}
		this.#unreachable.delete(alert.guildId);
		try {
			await alerts.change(alert.guildId, alert.alertId, { message: { channelId: channel.id, messageId } });
		} catch (error) {
			log.error({ error }, 'where an alert was posted could not be kept');
		}
		return true;
	}

	/** Says something to the moderators of a community. @param components below it @returns whether it was said */
	async tell(guildId: string, content: string, components: AlertButtons = []): Promise<boolean> {
		const { alerts } = await this.#options.community.read(guildId);
		const channel = this.#channel(guildId, alerts?.channelId);
		if (!channel) return this.#failed(guildId, 'no-channel');
		try {
			await channel.send({ content, components, allowedMentions: { parse: [] } });
		} catch (error) {
			return this.#failed(guildId, 'refused', error);
		}
		this.#unreachable.delete(guildId);
		return true;
	}

	/** Shows in the moderators' channel what has become of an alert; one that was deleted there stays deleted. */
	async refresh(alert: AlertRecord): Promise<void> {
		const { client, community, log } = this.#options;
		const channel = alert.message && client.channels.cache.get(alert.message.channelId);
		if (!alert.message || !channel?.isTextBased() || channel.isDMBased()) return;
		const { alerts: chosen } = community.of(alert.guildId);
		try {
			const locale = community.localeOf(channel.guild);
			const mayAttach = channel.permissionsFor(channel.client.user)?.has(AttachFiles) === true;
			const chart = mayAttach ? await this.#chart(alert, locale) : undefined;
			await channel.messages.edit(alert.message.messageId, this.#compose(alert, locale, chart, chosen?.roleId));
		} catch (error) {
			if (isGone(error)) log.debug({ error }, 'alert cannot be updated in its channel any more');
			else log.warn({ error }, 'alert could not be updated in its channel');
		}
	}

	/** An alert as a message for whoever used a command or a button. @param isPosted it replaces the one that called them */
	async view(alert: AlertRecord, locale: string, isPosted = false): Promise<AlertMessage> {
		const roleId = isPosted ? this.#options.community.of(alert.guildId).alerts?.roleId : undefined;
		return this.#compose(alert, locale, await this.#chart(alert, locale), roleId);
	}

	#compose(alert: AlertRecord, locale: string, chart: AlertChart | undefined, roleId?: string): AlertMessage {
		const { community, alerting, clock } = this.#options;
		const { mutedUntil = 0 } = community.of(alert.guildId).alerts ?? {};
		return alertMessage({
			alert,
			locale,
			chart,
			roleId,
			link: alerting.consoleUrl && new URL(`#/alerts/${alert.alertId}`, alerting.consoleUrl).href,
			mutedUntil: mutedUntil > clock() ? mutedUntil : undefined,
		});
	}

	/** An alert without its picture is still an alert. */
	async #chart(alert: AlertRecord, locale: string): Promise<AlertChart | undefined> {
		const { alerting, charts, log } = this.#options;
		const request = {
			title: translate(locale, 'alert.chart.title'),
			subtitle: translate(locale, 'alert.chart.subtitle', { heat: Math.round(alert.score * 100) }),
			heat: alert.heat,
			alertAt: alert.at,
			thresholds: alert.thresholds ?? alerting.thresholds,
			theme: 'dark',
			locale,
		} as const;
		try {
			return { png: await charts.heatChart(request), altText: charts.heatAltText(request) };
		} catch (error) {
			log.error({ error }, 'chart of heat could not be drawn');
			return undefined;
		}
	}

	/** The operator's channel stands in for a choice in its own community only: what is said elsewhere is not its business. */
	#channel(guildId: string, chosen: string | undefined): GuildTextBasedChannel | undefined {
		const { client, alerting } = this.#options;
		const id = chosen ?? alerting.channelId;
		const channel = id === undefined ? undefined : client.channels.cache.get(id);
		if (!channel?.isSendable() || channel.isDMBased() || channel.guild.id !== guildId) return undefined;
		return channel;
	}

	#failed(guildId: string, cause: 'no-channel' | 'forbidden' | 'refused', error?: unknown): false {
		if (!this.#unreachable.has(guildId)) {
			this.#unreachable.add(guildId);
			this.#options.log.warn(
				{ cause, ...(error !== undefined && { error }) },
				'moderators could not be called; /alerts recent has what they missed',
			);
		}
		return false;
	}
}
