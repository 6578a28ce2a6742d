import { polite } from './announce.ts';
import { type AlertAnswer, ApiError, post, type RevealAnswer } from './api.ts';
import { putAlert, putRevealed } from './model/alerts.ts';
import { trouble, visit } from './visit.ts';

const DONE = {
	acknowledge: 'You look after the alert.',
	justified: 'The alert was found justified.',
	'false-alarm': 'The alert was found a false alarm.',
} as const;

const pathOf = ({ alertId }: AlertAnswer, action: string): string => `/alerts/${encodeURIComponent(alertId)}/${action}`;
const csrfToken = (): string => (visit.value?.signedIn ? visit.value.csrfToken : '');

/** Takes an alert on or judges it, and says what came of it. */
export async function act(alert: AlertAnswer, what: keyof typeof DONE): Promise<void> {
	const { guildId } = alert;
	try {
		const answer =
			what === 'acknowledge'
				? await post<AlertAnswer>(pathOf(alert, 'acknowledge'), csrfToken(), { guildId })
				: await post<AlertAnswer>(pathOf(alert, 'verdict'), csrfToken(), { guildId, verdict: what });
		putAlert(answer);
		trouble.value = undefined;
		polite.value = DONE[what];
		// The button that had the focus is gone, and a judged alert folded away.
		document.getElementById(what === 'acknowledge' ? `alert-${alert.alertId}` : 'alerts')?.focus();
	} catch (error) {
		trouble.value = error instanceof ApiError ? error.message : 'The bot does not answer.';
	}
}

/** @returns what went wrong, in words */
export async function reveal(alert: AlertAnswer, reason: string): Promise<string | undefined> {
	try {
		putRevealed(await post<RevealAnswer>(pathOf(alert, 'reveal'), csrfToken(), { guildId: alert.guildId, reason }));
		polite.value = 'The speakers are shown with the alert.';
		return undefined;
	} catch (error) {
		return error instanceof ApiError ? error.message : 'The bot does not answer.';
	}
}
