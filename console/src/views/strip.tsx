import { computed, type Signal } from '@preact/signals';
import { EMOTION_COLOURS } from '../../../src/domain/palette.ts';
import { clock, percent } from '../format.ts';
import { now } from '../model/overview.ts';
import { type Mark, WINDOW_MS } from '../model/sessions.ts';

const WIDTH = 600;
const HEIGHT = 28;
const PER_MS = WIDTH / WINDOW_MS;
/** Times are small figures from here on: SVG computes with floats of 32 bits. */
const origin = Date.now();
const shift = computed(() => `translate(${WIDTH - (now.value - origin) * PER_MS} 0)`);

/** The last minutes of a speaker: a bar for each utterance, as high as it is sure. The lane says the last in words. */
export function Strip({ marks }: { readonly marks: Signal<readonly Mark[]> }) {
	return (
		<svg class="strip" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
			<g transform={shift}>
				{marks.value.map(({ at, durationMs, label, confidence }) => (
					<rect
						key={at}
						x={(at - durationMs - origin) * PER_MS}
						width={Math.max(3, durationMs * PER_MS)}
						y={HEIGHT * (1 - confidence)}
						height={HEIGHT * confidence}
						fill={EMOTION_COLOURS[label]}
					>
						<title>{`${label} ${percent(confidence)}, ${clock(at)}`}</title>
					</rect>
				))}
			</g>
		</svg>
	);
}
