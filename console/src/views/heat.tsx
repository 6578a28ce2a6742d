import type { LiveSession } from '../model/sessions.ts';
import { HeatChart } from './heat-chart.tsx';
import { Reasons } from './reasons.tsx';

/** How tense a channel is, over time and in words. */
export function HeatPanel({ session, name }: { readonly session: LiveSession; readonly name: string }) {
	const heat = session.heat.value;
	if (!heat) return <p class="quiet">Heat and its reasons come with the first utterance.</p>;
	const { state, score, reasons } = heat;
	return (
		<div class="heat">
			<div>
				<h4>
					Heat <span class={`badge heat-${state}`}>{state}</span> <span class="score">{score.toFixed(2)}</span>
				</h4>
				<HeatChart points={session.heatPoints} name={name} />
			</div>
			<div>
				<h4>Reasons</h4>
				<Reasons reasons={reasons} />
			</div>
		</div>
	);
}
