import {
	ActionRowBuilder,
	ButtonBuilder,
	ButtonStyle,
	ChannelSelectMenuBuilder,
	ChannelType,
	ContainerBuilder,
	MessageFlags,
	RoleSelectMenuBuilder,
	SeparatorBuilder,
	StringSelectMenuBuilder,
	TextDisplayBuilder,
} from 'discord.js';
import type { GuildSettings, SetupDraft } from '../../domain/index.ts';
import { customId } from '../components/component.ts';
import { LANGUAGES, type MessageKey, translate } from '../i18n/index.ts';
import { UNSET } from './draft.ts';
import { NO_ALERTS, retentionChoices } from './settings.ts';
import { type Field, neighbours, SETUP_PREFIX, STEPS, type Step } from './steps.ts';
import { summaryLines } from './summary.ts';

/** Discord's limit for menus of channels. */
const MOST_CHANNELS = 25;
const COLOUR = 0x3b82f6;

export interface SetupView {
	readonly flags: MessageFlags.IsComponentsV2;
	readonly components: ContainerBuilder[];
}

export interface SetupState {
	readonly step: Step;
	readonly settings: GuildSettings;
	readonly locale: string;
	/** The operator's: menus offer no more. */
	readonly retentionDays: number;
	/** What has just happened, below the text of the step. */
	readonly note?: string;
}

type Menu = ChannelSelectMenuBuilder | RoleSelectMenuBuilder | StringSelectMenuBuilder;

const fieldId = (field: Field): string => customId(SETUP_PREFIX, 'set', field);

const button = (style: ButtonStyle, label: string, ...args: string[]): ButtonBuilder =>
	new ButtonBuilder()
		.setStyle(style)
		.setLabel(label)
		.setCustomId(customId(SETUP_PREFIX, ...args));

/** A menu of one choice, with what is chosen marked. */
function choiceMenu(field: Field, chosen: string, options: readonly { value: string; label: string }[]): Menu {
	return new StringSelectMenuBuilder()
		.setCustomId(fieldId(field))
		.addOptions(options.map((option) => ({ ...option, default: option.value === chosen })));
}

function channelMenu(field: Field, type: ChannelType.GuildVoice | ChannelType.GuildText, chosen: readonly string[]) {
	return new ChannelSelectMenuBuilder()
		.setCustomId(fieldId(field))
		.setChannelTypes(type)
		.setMinValues(0)
		.setMaxValues(type === ChannelType.GuildVoice ? MOST_CHANNELS : 1)
		.setDefaultChannels([...chosen]);
}

/** What is asked for in a step; none where there is nothing to choose. */
function menusOf({ step, settings, locale, retentionDays }: SetupState): Menu[] {
	const draft: SetupDraft = settings.draft ?? {};
	const alerts = draft.alerts ?? NO_ALERTS;
	const say = (key: MessageKey, values = {}): string => translate(locale, key, values);
	switch (step) {
		case 'channels':
			return [
				channelMenu('channels', ChannelType.GuildVoice, draft.channels ?? []).setPlaceholder(say('setup.channels.all')),
			];
		case 'alerts':
			return [
				channelMenu('alert-channel', ChannelType.GuildText, alerts.channelId ? [alerts.channelId] : []).setPlaceholder(
					say('setup.alerts.channel'),
				),
				new RoleSelectMenuBuilder()
					.setCustomId(fieldId('alert-role'))
					.setMinValues(0)
					.setDefaultRoles(alerts.roleId ? [alerts.roleId] : [])
					.setPlaceholder(say('setup.alerts.role')),
			];
		case 'mode':
			return [
				choiceMenu('mode', alerts.mode, [
					{ value: 'monitor', label: say('setup.mode.monitor') },
					...(alerts.channelId ? [{ value: 'live', label: say('setup.mode.live') }] : []),
				]),
			];
		case 'language':
			return [
				choiceMenu('language', draft.locale ?? UNSET, [
					{ value: UNSET, label: say('setup.language.automatic') },
					...LANGUAGES.map((value) => ({ value, label: languageName(value) })),
				]),
			];
		case 'retention':
			return [
				choiceMenu(
					'retention',
					String(Math.min(draft.retentionDays ?? retentionDays, retentionDays)),
					retentionChoices(retentionDays).map((days) => ({
						value: String(days),
						label: say('setup.retention.days', { days }),
					})),
				),
				choiceMenu('group', String(draft.groupOf ?? 5), [
					{ value: '5', label: say('setup.group.of', { count: 5 }) },
					{ value: '3', label: say('setup.group.of', { count: 3 }) },
				]),
			];
		default:
			return [];
	}
}

/** In the language itself, as the one who looks for it knows it. */
function languageName(language: string): string {
	const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
	return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

function buttonsOf({ step, settings, locale }: SetupState): ButtonBuilder[] {
	const say = (key: MessageKey): string => translate(locale, key);
	const { Danger, Primary, Secondary, Success } = ButtonStyle;
	if (step === 'attest') {
		return [
			button(Success, say('setup.attest.yes'), 'attest', 'yes'),
			button(Danger, say('setup.attest.no'), 'attest', 'no'),
		];
	}
	const { back, next } = neighbours(step);
	return [
		...(back ? [button(Secondary, say('setup.back'), 'go', back)] : []),
		...(step === 'test' && settings.draft?.alerts?.channelId ? [button(Primary, say('setup.test.send'), 'test')] : []),
		...(next ? [button(step === 'test' ? Secondary : Primary, say('setup.next'), 'go', next)] : []),
		...(step === 'summary' ? [button(Success, say('setup.save'), 'save')] : []),
		button(Secondary, say('setup.cancel'), 'cancel'),
	];
}

const container = (...texts: readonly string[]): ContainerBuilder =>
	new ContainerBuilder()
		.setAccentColor(COLOUR)
		.addTextDisplayComponents(texts.filter(Boolean).map((text) => new TextDisplayBuilder().setContent(text)));

const viewOf = (...components: ContainerBuilder[]): SetupView => ({ flags: MessageFlags.IsComponentsV2, components });

/** One step of the set-up as a message. All that it knows is in the settings and in its custom ids. */
export function setupView(state: SetupState): SetupView {
	const { step, settings, locale, note } = state;
	const title = `### ${translate(locale, `setup.${step}.title`)}`;
	const progress = translate(locale, 'setup.progress', { step: STEPS.indexOf(step) + 1, steps: STEPS.length });
	const summary = step === 'summary' ? summaryLines(settings.draft ?? {}, state.retentionDays, locale).join('\n') : '';
	const page = container(title, translate(locale, `setup.${step}.text`), summary);
	for (const menu of menusOf(state)) page.addActionRowComponents(new ActionRowBuilder<Menu>().addComponents(menu));
	if (note) page.addTextDisplayComponents(new TextDisplayBuilder().setContent(note));
	page.addSeparatorComponents(new SeparatorBuilder());
	page.addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(buttonsOf(state)));
	return viewOf(page.addTextDisplayComponents(new TextDisplayBuilder().setContent(`-# ${progress}`)));
}

/** The end of the set-up, one way or another: a text and nothing to press. */
export const setupEnd = (...texts: readonly string[]): SetupView => viewOf(container(...texts));
