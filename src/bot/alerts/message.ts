import {
	ActionRowBuilder,
	AttachmentBuilder,
	ButtonBuilder,
	ButtonStyle,
	ContainerBuilder,
	MediaGalleryBuilder,
	MessageFlags,
	type MessageMentionOptions,
	SeparatorBuilder,
	TextDisplayBuilder,
	TimestampStyles,
	time,
} from 'discord.js';
import type { AlertRecord } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import { alertIds } from './ids.ts';

/** Of the bar at the edge: open, justified, a false alarm. */
const COLOURS = { open: 0xf2594b, justified: 0x3ba55d, 'false-alarm': 0x6d6f78 } as const;
const CHART_FILE = 'heat.png';

/** A chart and what it shows in words. */
export interface AlertChart {
	readonly png: Buffer;
	readonly altText: string;
}

export interface AlertView {
	readonly alert: AlertRecord;
	readonly locale: string;
	/** Missing where none could be drawn, or files may not be sent; the words of it may still be there. */
	readonly chart?: AlertChart | undefined;
	/** Mentioned above the alert. */
	readonly roleId?: string | undefined;
	/** Of the alert in the console. */
	readonly link?: string | undefined;
	/** Alerts of the community are muted until then, milliseconds since the Unix epoch. */
	readonly mutedUntil?: number | undefined;
}

/** A message in Components V2: to be posted, or to replace what an earlier one shows, its chart included. */
export interface AlertMessage {
	readonly flags: MessageFlags.IsComponentsV2;
	readonly components: (TextDisplayBuilder | ContainerBuilder)[];
	readonly files: AttachmentBuilder[];
	/** What was attached before goes. */
	readonly attachments: never[];
	readonly allowedMentions: MessageMentionOptions;
}

export const timestamp = (at: number, style: keyof typeof TimestampStyles): string =>
	time(Math.round(at / 1000), TimestampStyles[style]);

const text = (content: string): TextDisplayBuilder => new TextDisplayBuilder().setContent(content);

/** To the hundredth of the whole scale, as the score is shown, so that the lines sum up to it. */
const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.round(Math.abs(value) * 100)}`.padStart(3);

/** Why the channel counts as hot, line by line. */
export const reasonLines = ({ reasons }: AlertRecord, locale: string): string =>
	reasons.map((reason) => `\`${points(reason.points)}\` ${translate(locale, `reason.${reason.code}`)}`).join('\n');

/** A member as Discord mentions them; who acted in the console by a link is none. */
export const moderatorOf = ({ by }: { readonly by: string }, locale: string): string =>
	/^\d+$/.test(by) ? `<@${by}>` : translate(locale, 'alert.operator');

/** Who took it and what they found, a line each; none while nobody did. */
export function statusLines({ acknowledged, verdict }: AlertRecord, locale: string): string[] {
	const line = (key: Parameters<typeof translate>[1], done: { readonly by: string; readonly at: number }) =>
		translate(locale, key, { moderator: moderatorOf(done, locale), time: timestamp(done.at, 'RelativeTime') });
	return [
		...(acknowledged ? [line('alert.status.acknowledged', acknowledged)] : []),
		...(verdict ? [line(`alert.status.${verdict.verdict}`, verdict)] : []),
	];
}

/** Why nobody was called, where nobody was. */
export function deliveryText({ mode, held, message }: AlertRecord, locale: string): string {
	if (held) return translate(locale, `alert.held.${held}`);
	if (mode === 'monitor') return translate(locale, 'alert.monitor');
	return translate(locale, message ? 'alert.sent' : 'alert.unsent');
}

/** What moderators see of an alert: the channel, the reasons, how it heated up; nobody's name. */
export function alertMessage({ alert, locale, chart, roleId, link, mutedUntil }: AlertView): AlertMessage {
	const container = new ContainerBuilder().setAccentColor(COLOURS[alert.verdict?.verdict ?? 'open']);
	container.addTextDisplayComponents(
		text(`### ${translate(locale, 'alert.title', { channel: `<#${alert.channelId}>` })}`),
		text(
			translate(locale, 'alert.heat', {
				heat: Math.round(alert.score * 100),
				members: alert.contributors,
				time: timestamp(alert.at, 'RelativeTime'),
			}),
		),
		text(reasonLines(alert, locale)),
	);
	if (chart) {
		const item = { media: { url: `attachment://${CHART_FILE}` }, description: chart.altText };
		container.addMediaGalleryComponents(new MediaGalleryBuilder({ items: [item] }));
	}
	const muted = mutedUntil && translate(locale, 'alert.status.muted', { time: timestamp(mutedUntil, 'ShortTime') });
	const unsent = alert.message ? [] : [`-# ${deliveryText(alert, locale)}`];
	const status = [...statusLines(alert, locale), ...(muted ? [muted] : [])];
	if (status.length > 0) container.addTextDisplayComponents(text(status.join('\n')));
	container
		.addSeparatorComponents(new SeparatorBuilder())
		.addActionRowComponents(...alertButtons(alert, locale, link))
		.addTextDisplayComponents(text([...unsent, `-# ${translate(locale, 'alert.footer')}`].join('\n')));
	return {
		flags: MessageFlags.IsComponentsV2,
		components: [...(roleId ? [text(`<@&${roleId}>`)] : []), container],
		files: chart ? [new AttachmentBuilder(chart.png, { name: CHART_FILE, description: chart.altText })] : [],
		attachments: [],
		allowedMentions: { parse: [], roles: roleId ? [roleId] : [] },
	};
}

function alertButtons(
	{ alertId, acknowledged, verdict }: AlertRecord,
	locale: string,
	link: string | undefined,
): ActionRowBuilder<ButtonBuilder>[] {
	const button = (customId: string, key: Parameters<typeof translate>[1], style = ButtonStyle.Secondary) =>
		new ButtonBuilder().setCustomId(customId).setLabel(translate(locale, key)).setStyle(style);
	// A verdict may be revised; what it is at this moment cannot be given again.
	const judge = (given: 'justified' | 'false-alarm', style: ButtonStyle) =>
		button(alertIds.verdict(alertId, given), `alert.button.${given}`, style).setDisabled(verdict?.verdict === given);
	const console = link
		? [new ButtonBuilder().setStyle(ButtonStyle.Link).setURL(link).setLabel(translate(locale, 'alert.button.console'))]
		: [];
	return [
		new ActionRowBuilder<ButtonBuilder>().addComponents(
			button(alertIds.acknowledge(alertId), 'alert.button.acknowledge', ButtonStyle.Primary).setDisabled(
				acknowledged !== undefined,
			),
			judge('justified', ButtonStyle.Success),
			judge('false-alarm', ButtonStyle.Secondary),
		),
		new ActionRowBuilder<ButtonBuilder>().addComponents(
			button(alertIds.mute(alertId), 'alert.button.mute'),
			button(alertIds.reveal(alertId), 'alert.button.reveal', ButtonStyle.Danger),
			...console,
		),
	];
}
