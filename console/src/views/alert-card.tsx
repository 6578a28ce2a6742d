import { act } from '../alert-actions.ts';
import type { AlertAnswer } from '../api.ts';
import { clock, iso, plural } from '../format.ts';
import { revealed } from '../model/alerts.ts';
import { HeatMinutes } from './heat-minutes.tsx';
import { Reasons } from './reasons.tsx';

interface CardProps {
	readonly alert: AlertAnswer;
	readonly onReveal: () => void;
}

export function AlertCard({ alert, onReveal }: CardProps) {
	const { alertId, channelId, channelName = channelId, at, mode, score, contributors, reasons } = alert;
	const { acknowledged, verdict } = alert;
	const people = revealed.value.get(alertId);
	return (
		<li class="card alert" data-alert={alertId}>
			<h3 id={`alert-${alertId}`} tabIndex={-1}>
				{channelName} <span class="badge heat-hot">{score.toFixed(2)}</span>
			</h3>
			<p class="quiet">
				<time dateTime={iso(at)}>{clock(at)}</time> · {plural(contributors, 'speaker')}
				{mode === 'monitor' && ' · monitor mode'}
			</p>
			<HeatMinutes alert={alert} />
			<Reasons reasons={reasons} />
			{people && (
				<p>
					<b>Rests on:</b>{' '}
					{people.map(({ userId, name, speaker }) => `${name ?? userId}${speaker ? ` (${speaker})` : ''}`).join(', ')}
				</p>
			)}
			{acknowledged && <p class="done">Somebody looks after it since {clock(acknowledged.at)}.</p>}
			{verdict && <p class="done">Found {verdict.verdict === 'justified' ? 'justified' : 'a false alarm'}.</p>}
			<fieldset class="actions" aria-labelledby={`alert-${alertId}`}>
				{!acknowledged && !verdict && (
					<button type="button" class="is-main" onClick={() => void act(alert, 'acknowledge')}>
						Acknowledge
					</button>
				)}
				{verdict?.verdict !== 'justified' && (
					<button type="button" onClick={() => void act(alert, 'justified')}>
						Justified
					</button>
				)}
				{verdict?.verdict !== 'false-alarm' && (
					<button type="button" onClick={() => void act(alert, 'false-alarm')}>
						False alarm
					</button>
				)}
				{!people && (
					<button type="button" onClick={onReveal}>
						Reveal …
					</button>
				)}
			</fieldset>
		</li>
	);
}
