import { ChannelType, type Guild } from 'discord.js';
import { type AlertSettings, type GuildSettings, isTimeZone } from '../../domain/index.ts';
import { LANGUAGES } from '../i18n/index.ts';

/** What `/emotion config` shows and changes. */
export const SETTINGS = [
	'channels',
	'alert-channel',
	'alert-role',
	'alert-mode',
	'quiet-hours',
	'language',
	'retention-days',
	'group-of',
	'replies',
] as const;
export type SettingName = (typeof SETTINGS)[number];

/** What a value is checked against. */
export interface SettingContext {
	readonly guild: Guild;
	/** The operator's: a community may choose less, never more. */
	readonly retentionDays: number;
}

export type Alter = (settings: GuildSettings) => GuildSettings;

/** One setting of a community. Values are texts, as they are typed and as the audit log keeps them. */
interface Setting {
	read(settings: GuildSettings): string;
	/** @returns undefined for what is no value of this setting */
	parse(value: string, context: SettingContext): Alter | undefined;
	/** Values with their names, to choose from. */
	suggest(context: SettingContext): readonly { readonly name: string; readonly value: string }[];
}

/** Alerts as they are where nothing was chosen. */
export const NO_ALERTS: AlertSettings = { mode: 'monitor', thresholdShift: 0 };

/** The same with one property set, or without it. */
export function put<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): T {
	const { [key]: _, ...rest } = object;
	return (value === undefined ? rest : { ...rest, [key]: value }) as T;
}

const alerting =
	<K extends keyof AlertSettings>(key: K, value: AlertSettings[K] | undefined): Alter =>
	(settings) => ({ ...settings, alerts: put(settings.alerts ?? NO_ALERTS, key, value) });

const plain = (...values: readonly string[]) => values.map((value) => ({ name: value, value }));
const bare = (text: string): string => text.replace(/^<(?:#|@&)(\d+)>$/, '$1').replace(/^[#@]/, '');

/** A channel by its id, its mention or its name. */
function channelOf(guild: Guild, text: string, type: ChannelType): string | undefined {
	const wanted = bare(text);
	return guild.channels.cache.find(
		(channel) => channel.type === type && (channel.id === wanted || channel.name === wanted),
	)?.id;
}

const channelsOf = (guild: Guild, type: ChannelType) =>
	guild.channels.cache
		.filter((channel) => channel.type === type)
		.map(({ id, name }) => ({ name: `#${name}`.slice(0, 100), value: id }));

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

export const SETTING: Readonly<Record<SettingName, Setting>> = {
	channels: {
		read: ({ channels }) => channels?.map((id) => `<#${id}>`).join(' ') ?? 'all',
		parse: (value, { guild }) => {
			if (value === 'all') return (settings) => put(settings, 'channels', undefined);
			const ids = value.split(/[\s,]+/).map((text) => channelOf(guild, text, ChannelType.GuildVoice));
			if (!ids.every((id) => id !== undefined)) return undefined;
			return (settings) => ({ ...settings, channels: [...new Set(ids)] });
		},
		suggest: ({ guild }) => [...plain('all'), ...channelsOf(guild, ChannelType.GuildVoice)],
	},
	'alert-channel': {
		read: ({ alerts }) => (alerts?.channelId ? `<#${alerts.channelId}>` : 'none'),
		parse: (value, { guild }) => {
			// Without a channel nobody can be called.
			if (value === 'none') {
				return (settings) => alerting('mode', 'monitor')(alerting('channelId', undefined)(settings));
			}
			const id = channelOf(guild, value, ChannelType.GuildText);
			return id === undefined ? undefined : alerting('channelId', id);
		},
		suggest: ({ guild }) => [...plain('none'), ...channelsOf(guild, ChannelType.GuildText)],
	},
	'alert-role': {
		read: ({ alerts }) => (alerts?.roleId ? `<@&${alerts.roleId}>` : 'none'),
		parse: (value, { guild }) => {
			if (value === 'none') return alerting('roleId', undefined);
			const wanted = bare(value);
			const role = guild.roles.cache.find(({ id, name }) => id === wanted || name === wanted);
			return role && role.id !== guild.id ? alerting('roleId', role.id) : undefined;
		},
		suggest: ({ guild }) => [
			...plain('none'),
			...guild.roles.cache
				.filter(({ id }) => id !== guild.id)
				.map(({ id, name }) => ({ name: `@${name}`.slice(0, 100), value: id })),
		],
	},
	'alert-mode': {
		read: ({ alerts }) => (alerts ?? NO_ALERTS).mode,
		parse: (value) => (value === 'monitor' || value === 'live' ? alerting('mode', value) : undefined),
		suggest: () => plain('monitor', 'live'),
	},
	'quiet-hours': {
		read: ({ alerts }) => {
			const hours = alerts?.quietHours;
			return hours ? `${hours.from}-${hours.to} ${hours.timeZone}` : 'none';
		},
		parse: (value) => {
			if (value === 'none') return alerting('quietHours', undefined);
			const [span = '', timeZone = 'UTC', ...rest] = value.trim().split(/\s+/);
			const [from = '', to = ''] = span.split(/[-–]/);
			const isValid = TIME.test(from) && TIME.test(to) && from !== to && isTimeZone(timeZone) && rest.length === 0;
			return isValid ? alerting('quietHours', { from, to, timeZone }) : undefined;
		},
		suggest: () => plain('none', '22:00-07:00 Europe/Berlin', '23:00-08:00 UTC'),
	},
	language: {
		read: ({ locale }) => locale ?? 'automatic',
		parse: (value) => {
			if (value === 'automatic') return (settings) => put(settings, 'locale', undefined);
			return LANGUAGES.includes(value) ? (settings) => ({ ...settings, locale: value }) : undefined;
		},
		suggest: () => plain('automatic', ...LANGUAGES),
	},
	'retention-days': {
		read: ({ retentionDays }) => (retentionDays === undefined ? 'longest' : String(retentionDays)),
		parse: (value, context) => {
			if (value === 'longest') return (settings) => put(settings, 'retentionDays', undefined);
			const days = Number(value);
			const isValid = /^\d+$/.test(value) && days >= 1 && days <= context.retentionDays;
			return isValid ? (settings) => ({ ...settings, retentionDays: days }) : undefined;
		},
		suggest: ({ retentionDays }) => plain('longest', ...retentionChoices(retentionDays).map(String)),
	},
	'group-of': {
		read: ({ groupOf }) => String(groupOf ?? 5),
		parse: (value) => {
			if (value !== '3' && value !== '5') return undefined;
			return (settings) => ({ ...settings, groupOf: value === '3' ? 3 : 5 });
		},
		suggest: () => plain('5', '3'),
	},
	replies: {
		read: ({ replies }) => (replies === false ? 'off' : 'on'),
		parse: (value) => {
			if (value !== 'on' && value !== 'off') return undefined;
			return (settings) => ({ ...settings, replies: value === 'on' });
		},
		suggest: () => plain('on', 'off'),
	},
};

/** Days to choose from, up to what the operator allows. */
export const retentionChoices = (most: number): number[] => [
	...new Set([...[1, 3, 7, 14, 30, 60, 90].filter((days) => days < most), most]),
];

export const isSetting = (name: string): name is SettingName => (SETTINGS as readonly string[]).includes(name);

/** Whether alerts are live with nobody to be called. */
export const callsNobody = ({ alerts }: GuildSettings): boolean =>
	alerts?.mode === 'live' && alerts.channelId === undefined;
