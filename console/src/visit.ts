import { signal } from '@preact/signals';
import { ApiError, post, readSession, readState, type SessionAnswer } from './api.ts';
import { forgetAlerts, mergeAlerts } from './model/alerts.ts';
import { overview } from './model/overview.ts';
import { forgetRules, mergeRules } from './model/rules.ts';
import { forgetSessions, mergeSessions } from './model/sessions.ts';
import { closeStream, openStream } from './stream.ts';

/** Absent while the server has not answered yet. */
export const visit = signal<SessionAnswer | undefined>(undefined);
/** Why the server could not be asked. */
export const trouble = signal<string | undefined>(undefined);

/** The feed does not tell of settings and queues. */
const REFRESH_MS = 10_000;
/** Several events in a row are one reason to ask. */
const SETTLE_MS = 400;
const RETRY_MS = 5_000;
const AWAY = 'The bot does not answer. The page tries again.';

let periodic: ReturnType<typeof setInterval> | undefined;
let soon: ReturnType<typeof setTimeout> | undefined;

/** Finds out who is here, and shows them what they may see. */
export async function enter(): Promise<void> {
	try {
		visit.value = await readSession();
		trouble.value = undefined;
		if (!visit.value.signedIn) return leave(visit.value);
		const lastEventId = await refresh();
		if (lastEventId === undefined) return tryAgain();
		openStream(lastEventId, { refresh: refreshSoon, review: () => void enter() });
		clearInterval(periodic);
		periodic = setInterval(() => void refresh(), REFRESH_MS);
	} catch {
		trouble.value = AWAY;
		tryAgain();
	}
}

function tryAgain(): void {
	if (visit.value?.signedIn !== false) setTimeout(() => void enter(), RETRY_MS);
}

/** @returns where the feed carries on; `undefined` once signed out */
async function refresh(): Promise<string | undefined> {
	try {
		const state = await readState();
		if (!visit.value?.signedIn) return undefined;
		mergeSessions(state);
		mergeAlerts(state.at, state.alerts);
		mergeRules(state.rules);
		overview.value = state;
		trouble.value = undefined;
		return state.lastEventId;
	} catch (error) {
		if (error instanceof ApiError && error.status === 401) {
			leave({ signedIn: false, discord: visit.value?.discord ?? false });
			return undefined;
		}
		trouble.value = error instanceof ApiError ? error.message : AWAY;
		return undefined;
	}
}

/** Reads the state anew, once for all that ask within a moment. */
export function refreshSoon(): void {
	clearTimeout(soon);
	soon = setTimeout(() => void refresh(), SETTLE_MS);
}

/** Nothing of what was seen stays on the page. */
function leave(answer: SessionAnswer): void {
	closeStream();
	clearInterval(periodic);
	clearTimeout(soon);
	visit.value = answer;
	overview.value = undefined;
	forgetSessions();
	forgetAlerts();
	forgetRules();
}

export async function signOut(): Promise<void> {
	if (visit.value?.signedIn) leave(await post<SessionAnswer>('/logout', visit.value.csrfToken, {}));
}
