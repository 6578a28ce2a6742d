import {
	ActionRowBuilder,
	ButtonBuilder,
	ButtonStyle,
	ContainerBuilder,
	MessageFlags,
	TextDisplayBuilder,
} from 'discord.js';
import { type AlertFigures, type AlertSettings, FEWEST_VERDICTS } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import { LARGEST_SHIFT, type TuneChoice } from './actions.ts';
import { alertIds } from './ids.ts';
import type { AlertingOptions } from './options.ts';

export interface TuningView {
	readonly flags: MessageFlags.IsComponentsV2;
	readonly components: ContainerBuilder[];
}

/** A score as the chart shows it, with the community's shift. */
export const shiftedPercent = (threshold: number, shift: number): number =>
	Math.round(Math.min(1, Math.max(0, threshold + shift)) * 100);

/** How well alerts hit in a community, and the buttons that make them more or less sensitive. */
export function tuningView(
	figures: AlertFigures & { readonly days: number },
	{ thresholdShift, tuning = 'automatic' }: AlertSettings,
	{ thresholds }: AlertingOptions,
	locale: string,
): TuningView {
	const { precision, perHour } = figures;
	const decimal = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
	const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
	const lines = [
		`### ${translate(locale, 'alert.tune.title')}`,
		translate(locale, 'alert.tune.figures', { ...figures, precision: '', perHour: decimal.format(perHour) }),
		precision === undefined
			? translate(locale, 'alert.tune.precision.none')
			: translate(locale, 'alert.tune.precision', { precision: Math.round(precision * 100) }),
		translate(locale, 'alert.tune.thresholds', {
			warm: shiftedPercent(thresholds.warm, thresholdShift),
			hot: shiftedPercent(thresholds.hot, thresholdShift),
			shift: signed.format(Math.round(thresholdShift * 100)),
		}),
		translate(locale, `alert.tune.${tuning}`, { count: FEWEST_VERDICTS }),
	];
	const button = (choice: TuneChoice, key: Parameters<typeof translate>[1], isDisabled: boolean) =>
		new ButtonBuilder()
			.setCustomId(alertIds.tune(choice))
			.setLabel(translate(locale, key))
			.setStyle(choice === 'automatic' ? ButtonStyle.Primary : ButtonStyle.Secondary)
			.setDisabled(isDisabled);
	const container = new ContainerBuilder()
		.addTextDisplayComponents(...lines.map((line) => new TextDisplayBuilder().setContent(line)))
		.addActionRowComponents(
			new ActionRowBuilder<ButtonBuilder>().addComponents(
				button('more', 'alert.tune.more', thresholdShift <= -LARGEST_SHIFT),
				button('less', 'alert.tune.less', thresholdShift >= LARGEST_SHIFT),
				button('automatic', 'alert.tune.auto', tuning === 'automatic'),
			),
		);
	return { flags: MessageFlags.IsComponentsV2, components: [container] };
}
