import { type MessageComponentInteraction, PermissionFlagsBits } from 'discord.js';
import type { AlertSettings } from '../../domain/index.ts';
import type { CommandServices } from '../commands/command.ts';
import type { ComponentHandler } from '../components/component.ts';
import { type MessageKey, translate } from '../i18n/index.ts';
import { changeSettings } from './change.ts';
import { choose, draftOf, refused, saved } from './draft.ts';
import { put } from './settings.ts';
import { isField, isStep, SETUP_PREFIX, type Step } from './steps.ts';
import { sendTestAlert } from './test-alert.ts';
import { type SetupView, setupEnd, setupView } from './view.ts';

type Click = MessageComponentInteraction<'cached'>;

/** A step as it stands in the store; where nothing is under way any more, a word about that. */
async function stepView(click: Click, services: CommandServices, step: Step, note?: string): Promise<SetupView> {
	const { guildId, locale } = click;
	const { community, retentionDays } = services;
	const settings = await community.read(guildId);
	if (!settings.draft) return setupEnd(translate(locale, 'setup.gone'));
	return setupView({ step, settings, locale, retentionDays, ...(note !== undefined && { note }) });
}

/** Whether this is a place for it: the answer decides whether the bot may ever listen here. */
async function attest(click: Click, services: CommandServices, answer: string | undefined): Promise<SetupView> {
	const { guildId, locale, user } = click;
	if (answer === 'yes') {
		await services.community.change(guildId, (before) => ({ ...before, draft: draftOf(before) }));
		return stepView(click, services, 'channels');
	}
	await changeSettings(services, { guildId, actor: user.id, action: 'setup', alter: refused });
	await services.sessions.leave(guildId);
	return setupEnd(translate(locale, 'setup.refused'));
}

/** Keeps what was chosen in a menu. */
async function set(click: Click, services: CommandServices, name: string | undefined): Promise<SetupView | undefined> {
	if (!isField(name) || !click.isAnySelectMenu()) return undefined;
	const { values } = click;
	const { after } = await services.community.change(click.guildId, (before) =>
		before.draft ? { ...before, draft: choose(before.draft, name, values) } : before,
	);
	const step = STEP_OF[name];
	return stepView(click, services, step, step === 'alerts' ? roleNote(click, after.draft?.alerts) : undefined);
}

/** A role that is mentioned and not pinged would be found out about in the first alert that nobody comes to. */
function roleNote({ guild, locale }: Click, alerts: AlertSettings | undefined): string | undefined {
	const role = guild.roles.cache.get(alerts?.roleId ?? '');
	if (!role || role.mentionable) return undefined;
	const channel = guild.channels.cache.get(alerts?.channelId ?? '');
	const rights = channel?.permissionsFor(guild.client.user) ?? guild.members.me?.permissions;
	if (rights?.has(PermissionFlagsBits.MentionEveryone)) return undefined;
	return translate(locale, 'setup.alerts.unmentionable', { role: `<@&${role.id}>` });
}

const STEP_OF = {
	channels: 'channels',
	'alert-channel': 'alerts',
	'alert-role': 'alerts',
	mode: 'mode',
	language: 'language',
	retention: 'retention',
	group: 'retention',
} as const;

async function test(click: Click, services: CommandServices): Promise<SetupView> {
	const { guild, guildId, locale } = click;
	const { community, log } = services;
	const { draft } = await community.read(guildId);
	const { channelId, roleId } = draft?.alerts ?? {};
	const language = draft?.locale ?? community.localeOf(guild);
	const outcome = await sendTestAlert(guild, { channelId, roleId, locale: language }, log);
	const note = translate(locale, `setup.test.${outcome}` as MessageKey, {
		channel: channelId ? `<#${channelId}>` : '',
	});
	return stepView(click, services, 'test', note);
}

async function save(click: Click, services: CommandServices): Promise<SetupView> {
	const { guildId, locale, user } = click;
	const { draft } = await services.community.read(guildId);
	if (!draft) return setupEnd(translate(locale, 'setup.gone'));
	const attestation = { at: Date.now(), by: user.id };
	const alter = (before: Parameters<typeof saved>[0]) => saved(before, attestation);
	await changeSettings(services, { guildId, actor: user.id, action: 'setup', alter });
	return setupEnd(translate(locale, 'setup.saved'));
}

async function cancel({ guildId, locale }: Click, { community }: CommandServices): Promise<SetupView> {
	await community.change(guildId, (before) => put(before, 'draft', undefined));
	return setupEnd(translate(locale, 'setup.cancelled'));
}

/** The set-up's menus and buttons, for those who manage the server. */
export const setupComponents: ComponentHandler = {
	prefix: SETUP_PREFIX,
	permissions: [PermissionFlagsBits.ManageGuild],
	run: async (interaction, [action, argument], services) => {
		if (!interaction.isMessageComponent()) return;
		await interaction.deferUpdate();
		const view = await viewFor(interaction, services, action, argument);
		if (view) await interaction.editReply({ ...view, allowedMentions: { parse: [] } });
	},
};

async function viewFor(
	click: Click,
	services: CommandServices,
	action: string | undefined,
	argument: string | undefined,
): Promise<SetupView | undefined> {
	switch (action) {
		case 'attest':
			return attest(click, services, argument);
		case 'go':
			return isStep(argument) ? stepView(click, services, argument) : undefined;
		case 'set':
			return set(click, services, argument);
		case 'test':
			return test(click, services);
		case 'save':
			return save(click, services);
		case 'cancel':
			return cancel(click, services);
		default:
			return undefined;
	}
}
