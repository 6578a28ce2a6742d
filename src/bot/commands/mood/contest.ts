import { ActionRowBuilder, ButtonBuilder, ButtonStyle, MessageFlags, StringSelectMenuBuilder } from 'discord.js';
import { EMOTIONS, type EmotionLabel, isEmotion, type MoodEntry } from '../../../domain/index.ts';
import { customId } from '../../components/component.ts';
import { localizations, type MessageKey, translate } from '../../i18n/index.ts';
import type { AutocompleteHandler, CommandServices, GuildCommand, Handler } from '../command.ts';
import { ownEntries, PERIODS } from './periods.ts';
import { percent } from './summary.ts';

/** Custom ids: `ses:mood:pick`, `ses:mood:label:<utterance>`, `ses:mood:undo:<utterance>`. */
export const MOOD_COMPONENTS = 'ses:mood';

/** What Discord shows in a menu and in suggestions. */
const MOST_OFFERED = 25;
const LABELS: readonly EmotionLabel[] = [...EMOTIONS, 'unsure'];

const labelKey = (label: EmotionLabel): MessageKey => (label === 'unsure' ? 'mood.contest.unsure' : `emotion.${label}`);

export const isLabel = (value: string | undefined): value is EmotionLabel =>
	value !== undefined && (value === 'unsure' || isEmotion(value));

/** For the option `was`. */
export const labelChoices = LABELS.map((value) => ({
	value,
	name: translate('en', labelKey(value)),
	name_localizations: localizations(labelKey(value)),
}));

/** Who asks, and where: of a command, a suggestion or a component. */
type Asker = Pick<GuildCommand, 'guildId' | 'user' | 'locale'>;

/** What a member sees in answer to a click or a command. */
export interface ContestView {
	readonly content: string;
	readonly components: (ActionRowBuilder<ButtonBuilder> | ActionRowBuilder<StringSelectMenuBuilder>)[];
}

/** How long ago, in words: Discord tells nobody's time zone. */
function agoOf(at: number, locale: string): string {
	const minutes = Math.round((Date.now() - at) / 60_000);
	const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	if (minutes < 60) return format.format(-minutes, 'minute');
	if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), 'hour');
	return format.format(-Math.round(minutes / (24 * 60)), 'day');
}

function offerOf(entry: MoodEntry, locale: string): string {
	const heard = translate(locale, labelKey(entry.label));
	const values = { ago: agoOf(entry.at, locale), heard, share: percent(entry.confidence) };
	const seconds = Math.max(1, Math.round((entry.endMs - entry.startMs) / 1000));
	const offer = translate(locale, 'mood.contest.offer', { ...values, seconds });
	if (entry.contested === undefined) return offer;
	return `${offer} → ${translate(locale, labelKey(entry.contested))}`;
}

/** The asker's latest utterances, the newest first. */
const latest = async (asker: Asker, services: Pick<CommandServices, 'moods'>): Promise<MoodEntry[]> =>
	(await ownEntries(asker, services, PERIODS.month)).reverse();

/** Utterances to choose from while the option `when` is being typed. */
export const suggestUtterances: AutocompleteHandler = async (interaction, services) => {
	const typed = interaction.options.getFocused().toLowerCase();
	return (await latest(interaction, services))
		.map((entry) => ({ name: offerOf(entry, interaction.locale).slice(0, 100), value: entry.utteranceId }))
		.filter(({ name }) => name.toLowerCase().includes(typed))
		.slice(0, MOST_OFFERED);
};

/** A menu of the latest utterances. */
async function utteranceMenu(asker: Asker, services: CommandServices): Promise<ContestView> {
	const { locale } = asker;
	const entries = (await latest(asker, services)).slice(0, MOST_OFFERED);
	if (entries.length === 0) return { content: translate(locale, 'mood.empty'), components: [] };
	const menu = new StringSelectMenuBuilder()
		.setCustomId(customId(MOOD_COMPONENTS, 'pick'))
		.setPlaceholder(translate(locale, 'mood.contest.when'))
		.addOptions(entries.map((entry) => ({ label: offerOf(entry, locale).slice(0, 100), value: entry.utteranceId })));
	return {
		content: translate(locale, 'mood.contest.pick'),
		components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)],
	};
}

/** A menu of what it may have been. */
export async function labelMenu(asker: Asker, services: CommandServices, utteranceId: string): Promise<ContestView> {
	const { locale } = asker;
	const entry = (await latest(asker, services)).find((each) => each.utteranceId === utteranceId);
	if (!entry) return { content: translate(locale, 'mood.contest.gone'), components: [] };
	const menu = new StringSelectMenuBuilder()
		.setCustomId(customId(MOOD_COMPONENTS, 'label', utteranceId))
		.setPlaceholder(translate(locale, 'mood.contest.was'))
		.addOptions(
			LABELS.map((value) => ({
				label: translate(locale, labelKey(value)),
				value,
				default: value === (entry.contested ?? entry.label),
			})),
		);
	const content = translate(locale, 'mood.contest.ask', { offer: offerOf(entry, locale), time: timestamp(entry.at) });
	return { content, components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)] };
}

const timestamp = (at: number): string => `<t:${Math.floor(at / 1000)}:f>`;

/** Keeps what the member says that it was; `undefined` takes that back. */
export async function contest(
	{ guildId, user, locale }: Asker,
	{ moods }: Pick<CommandServices, 'moods'>,
	utteranceId: string,
	label: EmotionLabel | undefined,
): Promise<ContestView> {
	const known = await moods.contest(guildId, user.id, utteranceId, label);
	if (!known) return { content: translate(locale, 'mood.contest.gone'), components: [] };
	if (label === undefined) return { content: translate(locale, 'mood.contest.undone'), components: [] };
	const undo = new ButtonBuilder()
		.setCustomId(customId(MOOD_COMPONENTS, 'undo', utteranceId))
		.setLabel(translate(locale, 'mood.contest.undo'))
		.setStyle(ButtonStyle.Secondary);
	const content = translate(locale, 'mood.contest.done', { label: translate(locale, labelKey(label)) });
	return { content, components: [new ActionRowBuilder<ButtonBuilder>().addComponents(undo)] };
}

/** `/mood contest`: what is not named by option is asked for with a menu. */
export const contestMood: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const utteranceId = interaction.options.getString('when') ?? undefined;
	const label = interaction.options.getString('was') ?? undefined;
	const view =
		utteranceId === undefined
			? await utteranceMenu(interaction, services)
			: isLabel(label)
				? await contest(interaction, services, utteranceId, label)
				: await labelMenu(interaction, services, utteranceId);
	await interaction.editReply(view);
};
