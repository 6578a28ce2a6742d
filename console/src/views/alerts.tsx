import { useState } from 'preact/hooks';
import type { AlertAnswer } from '../api.ts';
import { alerts } from '../model/alerts.ts';
import { AlertCard } from './alert-card.tsx';
import { RevealDialog } from './reveal-dialog.tsx';

/** What waits for a verdict first; what has one is folded away. */
export function Alerts() {
	const [asked, ask] = useState<AlertAnswer>();
	const open = alerts.value.filter(({ verdict }) => !verdict);
	const judged = alerts.value.filter(({ verdict }) => verdict);
	const list = (shown: readonly AlertAnswer[]) => (
		<ol class="alerts">
			{shown.map((alert) => (
				<AlertCard key={alert.alertId} alert={alert} onReveal={() => ask(alert)} />
			))}
		</ol>
	);
	return (
		<section id="alerts" class="queue" aria-labelledby="alerts-title" tabIndex={-1}>
			<h2 id="alerts-title">
				Alerts <span class={`count ${open.length > 0 ? 'is-bad' : ''}`}>{open.length}</span>
			</h2>
			{open.length === 0 && <p class="card quiet">Nothing waits for a verdict.</p>}
			{list(open)}
			{judged.length > 0 && (
				<details>
					<summary>{judged.length} judged in the last seven days</summary>
					{list(judged)}
				</details>
			)}
			{asked && <RevealDialog alert={asked} onClose={() => ask(undefined)} />}
		</section>
	);
}
