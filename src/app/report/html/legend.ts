import { EMOTION_COLOURS, EMOTIONS, type EmotionLabel } from '../../../domain/index.ts';
import type { Phrases } from '../texts/index.ts';
import { html, type Markup } from './markup.ts';

const colourOf = (label: EmotionLabel): string => (label === 'unsure' ? 'var(--chart-unsure)' : EMOTION_COLOURS[label]);

export const swatch = (label: EmotionLabel): Markup =>
	html`<span class="swatch" style="background:${colourOf(label)}" aria-hidden="true"></span>`;

/** The labels that occur and their colours. */
export function legend(labels: ReadonlySet<EmotionLabel>, say: Phrases): Markup {
	const occurring = ([...EMOTIONS, 'unsure'] as const).filter((label) => labels.has(label));
	return html`<ul class="legend">${occurring.map((label) => html`<li>${swatch(label)}${say.emotion(label)}</li>`)}</ul>`;
}

/** A share as a bar and a figure. @param share 0…1 */
export const meter = (share: number, say: Phrases): Markup =>
	html`<span class="meter" aria-hidden="true"><i style="width:${(share * 100).toFixed(1)}%"></i></span>${say.percent(share)}`;
