import type { EmotionLabel } from '../../../src/domain/emotion.ts';
import { EMOTION_COLOURS } from '../../../src/domain/palette.ts';

/** The colour of a label; the label stands beside it in words. */
export function Dot({ label }: { readonly label: EmotionLabel }) {
	return (
		<svg class="dot" viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
			<circle cx="6" cy="6" r="5.5" fill={EMOTION_COLOURS[label]} />
		</svg>
	);
}

const LABELS = Object.keys(EMOTION_COLOURS) as EmotionLabel[];

/** What the colours of the strips stand for. */
export function Legend() {
	return (
		<ul class="legend quiet" aria-label="Colours of the emotions">
			{LABELS.map((label) => (
				<li key={label}>
					<Dot label={label} />
					{label}
				</li>
			))}
		</ul>
	);
}
